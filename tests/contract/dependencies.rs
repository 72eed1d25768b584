//! The trees of dependencies, where one feature turned on by another crate would undo a decision.

use std::process::Command;

fn tree(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-e", "normal", "--prefix", "none", "--format", "{p}"])
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn the_rules_alone_reach_no_aws_and_no_runtime() {
    let crates = tree(&["-p", "shared"]);
    let forbidden: Vec<&String> = crates
        .iter()
        .filter(|name| name.starts_with("aws") || ["tokio", "hyper", "axum"].contains(&&***name))
        .collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
}

/// A second TLS stack, CPU-jitter entropy or a provider chain would cost every cold start.
#[test]
fn no_function_links_what_a_cold_start_cannot_afford() {
    for function in ["auth", "profile", "conversations", "password", "realtime", "mailer", "repair"]
    {
        let crates = tree(&["-p", function]);
        for heavy in
            ["aws-lc-rs", "aws-lc-sys", "aws-config", "openssl", "native-tls", "regex", "rsa"]
        {
            assert!(!crates.iter().any(|name| name == heavy), "{function} links {heavy}");
        }
    }
}
