//! The template's parameters: defaults, overrides from the command line, and validation.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Error, yaml::join};

/// Values for the template's parameters from the caller.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// Values that override the defaults, as with `sam deploy --parameter-overrides`.
    pub overrides: BTreeMap<String, String>,
    /// Items to add to list parameters. Ignored for parameters that the template does not declare.
    pub additions: BTreeMap<String, Vec<String>>,
    /// Defaults that replace the template's. Ignored for parameters that the template does not declare.
    pub defaults: BTreeMap<String, String>,
}

/// Resolves each parameter to a string or a list of strings.
pub(super) fn resolve(
    declared: &Map<String, Value>,
    given: &Parameters,
) -> Result<BTreeMap<String, Value>, Error> {
    if let Some(unknown) = given.overrides.keys().find(|name| !declared.contains_key(*name)) {
        return Err(Error::at("Parameters", format!("no parameter \"{unknown}\"")));
    }
    let mut values = BTreeMap::new();
    for (name, declaration) in declared {
        let place = join("Parameters", name);
        let own = given.overrides.get(name).or_else(|| given.defaults.get(name));
        let text = match (own, declaration.get("Default")) {
            (Some(text), _) => text.clone(),
            (None, Some(default)) => {
                scalar(default).ok_or_else(|| Error::at(&place, "Default is not a scalar"))?
            }
            (None, None) => return Err(Error::at(&place, "has no default and no value")),
        };
        let kind = declaration.get("Type").and_then(Value::as_str).unwrap_or("String");
        let added = given.additions.get(name).cloned().unwrap_or_default();
        let value = match kind {
            "CommaDelimitedList" | "List<String>" | "List<Number>" => {
                let mut items: Vec<String> = text
                    .split(',')
                    .map(|item| item.trim().to_owned())
                    .filter(|item| !item.is_empty())
                    .collect();
                for item in added {
                    if !items.contains(&item) {
                        items.push(item);
                    }
                }
                json!(items)
            }
            _ => {
                check(declaration, kind, &text).map_err(|what| Error::at(&place, what))?;
                json!(text)
            }
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

/// Checks a value against its declaration. Only CloudFormation checks `AllowedPattern`.
fn check(declaration: &Value, kind: &str, text: &str) -> Result<(), String> {
    let number = |key: &str| {
        let bound = declaration.get(key)?;
        bound.as_f64().or_else(|| bound.as_str()?.parse().ok())
    };
    if kind == "Number" {
        let value: f64 = text.parse().map_err(|_| format!("\"{text}\" is not a number"))?;
        if number("MinValue").is_some_and(|least| value < least)
            || number("MaxValue").is_some_and(|most| value > most)
        {
            return Err(format!("{text} is out of range"));
        }
    }
    let allowed = declaration.get("AllowedValues").and_then(Value::as_array);
    if allowed
        .is_some_and(|values| !values.iter().any(|value| scalar(value).as_deref() == Some(text)))
    {
        return Err(format!("\"{text}\" is not an allowed value"));
    }
    Ok(())
}

/// A scalar as text, as CloudFormation passes it on.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(given: &Parameters) -> Result<BTreeMap<String, Value>, String> {
        let declared = json!({
            "Days": { "Type": "Number", "Default": 30, "MaxValue": 365 },
            "Origins": { "Type": "CommaDelimitedList", "Default": "http://a, http://b" },
        });
        resolve(declared.as_object().unwrap(), given).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_is_split_and_extended_without_duplicates() {
        let added = vec!["http://b".to_owned(), "http://c".to_owned()];
        let given =
            Parameters { additions: [("Origins".to_owned(), added)].into(), ..Default::default() };
        let values = resolved(&given).unwrap();
        assert_eq!(values["Origins"], json!(["http://a", "http://b", "http://c"]));
        assert_eq!(values["Days"], json!("30"));
    }

    #[test]
    fn an_override_wins_over_a_replaced_default() {
        let pair = |name: &str, value: &str| [(name.to_owned(), value.to_owned())].into();
        let given = Parameters { defaults: pair("Days", "7"), ..Default::default() };
        assert_eq!(resolved(&given).unwrap()["Days"], json!("7"));
        let given = Parameters { overrides: pair("Days", "9"), ..given };
        assert_eq!(resolved(&given).unwrap()["Days"], json!("9"));
        let unknown = Parameters { defaults: pair("Hours", "1"), ..Default::default() };
        assert!(!resolved(&unknown).unwrap().contains_key("Hours"));
    }

    #[test]
    fn an_override_is_checked() {
        let given = |name: &str, value: &str| Parameters {
            overrides: [(name.to_owned(), value.to_owned())].into(),
            ..Default::default()
        };
        assert_eq!(resolved(&given("Days", "7")).unwrap()["Days"], json!("7"));
        let error = |name, value| resolved(&given(name, value)).unwrap_err();
        assert_eq!(error("Days", "400"), "Parameters.Days: 400 is out of range");
        assert_eq!(error("Days", "x"), "Parameters.Days: \"x\" is not a number");
        assert_eq!(error("Hours", "1"), "Parameters: no parameter \"Hours\"");
    }
}
