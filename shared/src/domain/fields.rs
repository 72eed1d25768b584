//! Reads the fields of a request. Checks every field, and reports all errors together.

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Number, Value};

/// An invalid field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
pub struct FieldError {
    /// A JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)) to the field in the body, or `/name` for the query
    /// parameter `name`.
    pub pointer: String,
    /// An explanation for people.
    pub detail: String,
}

/// A request with invalid fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// The errors, in the order in which they were found.
    pub errors: Vec<FieldError>,
    /// Whether a field had the wrong JSON type.
    pub mistyped: bool,
}

/// The maximum number of errors reported for one request. Bounds the size of the response.
const MAX_ERRORS: usize = 20;

/// The fields of a request, read one by one.
///
/// Each method that reads a field returns `None` if it recorded an error. [`Fields::finish`] returns all errors.
#[derive(Debug)]
pub struct Fields {
    object: Map<String, Value>,
    invalid: Invalid,
}

impl Fields {
    /// The members of a JSON object.
    pub fn new(object: Map<String, Value>) -> Self {
        Self { object, invalid: Invalid { errors: Vec::new(), mistyped: false } }
    }

    /// The parameters of a query. A repeated parameter is an error.
    pub fn from_query(pairs: Vec<(String, String)>) -> Self {
        let mut fields = Self::new(Map::new());
        for (name, value) in pairs {
            if fields.object.insert(name.clone(), Value::String(value)).is_some() {
                fields.error(&name, "is given more than once");
            }
        }
        fields
    }

    /// Records an error of a field.
    pub fn error(&mut self, name: &str, detail: impl ToString) {
        self.error_at(&[name], detail);
    }

    /// Records an error of a value within a field. Drops it if the request has too many errors.
    pub fn error_at(&mut self, path: &[&str], detail: impl ToString) {
        if self.invalid.errors.len() < MAX_ERRORS {
            let escaped = path.iter().map(|part| part.replace('~', "~0").replace('/', "~1"));
            let pointer = escaped.map(|part| format!("/{part}")).collect();
            self.invalid.errors.push(FieldError { pointer, detail: detail.to_string() });
        }
    }

    fn mistyped<T>(&mut self, name: &str, expected: &str) -> Option<T> {
        self.invalid.mistyped = true;
        self.error(name, format!("must be {expected}"));
        None
    }

    /// The field's value. `null` counts as absent.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name).filter(|value| !value.is_null())
    }

    /// A required text, parsed.
    pub fn text<T, E: ToString>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match self.take(name) {
            None => {
                self.error(name, "is required");
                None
            }
            Some(Value::String(text)) => {
                parse(&text).map_err(|error| self.error(name, error.to_string())).ok()
            }
            Some(_) => self.mistyped(name, "a string"),
        }
    }

    /// An optional text, parsed. `Some(None)` if absent.
    pub fn optional_text<T, E: ToString>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match self.take(name) {
            None => Some(None),
            Some(Value::String(text)) => {
                parse(&text).map(Some).map_err(|error| self.error(name, error.to_string())).ok()
            }
            Some(_) => self.mistyped(name, "a string"),
        }
    }

    /// A required whole number, at least `min`.
    pub fn number(&mut self, name: &str, min: u64) -> Option<u64> {
        match self.optional_number(name, min) {
            Some(None) => {
                self.error(name, "is required");
                None
            }
            Some(number) => number,
            None => None,
        }
    }

    /// An optional whole number, at least `min`. `Some(None)` if absent.
    pub fn optional_number(&mut self, name: &str, min: u64) -> Option<Option<u64>> {
        match self.take(name) {
            None => Some(None),
            Some(Value::Number(number)) => match whole_number(&number) {
                Some(number) if number >= min => Some(Some(number)),
                _ => {
                    self.error(name, format!("must be a whole number of at least {min}"));
                    None
                }
            },
            Some(_) => self.mistyped(name, "a number"),
        }
    }

    /// A whole number in a query parameter, within bounds. `default` if absent.
    pub fn parameter(&mut self, name: &str, bounds: (u64, u64), default: u64) -> Option<u64> {
        self.optional_parameter(name, bounds).map(|number| number.unwrap_or(default))
    }

    /// An optional whole number in a query parameter, within bounds. `Some(None)` if absent.
    pub fn optional_parameter(&mut self, name: &str, bounds: (u64, u64)) -> Option<Option<u64>> {
        let Some(Value::String(text)) = self.take(name) else { return Some(None) };
        // `parse` accepts a leading plus sign.
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| text.parse::<u64>().ok()).flatten();
        match number.filter(|number| (bounds.0..=bounds.1).contains(number)) {
            Some(number) => Some(Some(number)),
            None => {
                self.error(
                    name,
                    format!("must be a whole number from {} to {}", bounds.0, bounds.1),
                );
                None
            }
        }
    }

    /// A required object with at most `max` members.
    pub fn object(&mut self, name: &str, max: usize) -> Option<Map<String, Value>> {
        match self.take(name) {
            None => {
                self.error(name, "is required");
                None
            }
            Some(Value::Object(object)) if object.len() <= max => Some(object),
            Some(Value::Object(_)) => {
                self.error(name, format!("may have at most {max} members"));
                None
            }
            Some(_) => self.mistyped(name, "an object"),
        }
    }

    /// A required list of `min` to `max` texts.
    pub fn texts(&mut self, name: &str, (min, max): (usize, usize)) -> Option<Vec<String>> {
        let list = match self.take(name) {
            None => {
                self.error(name, "is required");
                return None;
            }
            Some(Value::Array(list)) => list,
            Some(_) => return self.mistyped(name, "a list of strings"),
        };
        if !(min..=max).contains(&list.len()) {
            self.error(name, format!("must have {min} to {max} items"));
            return None;
        }
        let mut texts = Vec::with_capacity(list.len());
        for (index, value) in list.into_iter().enumerate() {
            match value {
                Value::String(text) => texts.push(text),
                _ => {
                    self.invalid.mistyped = true;
                    self.error_at(&[name, &index.to_string()], "must be a string");
                }
            }
        }
        self.is_valid().then_some(texts)
    }

    /// Builds the request, if every field is valid.
    ///
    /// # Errors
    /// [`Invalid`] with all errors that were recorded. A method that returned `None` has recorded one.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Invalid> {
        let built = if self.is_valid() { build() } else { None };
        built.ok_or(self.invalid)
    }

    fn is_valid(&self) -> bool {
        self.invalid.errors.is_empty()
    }
}

/// The largest integer that JSON numbers represent exactly in every client: 2^53 - 1
/// ([RFC 8259, section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6)).
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The number, if it is whole and at most [`MAX_INTEGER`]. `3.0` is whole, as in JSON Schema, because some clients write all
/// numbers with a fraction.
pub fn whole_number(number: &Number) -> Option<u64> {
    let with_fraction = || {
        let number = number.as_f64().filter(|number| number.fract() == 0.0)?;
        (0.0..=MAX_INTEGER as f64).contains(&number).then_some(number as u64)
    };
    number.as_u64().or_else(with_fraction).filter(|number| *number <= MAX_INTEGER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        Fields::new(serde_json::from_str(json).unwrap())
    }

    #[test]
    fn all_errors_are_reported_together() {
        let mut fields = fields(r#"{"a": null, "b": "x"}"#);
        assert_eq!(fields.text("a", |text| Ok::<_, &str>(text.to_owned())), None);
        assert_eq!(fields.text("b", |_| Err::<(), _>("is odd")), None);
        let invalid = fields.finish(|| None::<()>).unwrap_err();
        assert!(!invalid.mistyped);
        let reported: Vec<_> = invalid.errors.iter().map(|f| (&*f.pointer, &*f.detail)).collect();
        assert_eq!(reported, [("/a", "is required"), ("/b", "is odd")]);
    }

    #[test]
    fn a_field_of_the_wrong_type_is_mistyped() {
        let mut fields = fields(r#"{"a/b": 1}"#);
        fields.text("a/b", |text| Ok::<_, &str>(text.to_owned()));
        let invalid = fields.finish(|| None::<()>).unwrap_err();
        assert!(invalid.mistyped);
        assert_eq!(invalid.errors[0].pointer, "/a~1b");
    }

    #[test]
    fn an_optional_text_may_be_absent_but_must_be_valid() {
        let parse = |text: &str| match text {
            "" => Err("is odd"),
            text => Ok(text.to_owned()),
        };
        for (json, expected) in [
            ("{}", Some(None)),
            (r#"{"t": null}"#, Some(None)),
            (r#"{"t": "x"}"#, Some(Some("x".to_owned()))),
            (r#"{"t": ""}"#, None),
            (r#"{"t": 1}"#, None),
        ] {
            let mut fields = fields(json);
            assert_eq!(fields.optional_text("t", parse), expected, "{json}");
            assert_eq!(fields.finish(|| Some(())).is_ok(), expected.is_some(), "{json}");
        }
    }

    #[test]
    fn objects_and_lists_have_limits() {
        for (json, members) in [
            (r#"{"o": {}}"#, Some(0)),
            (r#"{"o": {"a": 1, "b": 2}}"#, Some(2)),
            (r#"{"o": {"a": 1, "b": 2, "c": 3}}"#, None),
            (r#"{"o": []}"#, None),
            ("{}", None),
        ] {
            assert_eq!(fields(json).object("o", 2).map(|object| object.len()), members, "{json}");
        }
        for (json, texts) in [
            (r#"{"l": ["a"]}"#, Some(vec!["a".to_owned()])),
            (r#"{"l": ["a", "b"]}"#, Some(vec!["a".to_owned(), "b".to_owned()])),
            (r#"{"l": []}"#, None),
            (r#"{"l": ["a", "b", "c"]}"#, None),
            (r#"{"l": ["a", 1]}"#, None),
            (r#"{"l": "a"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(fields(json).texts("l", (1, 2)), texts, "{json}");
        }
    }

    #[test]
    fn at_most_twenty_errors_are_reported() {
        let mut fields = fields("{}");
        for n in 0..30 {
            fields.error(&n.to_string(), "is odd");
        }
        assert_eq!(fields.finish(|| Some(())).unwrap_err().errors.len(), 20);
    }

    #[test]
    fn numbers_are_whole_and_within_bounds() {
        for (json, number) in [
            (r#"{"n": 1}"#, Some(1)),
            (r#"{"n": 1.0}"#, Some(1)),
            (r#"{"n": 4.5188605243e10}"#, Some(45_188_605_243)),
            (r#"{"n": 9007199254740991}"#, Some(MAX_INTEGER)),
            (r#"{"n": 9007199254740992}"#, None),
            (r#"{"n": 9007199254740992.0}"#, None),
            (r#"{"n": -1.0}"#, None),
            (r#"{"n": 0}"#, None),
            (r#"{"n": -1}"#, None),
            (r#"{"n": 1.5}"#, None),
            (r#"{"n": 1e30}"#, None),
            (r#"{"n": "1"}"#, None),
            ("{}", None),
        ] {
            assert_eq!(fields(json).number("n", 1), number, "{json}");
        }
        for (text, number) in [("7", Some(7)), ("0", None), ("101", None), ("+7", None), ("", None)]
        {
            let mut fields = Fields::from_query(vec![("n".to_owned(), text.to_owned())]);
            assert_eq!(fields.parameter("n", (1, 100), 30), number, "{text}");
        }
    }

    #[test]
    fn a_repeated_parameter_is_an_error() {
        let pair = ("n".to_owned(), "1".to_owned());
        assert!(Fields::from_query(vec![pair.clone(), pair]).finish(|| Some(())).is_err());
    }
}
