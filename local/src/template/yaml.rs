//! Converts YAML to JSON, and CloudFormation's short tags (`!Ref X`) to their long form (`Fn::…`).

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

use super::Error;

/// Reads text that contains exactly one YAML document.
///
/// # Errors
/// If the text is not one document, or contains more than JSON values and CloudFormation tags.
pub fn read(text: &str) -> Result<Value, Error> {
    let documents = Yaml::load_from_str(text).map_err(|error| Error::at("", error))?;
    match documents.as_slice() {
        [document] => node(document, ""),
        _ => Err(Error::at("", "expected one YAML document")),
    }
}

fn node(yaml: &Yaml<'_>, place: &str) -> Result<Value, Error> {
    Ok(match yaml {
        Yaml::Value(scalar) => value(scalar),
        Yaml::Representation(text, ..) => Value::String(text.to_string()),
        Yaml::Sequence(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| node(item, &join(place, &index.to_string())))
            .collect::<Result<_, _>>()?,
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, entry) in entries {
                let key = match node(key, place)? {
                    Value::String(key) => key,
                    key @ (Value::Number(_) | Value::Bool(_)) => key.to_string(),
                    _ => return Err(Error::at(place, "a key is not a string")),
                };
                let entry = node(entry, &join(place, &key))?;
                object.insert(key, entry);
            }
            Value::Object(object)
        }
        Yaml::Tagged(tag, inner) => tagged(&tag.suffix, node(inner, place)?, place)?,
        Yaml::Alias(_) | Yaml::BadValue => return Err(Error::at(place, "cannot be read as YAML")),
    })
}

fn value(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => json!(value),
        Scalar::Integer(value) => json!(value),
        Scalar::FloatingPoint(value) => json!(value.into_inner()),
        Scalar::String(text) => json!(text),
    }
}

fn tagged(tag: &str, inner: Value, place: &str) -> Result<Value, Error> {
    let name = match tag {
        "Ref" | "Condition" => tag.to_owned(),
        _ if tag.chars().all(|letter| letter.is_ascii_alphanumeric()) => format!("Fn::{tag}"),
        _ => return Err(Error::at(place, format!("unknown tag !{tag}"))),
    };
    Ok(json!({ name: inner }))
}

/// The path of a member.
pub(super) fn join(place: &str, member: &str) -> String {
    if place.is_empty() { member.to_owned() } else { format!("{place}.{member}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_become_long_functions() {
        let read =
            read("a: !Sub ${B}-x\nb: !Join [',', !Ref C]\nc: !GetAtt D.Arn\nd: 2012-10-17\n");
        assert_eq!(
            read.unwrap(),
            json!({
                "a": { "Fn::Sub": "${B}-x" },
                "b": { "Fn::Join": [",", { "Ref": "C" }] },
                "c": { "Fn::GetAtt": "D.Arn" },
                "d": "2012-10-17",
            })
        );
    }
}
