//! The OpenAPI document has the routes in the code, is up to date, and has valid examples. All tests validate their responses
//! against it.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::{
    Method,
    header::{HeaderMap, HeaderValue},
};
use serde_json::{Value, json};
use shared::http::Access;

use crate::support::{
    Answer, AsyncApi, Chat,
    described::{DOCUMENT, check, check_accepted, resolve, validate},
};

/// All operations of the document: method, path and the operation.
fn operations() -> Vec<(String, &'static String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of_path = |(path, item): (&'static String, &'static Value)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (method.to_uppercase(), path, operation))
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_document_has_exactly_the_routes_in_the_code() {
    let described: BTreeSet<(String, String, bool)> = operations()
        .into_iter()
        .map(|(method, path, operation)| {
            let is_open = operation["security"].as_array().unwrap().is_empty();
            (method, path.clone(), is_open)
        })
        .collect();
    let routed: BTreeSet<(String, String, bool)> = openapi::endpoints()
        .into_iter()
        .map(|route| {
            (route.method.to_string(), route.path.to_owned(), route.access == Access::Public)
        })
        .collect();
    assert_eq!(described, routed);
    assert!(routed.len() > 30, "{}", routed.len());
}

#[test]
fn the_committed_documents_are_up_to_date() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for (name, text) in openapi::files().unwrap() {
        let is_current = fs::read_to_string(docs.join(name)).unwrap() == text;
        assert!(is_current, "docs/{name} is out of date: cargo run --example openapi");
    }
}

#[test]
fn documents_and_packages_have_the_same_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let package = |path: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(root.join(path)).unwrap()).unwrap()
    };
    let version = json!(env!("CARGO_PKG_VERSION"));
    for path in ["docs/openapi.json", "docs/openapi-3.0.json"] {
        assert_eq!(package(path)["info"]["version"], version, "{path}");
    }
    assert_eq!(AsyncApi::load().document["info"]["version"], version);
    for path in ["clients/typescript/package.json", "clients/web/package.json"] {
        assert_eq!(package(path)["version"], version, "{path}");
    }
}

/// Keywords of OpenAPI 3.1 that 3.0 does not have.
#[test]
fn the_3_0_copy_uses_no_keyword_of_version_3_1() {
    fn check(place: &str, value: &Value) {
        if let Some(object) = value.as_object() {
            assert!(object.len() == 1 || !object.contains_key("$ref"), "{place}");
            assert!(!object.get("type").is_some_and(Value::is_array), "{place}");
            assert!(object.get("type") != Some(&json!("null")), "{place}");
            for keyword in ["const", "propertyNames", "if", "$defs", "prefixItems"] {
                let is_keyword = !place.ends_with("/properties") && object.contains_key(keyword);
                assert!(!is_keyword, "{place}/{keyword}");
            }
            for (name, member) in object.iter().filter(|(name, _)| !name.starts_with("example")) {
                check(&format!("{place}/{name}"), member);
            }
        }
        for item in value.as_array().into_iter().flatten() {
            check(place, item);
        }
    }
    let files = openapi::files().unwrap();
    let (_, text) = files.iter().find(|(name, _)| *name == "openapi-3.0.json").unwrap();
    let old: Value = serde_json::from_str(text).unwrap();
    check("", &old["paths"]);
    check("", &old["components"]);
    // The copy describes the same operations and schemas.
    for places in ["/paths", "/components/schemas", "/components/responses"] {
        let names = |document: &Value| -> Vec<String> {
            document.pointer(places).unwrap().as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(names(&old), names(&DOCUMENT), "{places}");
    }
}

#[test]
fn every_operation_has_a_unique_id_and_all_its_parameters() {
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations() {
        assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
        let parameters = operation["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        let of_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let named: Vec<String> = of_path
            .map(|parameter| format!("{{{}}}", parameter["name"].as_str().unwrap()))
            .collect();
        let expected: Vec<&str> = path.split('/').filter(|part| part.starts_with('{')).collect();
        assert_eq!(named, expected, "{method} {path}");
    }
}

/// Asserts that the content of a body has examples that match its schema. Returns the number of examples.
fn examples_hold(place: &str, content: &Value) -> usize {
    let named = content["examples"].as_object();
    let mut examples: Vec<&Value> =
        named.into_iter().flatten().map(|(_, example)| &example["value"]).collect();
    examples.extend(content.get("example"));
    for example in &examples {
        validate(&content["schema"], example)
            .unwrap_or_else(|error| panic!("{place}: {error}\n{example:#}"));
    }
    assert!(!examples.is_empty(), "{place}");
    examples.len()
}

#[test]
fn every_body_and_response_has_a_valid_example() {
    let mut tried = 0;
    for (method, path, operation) in operations() {
        let body = operation.get("requestBody").map(|body| ("body".to_owned(), body));
        let responses = operation["responses"].as_object().unwrap().iter();
        let responses = responses.map(|(status, answer)| (status.clone(), resolve(answer)));
        for (what, described) in body.into_iter().chain(responses) {
            for (media_type, content) in described["content"].as_object().unwrap() {
                tried += examples_hold(&format!("{method} {path} {what} {media_type}"), content);
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if let Some(example) = parameter.get("example") {
                validate(&parameter["schema"], example).unwrap();
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn every_link_works_with_the_values_in_the_examples() {
    let named = |id: &Value| {
        let mut all = operations().into_iter().map(|(_, _, operation)| operation);
        all.find(|operation| operation["operationId"] == *id).unwrap_or_else(|| panic!("{id}"))
    };
    let mut followed = 0;
    for (method, path, operation) in operations() {
        for answer in operation["responses"].as_object().unwrap().values() {
            for link in answer["links"].as_object().into_iter().flat_map(|links| links.values()) {
                let target = named(&link["operationId"]);
                let parameters = target["parameters"].as_array().map_or(&[][..], Vec::as_slice);
                let given = link["parameters"].as_object();
                for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
                    let name = parameter["name"].as_str().unwrap();
                    let is_choice = name == "emote" && operation["operationId"] == "sendMessage";
                    assert!(
                        is_choice || given.unwrap().contains_key(name),
                        "{method} {path} {name}"
                    );
                }
                let body = &target["requestBody"]["content"]["application/json"]["examples"];
                let members = link["requestBody"].as_object().into_iter().flatten();
                for (name, _) in members.clone() {
                    let bodies = body.as_object().unwrap().values();
                    assert!(
                        bodies.map(|body| &body["value"][name]).all(|member| !member.is_null()),
                        "{name}"
                    );
                }
                let examples = |content: &Value| -> Vec<Value> {
                    let named = content["application/json"]["examples"].as_object().unwrap();
                    named.values().map(|example| example["value"].clone()).collect()
                };
                for (_, from) in given.into_iter().flatten().chain(members) {
                    let from = from.as_str().unwrap();
                    let (holder, pointer) = match from.split_once('#') {
                        Some(("$response.body", pointer)) => {
                            (examples(&answer["content"]), pointer)
                        }
                        Some(("$request.body", pointer)) => {
                            (examples(&operation["requestBody"]["content"]), pointer)
                        }
                        _ => {
                            let name = from.strip_prefix("$request.path.").unwrap();
                            assert!(path.contains(&format!("{{{name}}}")), "{from}");
                            continue;
                        }
                    };
                    for example in &holder {
                        assert!(example.pointer(pointer).is_some(), "{method} {path} {from}");
                    }
                }
                followed += 1;
            }
        }
    }
    assert!(followed > 20, "{followed}");
}

/// Tests the validation itself: it must detect each of these deviations.
#[test]
fn an_undocumented_response_is_detected() {
    let answer = |status, media_type: &'static str, body: &Value| {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-request-id", "one"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("content-type", media_type),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Answer { status, headers, body: body.clone() }
    };
    let validate_answer = |path, answer: &Answer| check(&Method::GET, path, answer);
    let (json, problem) = ("application/json", "application/problem+json");
    let responses = &DOCUMENT["paths"]["/api/profile"]["get"]["responses"];
    let good = &responses["200"]["content"][json]["examples"]["answer"]["value"];
    assert_eq!(validate_answer("/api/profile", &answer(200, json, good)), Ok(()));

    let mut more = good.clone();
    more["user"]["age"] = json!(7);
    let mut less = good.clone();
    less["user"].as_object_mut().unwrap().remove("email");
    let mut other = good.clone();
    other["user"]["created_at"] = json!("yesterday");
    for wrong in [&more, &less, &other, &Value::Null] {
        assert!(validate_answer("/api/profile", &answer(200, json, wrong)).is_err(), "{wrong}");
    }
    assert!(validate_answer("/api/profile", &answer(201, json, good)).is_err(), "another status");
    assert!(
        validate_answer("/api/profile", &answer(200, "text/plain", good)).is_err(),
        "another type"
    );
    assert!(validate_answer("/api/nothing", &answer(200, json, good)).is_err(), "another path");
    let mut bare = answer(200, json, good);
    bare.headers.remove("x-request-id");
    assert!(validate_answer("/api/profile", &bare).is_err(), "no request id");

    // A code that this endpoint does not have, and a response without the header that its code requires.
    let other_code = json!({
        "type": "urn:emotechat:problem:forbidden", "title": "You're not allowed to do this.", "status": 401,
        "detail": "You're not allowed to do this.", "code": "forbidden", "request_id": "one",
    });
    let mut rejected = answer(401, problem, &other_code);
    rejected.headers.insert("www-authenticate", HeaderValue::from_static("Bearer"));
    assert!(validate_answer("/api/profile", &rejected).is_err(), "another code");
    rejected.body["code"] = json!("unauthenticated");
    assert_eq!(validate_answer("/api/profile", &rejected), Ok(()));
    rejected.headers.remove("www-authenticate");
    assert!(validate_answer("/api/profile", &rejected).is_err(), "no challenge");
}

#[test]
fn an_undocumented_body_that_is_accepted_is_detected() {
    let validate_body = |body: Value| check_accepted(&Method::PATCH, "/api/profile", &body);
    assert_eq!(validate_body(json!({ "name": "Ada", "more": 1 })), Ok(()));
    for body in [json!({}), json!({ "name": " " }), json!({ "name": "x".repeat(65) })] {
        assert!(validate_body(body.clone()).is_err(), "{body}");
    }
}

#[tokio::test]
async fn the_local_stack_serves_the_documents() {
    let chat = Chat::start().await;
    for (name, text) in openapi::files().unwrap() {
        let url = format!("{}/{name}", chat.stack().http_url());
        let response = chat.http.get(&url).send().await.unwrap();
        let media_type =
            if name.ends_with("yaml") { "application/yaml" } else { "application/json" };
        assert_eq!(response.headers()["content-type"], media_type);
        assert!(response.text().await.unwrap() == text, "the served {name} is current");
    }
    let url = format!("{}/openapi.json", chat.stack().http_url());
    let posted = Answer::read(chat.http.post(&url).send().await.unwrap()).await;
    assert_eq!((posted.status, posted.header("allow")), (405, "GET, HEAD"));
}
