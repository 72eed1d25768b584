//! The functions accept the event files for `sam local invoke`, both in the stack and when SAM runs them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use local::{
    Invoke, Options, SamOptions, SamServices,
    template::{Names, Parameters, Template},
};
use serde_json::{Value, json};
use shared::Clock;

use crate::support::{Chat, loses_a_head};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The account in the events.
const EMAIL: &str = "alice@example.com";
const PASSWORD: &str = "a quiet harbour";

fn event(name: &str) -> Value {
    let file = Path::new(ROOT).join(format!("infra/events/{name}.json"));
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The event with a token in place of its `TOKEN` placeholder.
fn signed(name: &str, token: &str) -> Value {
    let text = event(name).to_string();
    assert!(text.contains("Bearer TOKEN"), "{name} has a placeholder for a token");
    serde_json::from_str(&text.replace("Bearer TOKEN", &format!("Bearer {token}"))).unwrap()
}

/// The batch with the keys and the image of a real record. Both records must have the same members.
fn with_record(name: &str, real: &Value) -> Value {
    let mut event = event(name);
    assert_eq!(members(&event["Records"][0]), members(real), "{name}");
    for part in ["Keys", "NewImage"] {
        event["Records"][0]["dynamodb"][part] = real["dynamodb"][part].clone();
    }
    event
}

/// The names of all members, at any depth.
fn members(value: &Value) -> BTreeSet<String> {
    let Value::Object(map) = value else { return BTreeSet::new() };
    let nested = |(name, value): (&String, &Value)| {
        let nested = members(value).into_iter().map(|inner| format!("{name}.{inner}"));
        nested.chain([name.clone()]).collect::<Vec<_>>()
    };
    map.iter().flat_map(nested).collect()
}

/// Asserts the status and returns the body.
#[track_caller]
fn body(answer: &Value, status: u16) -> Value {
    assert_eq!(answer["statusCode"], status, "{answer}");
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

/// The newest inserted record whose sort key has this prefix.
fn newest(chat: &Chat, prefix: &str) -> Value {
    let records = chat.stack().streams().records();
    let mut of_kind = records.into_iter().filter(|record| {
        let sort = record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap();
        sort.starts_with(prefix) && record["eventName"] == "INSERT"
    });
    of_kind.next_back().expect("a record exists")
}

#[test]
fn every_function_has_an_event_that_matches_its_routes() {
    let names = Names { http_url: String::new(), socket_url: String::new() };
    let template = Path::new(ROOT).join("template.yaml");
    let template = Template::load(&template, &Parameters::default(), &names).unwrap();
    let mut stems = BTreeSet::new();
    for file in fs::read_dir(Path::new(ROOT).join("infra/events")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        stems.insert(name.split('.').next().unwrap().to_owned());
    }
    let ids: BTreeSet<String> = template.functions.iter().map(|one| one.id.clone()).collect();
    assert_eq!(stems, ids);
    for function in template.functions.iter().filter(|one| !one.routes.is_empty()) {
        let event = event(&function.id);
        let routes = function.routes.iter().map(|route| format!("{} {}", route.method, route.path));
        let routes: Vec<String> = routes.collect();
        assert!(routes.iter().any(|route| event["routeKey"] == **route), "{routes:?}");
        assert_eq!(event["requestContext"]["routeKey"], event["routeKey"]);
        assert_eq!(event["requestContext"]["http"]["path"], event["rawPath"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_functions_accept_their_events() {
    let chat = Chat::start().await;
    let invoke = async |function: &str, event| chat.stack().invoke(function, event).await.unwrap();
    let registered = body(&invoke("AuthFunction", event("AuthFunction")).await, 200);
    assert_eq!(registered["user"]["email"], EMAIL);
    let alice = chat.logs_in(EMAIL, PASSWORD).await;
    for function in ["ProfileFunction", "ConversationsFunction", "RealtimeFunction"] {
        let rejected = body(&invoke(function, event(function)).await, 401);
        assert_eq!(rejected["code"], "invalid_token", "{function}");
    }
    let signed = |function| signed(function, &alice.token);
    let profile = body(&invoke("ProfileFunction", signed("ProfileFunction")).await, 200);
    assert_eq!(profile["user"]["id"], *alice.id);
    let emotes = invoke("ConversationsFunction", signed("ConversationsFunction")).await;
    assert_eq!(body(&emotes, 200)["emotes"][0]["shortcode"], "tada");
    let opened = invoke("RealtimeFunction", signed("RealtimeFunction")).await;
    let admitted = json!({
        "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": "emotechat.v1" },
    });
    assert_eq!(opened, admitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailer_events_send_the_email_that_the_password_event_requested() {
    let chat = Chat::start().await;
    chat.stack().streams().pause();
    let invoke = async |function: &str, event| chat.stack().invoke(function, event).await.unwrap();
    invoke("AuthFunction", event("AuthFunction")).await;
    let done = json!({ "batchItemFailures": [] });
    assert_eq!(invoke("MailerFunction", event("MailerFunction")).await, done);
    assert!(chat.stack().mail().mails().is_empty());

    body(&invoke("PasswordFunction", event("PasswordFunction")).await, 200);
    let batch = with_record("MailerFunction", &newest(&chat, "MAIL#"));
    assert_eq!(invoke("MailerFunction", batch).await, done);
    chat.token_mailed_to(EMAIL).await;

    body(&invoke("PasswordFunction", event("PasswordFunction")).await, 200);
    // The sweep ignores emails younger than five minutes, because the stream still handles them.
    chat.advance(6 * 60);
    assert_eq!(invoke("MailerFunction", event("MailerFunction.sweep")).await, Value::Null);
    chat.token_mailed_to(EMAIL).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_repair_event_restores_a_head() {
    let chat = Chat::start().await;
    let (alice, bob, conversation) = chat.pair().await;
    chat.stack().streams().pause();
    let invoke = async |event| chat.stack().invoke("RepairFunction", event).await.unwrap();
    assert_eq!(invoke(event("RepairFunction")).await, Value::Null);
    loses_a_head(&chat);
    alice.says(&conversation, "one").await;
    let head = async || {
        let list = bob.get("/api/conversations").await.expect(200);
        list["conversations"][0]["head_seq"].clone()
    };
    assert_eq!(head().await, 0);
    assert_eq!(invoke(with_record("RepairFunction", &newest(&chat, "LOG#"))).await, Value::Null);
    assert_eq!(head().await, 1);
}

/// Starts a function as SAM does in a container: with SAM's own credentials and the variables from the file.
async fn in_a_container(file: &Path, function: &str, binary: &str) -> Invoke {
    let declared: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let declared: BTreeMap<String, String> =
        serde_json::from_value(declared[function].clone()).unwrap();
    let own = [
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "defaultkey"),
        ("AWS_SECRET_ACCESS_KEY", "defaultsecret"),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let variables = own.into_iter().chain(declared).collect::<BTreeMap<_, _>>().into();
    local::builders()[binary](variables, Clock::system()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_outside_the_stack_work_with_the_env_vars_file() {
    let folder = tempfile::tempdir().unwrap();
    let env_vars = folder.path().join("env-vars.json");
    let advertised = Some("127.0.0.1".to_owned());
    let options = SamOptions { env_vars: env_vars.clone(), advertised, runs_background: true };
    let services = SamServices::start(Options::default(), &options).await.unwrap();
    let auth = in_a_container(&env_vars, "AuthFunction", "auth").await;
    let profile = in_a_container(&env_vars, "ProfileFunction", "profile").await;
    let password = in_a_container(&env_vars, "PasswordFunction", "password").await;

    body(&auth(event("AuthFunction")).await.unwrap(), 200);
    let mut login = event("AuthFunction");
    login["rawPath"] = "/api/auth/login".into();
    login["body"] = json!({ "email": EMAIL, "password": PASSWORD }).to_string().into();
    let login = body(&auth(login).await.unwrap(), 200);
    let token = login["token"].as_str().unwrap();
    let profile_body = body(&profile(signed("ProfileFunction", token)).await.unwrap(), 200);
    assert_eq!(profile_body["user"]["email"], EMAIL);

    body(&password(event("PasswordFunction")).await.unwrap(), 200);
    let mail = services.mail().next_to(EMAIL).await;
    assert!(mail.text.unwrap().contains("token="));
    services.stop().await;
}
