//! `docs/asyncapi.yaml` matches the code in its actions, limits and examples. The sockets of all tests validate their
//! frames against it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::{
    domain::limits,
    protocol::request::{ACTIONS, Request},
};

use crate::support::{AsyncApi, Chat, Socket, client_id};

/// Sent only by API Gateway, when a function fails. No test causes such a failure.
const NOT_OURS: &str = "gatewayError";

/// The constants of a member in the payloads of all messages with this suffix.
fn named(suffix: &str, member: &str) -> BTreeSet<String> {
    let document = &AsyncApi::load().document;
    let messages = document["components"]["messages"].as_object().unwrap();
    let payloads = messages.iter().filter(|(name, _)| name.ends_with(suffix));
    let names = payloads.map(|(_, message)| {
        let schema = schema(message["payload"]["$ref"].as_str().unwrap());
        schema["properties"][member]["const"].as_str().unwrap().to_owned()
    });
    names.collect()
}

/// Follows a reference.
fn schema(reference: &str) -> &'static Value {
    let pointer = reference.strip_prefix('#').unwrap();
    AsyncApi::load().document.pointer(pointer).unwrap_or_else(|| panic!("{reference}"))
}

/// All examples with the names of their messages.
fn examples() -> Vec<(&'static str, &'static Value)> {
    let messages = AsyncApi::load().document["components"]["messages"].as_object().unwrap();
    let examples = messages.iter().flat_map(|(name, message)| {
        let examples = message["examples"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(!examples.is_empty(), "{name} has an example");
        examples.iter().map(|example| (&**name, &example["payload"]))
    });
    examples.collect()
}

#[test]
fn the_document_and_the_code_have_the_same_actions() {
    let coded: BTreeSet<String> = ACTIONS.iter().map(|action| (*action).to_owned()).collect();
    assert_eq!(named("Request", "action"), coded);
    assert_eq!(named("Reply", "action"), coded);
    let operations = AsyncApi::load().document["operations"].as_object().unwrap();
    let received = operations.iter().filter(|(_, operation)| operation["action"] == "receive");
    let mut actions = BTreeSet::new();
    for (action, operation) in received {
        let message = |name: &str| json!({ "$ref": format!("#/channels/socket/messages/{name}") });
        assert_eq!(operation["messages"], json!([message(&format!("{action}Request"))]));
        let answers = json!([message(&format!("{action}Reply")), message("requestError")]);
        assert_eq!(operation["reply"]["messages"], answers);
        actions.insert(action.clone());
    }
    assert_eq!(actions, coded);
}

/// The schemas come from the types that serialize the frames. A schema without a message means that an event is undocumented.
#[test]
fn every_event_in_the_code_has_a_message() {
    let document = &AsyncApi::load().document;
    let payloads: BTreeSet<&str> = document["components"]["messages"]
        .as_object()
        .unwrap()
        .values()
        .map(|message| message["payload"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    let schemas = document["components"]["schemas"].as_object().unwrap().keys();
    let frames: BTreeSet<&str> = schemas
        .map(String::as_str)
        .filter(|name| {
            ["Request", "Reply", "Event", "Error", "Frame"].iter().any(|end| name.ends_with(end))
        })
        .filter(|name| *name != "FieldError")
        .collect();
    assert_eq!(payloads, frames);
    assert_eq!(named("Event", "event").len(), 6);
}

/// The kinds of entries in the document.
fn entries() -> BTreeSet<String> {
    let kinds = schema("#/components/schemas/Entry")["oneOf"].as_array().unwrap().iter();
    let kinds = kinds.map(|kind| schema(kind["$ref"].as_str().unwrap()));
    kinds.map(|kind| kind["properties"]["type"]["const"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_hello_example_has_the_limits_in_the_code() {
    let (_, hello) = examples().into_iter().find(|(name, _)| *name == "helloReply").unwrap();
    assert_eq!(hello["data"]["heartbeat_seconds"], limits::HEARTBEAT.as_secs());
    let expected = json!({
        "content_chars": limits::CONTENT_CHARS,
        "frame_bytes": limits::aws::FRAME_BYTES,
        "entries_per_sender": limits::ENTRIES_PER_SENDER.count,
        "entries_window_seconds": limits::ENTRIES_PER_SENDER.window.as_secs(),
        "client_id_ahead_seconds": limits::CLIENT_ID_AHEAD.as_secs(),
        "sync_conversations": limits::SYNC_CONVERSATIONS,
        "sockets": limits::SOCKETS,
        "idle_seconds": limits::aws::SOCKET_IDLE.as_secs(),
    });
    assert_eq!(hello["data"]["limits"], expected);
}

#[test]
fn every_example_is_valid_and_altered_examples_are_not() {
    let document = AsyncApi::load();
    for (message, example) in examples() {
        let names = document.validate(example);
        assert_eq!(names[0], message, "{example}");
        let check_invalid = |alter: &dyn Fn(&mut Value)| {
            let mut frame = example.clone();
            alter(&mut frame);
            assert!(!document.errors(message, &frame).is_empty(), "{message} accepts {frame}");
        };
        let required: Vec<&str> = match message {
            NOT_OURS => continue,
            "requestError" | "frameError" => {
                vec!["type", "id", "action", "status", "code", "detail"]
            }
            _ => example.as_object().unwrap().keys().map(String::as_str).collect(),
        };
        for member in required.into_iter().filter(|member| !["reply_to", "limit"].contains(member))
        {
            check_invalid(&|frame| drop(frame.as_object_mut().unwrap().remove(member)));
            check_invalid(&|frame| frame[member] = json!([]));
        }
        // A client may send unknown members. The server never does.
        if !message.ends_with("Request") {
            check_invalid(&|frame| frame["more"] = json!(1));
        }
        if let Some(data) = example["data"].as_object() {
            check_invalid(&|frame| frame["data"]["more"] = json!(1));
            for member in data.keys() {
                check_invalid(&|frame| drop(frame["data"].as_object_mut().unwrap().remove(member)));
                check_invalid(&|frame| frame["data"][member] = json!({ "more": 1 }));
            }
        }
    }
}

/// The server omits no member except these.
#[test]
fn only_the_listed_members_of_a_frame_are_optional() {
    let schemas = AsyncApi::load().document["components"]["schemas"].as_object().unwrap();
    let written = schemas.iter().filter(|(name, schema)| {
        let is_not_ours = name.ends_with("Request") || *name == "GatewayError";
        schema["type"] == "object" && !is_not_ours
    });
    let mut may_be_absent = Vec::new();
    for (name, schema) in written {
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        for member in
            schema["properties"].as_object().into_iter().flatten().map(|(member, _)| member)
        {
            if !required.contains(&json!(member)) {
                may_be_absent.push(format!("{name}/{member}"));
            }
        }
    }
    may_be_absent.sort();
    assert_eq!(may_be_absent, ["ErrorFrame/errors", "ErrorFrame/retry_after", "Member/read_seq"]);
}

/// The schema and the code require the same members of a request.
#[test]
fn the_code_accepts_every_example_request_and_requires_the_same_members() {
    let requests = examples().into_iter().filter(|(message, _)| message.ends_with("Request"));
    let mut read = BTreeSet::new();
    for (message, example) in requests {
        let request = Request::parse(&example.to_string());
        read.insert(
            request.unwrap_or_else(|rejected| panic!("{rejected:?}: {example}")).action.name(),
        );
        for member in example.as_object().unwrap().keys() {
            let mut without = example.clone();
            without.as_object_mut().unwrap().remove(member);
            let fits = AsyncApi::load().errors(message, &without).is_empty();
            assert_eq!(fits, Request::parse(&without.to_string()).is_ok(), "{without}");
        }
    }
    assert_eq!(read.len(), named("Request", "action").len());
}

/// Uses every action on a socket, while another user listens.
#[tokio::test(flavor = "multi_thread")]
async fn every_message_in_the_document_is_sent_or_received() {
    let chat = Chat::start().await;
    let (alice, bob, _) = chat.pair().await;
    let carol = chat.joins("Carol").await;
    let mut bobs = bob.comes_online().await;
    let mut alices = alice.comes_online().await;
    let group = alice.creates_group("Harbour", &[&bob]).await;
    let in_group = |mut members: Value| {
        members["conversation_id"] = json!(group);
        members
    };
    let message = json!({ "client_id": client_id(chat.now()), "content": "hi" });
    for (action, members) in [
        ("ping", json!({})),
        ("send", in_group(message)),
        ("edit", in_group(json!({ "seq": 1, "content": "hello" }))),
        ("react", in_group(json!({ "seq": 1, "emote": "tada" }))),
        ("unreact", in_group(json!({ "seq": 1, "emote": "tada" }))),
        ("delete", in_group(json!({ "seq": 1 }))),
        ("read", in_group(json!({ "seq": 1 }))),
        ("typing", in_group(json!({}))),
        ("sync", json!({ "since": { &*group: 0 } })),
    ] {
        alices.asks(action, members).await.unwrap();
    }
    alice.adds(&group, &carol, None).await.expect(200);
    alice.removes(&group, &carol).await.expect(200);
    let path = format!("/api/conversations/{group}");
    alice.patch(&path, json!({ "title": "Quay" })).await.expect(200);
    alices.asks("send", in_group(json!({}))).await.unwrap_err();
    alices.writes("nonsense").await;
    alices.hears_error().await;
    alice.post("/api/auth/logout", json!({})).await.expect(200);
    alices.hears("session_ended").await;
    for event in ["conversation", "read", "typing", "presence"] {
        bobs.hears(event).await;
    }
    for _ in entries() {
        bobs.hears("entry").await;
    }

    let covered: BTreeSet<&String> =
        [&alices, &bobs].into_iter().flat_map(|socket: &Socket| &socket.covered).collect();
    println!("{} messages and entries were sent or received: {covered:?}", covered.len());
    let document = &AsyncApi::load().document;
    let messages = document["components"]["messages"].as_object().unwrap().keys().cloned();
    let kinds = entries().into_iter().map(|kind| format!("entryEvent/{kind}"));
    let all: Vec<String> = messages.filter(|name| *name != NOT_OURS).chain(kinds).collect();
    assert_eq!(covered, all.iter().collect());
}
