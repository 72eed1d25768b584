//! The lists in the documents match the code.

use std::{collections::BTreeSet, fs, path::Path};

use shared::protocol::problem::Code;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(path)).unwrap()
}

#[test]
fn the_documents_and_the_code_have_the_same_error_codes() {
    let document = read("docs/errors.md");
    let listed: Vec<(String, u16)> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|row| {
            let mut cells = row.split('|').map(str::trim);
            let code = cells.next().unwrap().trim_end_matches('`').to_owned();
            (code, cells.next().unwrap().parse().unwrap())
        })
        .collect();
    let coded: Vec<(String, u16)> =
        Code::ALL.iter().map(|code| (code.slug().to_owned(), code.status())).collect();
    assert_eq!(listed, coded);
}

#[test]
fn every_table_key_is_documented() {
    let (document, keys) = (read("docs/table.md"), read("shared/src/store/keys.rs"));
    let prefixes = [
        "USER#",
        "EMAIL#",
        "ADDRESS#",
        "CONNECTION#",
        "TICKET#",
        "COUNT#",
        "CONV#",
        "LOG#",
        "META",
        "HEAD",
        "ACCOUNT",
        "SESSION#",
        "CREDENTIAL",
        "GUARD",
        "DIRECTORY",
        "ASKED",
        "RESET#",
        "OUTBOX#",
        "NAME#",
        "WORD#",
    ];
    for prefix in prefixes {
        assert!(keys.contains(prefix), "{prefix} is missing in the code");
        assert!(document.contains(prefix), "{prefix} is missing in docs/table.md");
    }
}

#[test]
fn the_api_page_lists_every_route() {
    let document = read("docs/api.md");
    let listed: BTreeSet<&str> =
        document.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    for route in openapi::endpoints() {
        let call = format!("{} {}", route.method, route.path);
        assert!(listed.contains(&*call), "{call} in docs/api.md");
    }
}

#[test]
fn the_source_map_in_the_readme_matches_the_folders() {
    let readme = read("README.md");
    let (_, map) = readme.split_once("\n## Map of the source\n").unwrap();
    let rows = map.split("\n## ").next().unwrap().lines();
    let named: BTreeSet<&str> = rows
        .filter_map(|row| row.strip_prefix("| `")?.split('|').next())
        .flat_map(|cell| cell.split('`').filter(|part| part.contains(char::is_alphanumeric)))
        .collect();
    for path in &named {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path).exists(), "{path}");
    }
    for path in [
        "shared/src/domain",
        "functions/auth",
        "functions/profile",
        "functions/password",
        "functions/mailer",
        "functions/repair",
        "functions/conversations",
        "functions/realtime",
        "local",
        "openapi",
        "template.yaml",
        "tests",
        "docs",
    ] {
        assert!(named.contains(path), "{path}");
    }
}
