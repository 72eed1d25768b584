//! Unicode's own list of emojis in every spelling, from a package that contains the file. Unit tests and whole-stack tests
//! compare the project's emojis with it.

use std::{path::PathBuf, process::Command};

/// The version of Unicode's emoji data.
pub const UNICODE_VERSION: (u32, u32) = (17, 0);

/// Whether a spelling has all variation selectors that Unicode recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    FullyQualified,
    MinimallyQualified,
    Unqualified,
}

/// Every emoji of `emoji-test.txt` in every spelling, in the order of the file. Excludes components, which are not emojis by
/// themselves.
pub fn unicode_emojis() -> Vec<(Status, String)> {
    let (major, minor) = UNICODE_VERSION;
    let path = format!("emoji/{major}.{minor}/emoji-test.txt");
    let text = std::fs::read_to_string(package("random-unicode-emoji").join(path)).unwrap();
    assert!(text.contains(&format!("# Version: {major}.{minor}\n")));
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(emoji_of).collect()
}

/// Parses a line such as `1F600 ; fully-qualified # 😀 E1.0 grinning face`.
fn emoji_of(line: &str) -> Option<(Status, String)> {
    let (points, rest) = line.split_once(';').unwrap();
    let status = match rest.split('#').next().unwrap().trim() {
        "fully-qualified" => Status::FullyQualified,
        "minimally-qualified" => Status::MinimallyQualified,
        "unqualified" => Status::Unqualified,
        "component" => return None,
        other => panic!("{other}"),
    };
    let point = |hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
    Some((status, points.split_whitespace().map(point).collect()))
}

/// The folder with the source of a dependency.
fn package(name: &str) -> PathBuf {
    // Only for this platform, because Cargo has not fetched the dependencies of others.
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let metadata =
        cargo(&["metadata", "--locked", "--format-version", "1", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let mut packages = metadata["packages"].as_array().unwrap().iter();
    let package = packages.find(|package| package["name"] == name).unwrap();
    let mut path = PathBuf::from(package["manifest_path"].as_str().unwrap());
    path.pop();
    path
}

fn cargo(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
