//! Writes the AsyncAPI document of the socket: a hand-written part, and the schemas of the frames.

use saphyr::{LoadableYamlNode as _, Yaml, YamlEmitter};
use serde_json::Value;

use crate::schemas;

/// Everything except the schemas. The last section is `components`.
const HAND_WRITTEN: &str = include_str!("asyncapi.yaml");

/// The text of `docs/asyncapi.yaml`.
pub(crate) fn text() -> String {
    let mut text = HAND_WRITTEN.replacen("{version}", env!("CARGO_PKG_VERSION"), 1);
    text.push_str("  schemas:\n");
    for line in yaml(&Value::Object(schemas::socket())).lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

/// The value as YAML. JSON is YAML, so it needs no conversion.
fn yaml(value: &Value) -> String {
    let mut text = String::new();
    let documents = Yaml::load_from_str(&value.to_string()).unwrap_or_default();
    for document in &documents {
        // Writing to a string does not fail.
        let _ = YamlEmitter::new(&mut text).dump(document);
    }
    text.trim_start_matches("---\n").to_owned()
}
