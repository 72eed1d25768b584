//! The template's default limits are those in the code.

use shared::domain::limits;

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");

#[test]
fn the_template_defaults_match_the_limits_in_the_code() {
    let template = std::fs::read_to_string(TEMPLATE).unwrap();
    for (parameter, default) in [
        ("SessionDays", limits::SESSION_DAYS),
        ("EntriesPerSender", limits::ENTRIES_PER_SENDER.count.into()),
        ("FailedLoginsPerSource", limits::FAILED_LOGINS_PER_SOURCE.count.into()),
        ("RegistrationsPerSource", limits::REGISTRATIONS_PER_SOURCE.count.into()),
        ("ResetRequestsPerSource", limits::RESET_REQUESTS_PER_SOURCE.count.into()),
    ] {
        let (_, declared) = template.split_once(&format!("  {parameter}:\n")).unwrap();
        let default_line = declared.lines().find(|line| line.trim().starts_with("Default:"));
        assert_eq!(default_line.unwrap().trim(), format!("Default: {default}"), "{parameter}");
    }
}
