//! Reads evaluated values in the forms that resources use.

use serde_json::{Map, Value};

use super::{Error, parameters::scalar, yaml::join};

/// The entries of an optional mapping.
pub(super) fn members<'a>(
    properties: &'a Value,
    key: &str,
    place: &str,
) -> Result<Vec<(&'a String, &'a Value)>, Error> {
    match properties.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(object)) => Ok(Map::iter(object).collect()),
        Some(_) => Err(Error::at(&join(place, key), "is not a mapping")),
    }
}

/// A list, or a single item as a list of one.
pub(super) fn items(value: Option<&Value>) -> &[Value] {
    match value {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(item) => std::slice::from_ref(item),
    }
}

/// A list of strings, or a single string as a list of one.
pub(super) fn texts(value: &Value, key: &str, place: &str) -> Result<Vec<String>, Error> {
    let texts = items(value.get(key)).iter().map(scalar).collect::<Option<_>>();
    texts.ok_or_else(|| Error::at(&join(place, key), "is not a list of strings"))
}
