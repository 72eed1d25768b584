//! The dependency trees. A feature that another crate turns on could add an unwanted dependency.

use std::process::Command;

fn tree(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "-e", "normal", "--prefix", "none", "--format", "{p}"])
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn the_domain_alone_depends_on_no_aws_crate_and_no_runtime() {
    let crates = tree(&["-p", "shared"]);
    let forbidden: Vec<&String> = crates
        .iter()
        .filter(|name| name.starts_with("aws") || ["tokio", "hyper", "axum"].contains(&&***name))
        .collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
}

/// A second TLS stack, CPU-jitter entropy or a provider chain would slow every cold start. No member of the workspace may add
/// them, because `sam build` builds a function with all features that any member turns on.
#[test]
fn no_function_links_a_crate_that_slows_cold_starts() {
    let crates = tree(&["--workspace"]);
    assert!(crates.iter().any(|name| name == "aws-smithy-http-client"), "{crates:?}");
    for heavy in [
        "aws-lc-rs",
        "aws-lc-sys",
        "aws-config",
        "openssl",
        "native-tls",
        "regex",
        "rsa",
        // This crate's table of common passwords adds 4.7 MB to a binary. The project has a text file instead.
        "passwords",
        // Used only by the tests.
        "jsonschema",
    ] {
        assert!(!crates.iter().any(|name| name == heavy), "{heavy} is linked");
    }
}

#[test]
fn no_function_links_the_api_schemas() {
    for function in ["auth", "profile", "conversations", "password", "realtime", "mailer", "repair"]
    {
        let crates = tree(&["-p", function]);
        assert!(crates.iter().any(|name| name == "shared"), "{crates:?}");
        assert!(!crates.iter().any(|name| name == "openapi"), "{function}");
    }
}

/// `cargo lambda build` fills in settings that the profile leaves out, and would abort on panics.
#[test]
fn the_release_profile_sets_every_option() {
    let manifest = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
    let (_, profile) = manifest.split_once("\n[profile.release]\n").unwrap();
    let profile = profile.split("\n[").next().unwrap();
    for setting in [
        "lto = \"fat\"",
        "codegen-units = 1",
        "opt-level = \"s\"",
        "strip = true",
        "panic = \"unwind\"",
    ] {
        assert!(profile.lines().any(|line| line == setting), "{setting}");
    }
}
