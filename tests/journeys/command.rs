//! The command line: one clear line if the program cannot start.

use std::process::Output;

use crate::support::emotechat;

fn run(arguments: &[&str]) -> Output {
    emotechat().args(arguments).output().unwrap()
}

/// Asserts that the program fails and prints one line with these words.
#[track_caller]
fn fails(arguments: &[&str], saying: &[&str]) {
    let output = run(arguments);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert_eq!(printed.trim_end().lines().count(), 1, "{printed}");
    for word in saying {
        assert!(printed.contains(word), "{word} is missing in {printed}");
    }
}

#[test]
fn a_taken_port_is_reported_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    fails(&["--ephemeral", "--port", &port, "--socket-port", "0"], &["emotechat: ", &port]);
    fails(&["--ephemeral", "--port", "0", "--socket-port", &port], &["emotechat: ", &port]);
}

#[test]
fn services_that_cannot_start_report_it_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    fails(&["services", "--ephemeral", "--port", &port], &["emotechat: ", &port]);
    let file = "/nowhere/env-vars.json";
    let arguments = ["services", "--ephemeral", "--port", "0", "--env-vars", file];
    fails(&arguments, &["emotechat: ", "cannot write", file]);
}

#[test]
fn an_unusable_data_folder_is_reported_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a-file");
    std::fs::write(&file, "not a folder").unwrap();
    let ports = ["--port", "0", "--socket-port", "0", "--data"];
    fails(&[&ports[..], &[file.to_str().unwrap()]].concat(), &["emotechat: ", "a-file"]);

    let foreign = folder.path().join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("table.sqlite"), "not a database, despite its name").unwrap();
    fails(&[&ports[..], &[foreign.to_str().unwrap()]].concat(), &["emotechat: ", "table.sqlite"]);
}

#[test]
fn a_broken_template_is_reported_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template.yaml");
    let good =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml")).unwrap();
    let ports = ["--ephemeral", "--port", "0", "--socket-port", "0", "--template"];
    let arguments = [&ports[..], &[template.to_str().unwrap()]].concat();
    for (broken, word) in [
        ("Resources: [".to_owned(), "template.yaml"),
        ("Resources: {}".to_owned(), "AWS::DynamoDB::Table"),
        (good.replace("!Ref TokenKey", "!Ref TokenKee"), "TokenKee"),
        (good.replace("Binary: auth", "Binary: oauth"), "oauth"),
    ] {
        std::fs::write(&template, broken).unwrap();
        fails(&arguments, &["emotechat: ", word]);
    }
    fails(&[&ports[..], &["/nowhere/template.yaml"]].concat(), &["/nowhere/template.yaml"]);
}
