//! The routes in the code and in the template.

use reqwest::Method;
use serde_json::json;
use shared::http::Access;

use crate::support::{Answer, Chat, ulid};

/// Every route of every function: method, path, access.
fn routes() -> Vec<(Method, &'static str, Access)> {
    let all = openapi::endpoints().into_iter();
    all.map(|endpoint| (endpoint.method, endpoint.path, endpoint.access)).collect()
}

fn path_of(chat: &Chat, path: &str) -> String {
    path.replace("{id}", &ulid(chat.now()))
}

#[tokio::test]
async fn every_route_is_reachable_through_the_template() {
    let chat = Chat::start().await;
    for (method, path, _) in routes() {
        let answer = chat.call(method.clone(), &path_of(&chat, path), None, None).await;
        answer.has_the_common_headers();
        assert!(!matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.body);
    }
}

#[tokio::test]
async fn every_route_that_is_not_public_rejects_anonymous_callers() {
    let chat = Chat::start().await;
    let mut public = Vec::new();
    for (method, path, access) in routes() {
        match access {
            Access::Public => public.push(path),
            Access::SignedIn => {
                let path = path_of(&chat, path);
                let anonymous = chat.call(method.clone(), &path, None, None).await;
                anonymous.rejects(401, "unauthenticated");
                assert_eq!(anonymous.header("www-authenticate"), "Bearer");
                let forged = chat.call(method, &path, Some("a.b.c"), None).await;
                forged.rejects(401, "invalid_token");
            }
        }
    }
    let known = [
        "/api/auth/register",
        "/api/auth/login",
        "/api/password/reset-request",
        "/api/password/reset",
    ];
    assert_eq!(public, known, "add new public routes here");
}

#[tokio::test]
async fn no_route_accepts_a_body_over_128_kb() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for (method, path, _) in routes() {
        let (path, token) = (path_of(&chat, path), Some(&*ada.token));
        let body = vec![b' '; 128 * 1024 + 1];
        let answer = chat.call_raw(method, &path, token, "application/json", body).await;
        answer.rejects(413, "body_too_large");
    }
    ada.get("/api/auth/validate").await.expect(200);
}

/// Routes that read no body, with any method.
const WITHOUT_BODY: [&str; 3] = [
    "/api/auth/logout",
    "/api/auth/ticket",
    "/api/conversations/{id}/messages/{seq}/reactions/{emote}",
];

/// RFC 8259, section 8.1: JSON is UTF-8. Other bytes are rejected and never replaced.
#[tokio::test]
async fn no_route_accepts_a_body_that_is_not_utf_8() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let mut tried = 0;
    for (method, path, _) in routes() {
        let reads = [Method::POST, Method::PUT, Method::PATCH].contains(&method);
        if !reads || WITHOUT_BODY.contains(&path) {
            continue;
        }
        let (path, token) = (path_of(&chat, path), Some(&*ada.token));
        let body = b"{\"a\":\"\xff\xfe\"}".to_vec();
        let answer = chat.call_raw(method, &path, token, "application/json", body).await;
        answer.rejects(400, "invalid_body");
        tried += 1;
    }
    assert!(tried > 10, "{tried}");
}

#[tokio::test]
async fn a_wrong_method_gets_the_allowed_methods() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    for (_, path, _) in routes() {
        let methods = [Method::PATCH, Method::PUT, Method::DELETE];
        let is_route =
            |method: &Method| routes().iter().any(|(other, at, _)| *at == path && other == method);
        let wrong = methods.into_iter().find(|method| !is_route(method)).unwrap();
        let answer = ada.call(wrong, &path_of(&chat, path), None).await;
        answer.rejects(405, "method_not_allowed");
        let mut allowed: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
        allowed.retain(|method| *method != "HEAD");
        allowed.sort_unstable();
        let mut expected: Vec<String> = routes()
            .into_iter()
            .filter(|(_, other, _)| *other == path)
            .map(|(method, _, _)| method.to_string())
            .collect();
        expected.sort_unstable();
        assert_eq!(allowed, expected, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_gets_a_problem_from_its_function_or_the_gateways_404() {
    let chat = Chat::start().await;
    let ada = chat.joins("Ada").await;
    let id = ulid(chat.now());
    for path in [
        "/api/auth/nothing".to_owned(),
        "/api/password/nothing".to_owned(),
        "/api/password/reset/x".to_owned(),
        "/api/profile/nothing".to_owned(),
        "/api/profile/users/x/y".to_owned(),
        "/api/auth/register/more".to_owned(),
        "/api/emotes/nothing".to_owned(),
        format!("/api/conversations/{id}/nothing"),
        format!("/api/conversations/{id}/messages/1/2/3"),
    ] {
        ada.get(&path).await.rejects(404, "not_found");
    }
    for path in ["/nothing", "/api", "/api/nothing", "/health"] {
        let answer = ada.get(path).await;
        assert_eq!((answer.status, &answer.body["message"]), (404, &"Not Found".into()), "{path}");
    }
}

/// If an `ANY` route leads to the function, a gateway may forward the preflight to it. The function must accept it.
#[tokio::test]
async fn a_preflight_that_reaches_a_function_succeeds() {
    let chat = Chat::start().await;
    let variables = chat.stack().environment("AuthFunction").unwrap().clone();
    let start = local::builders()["auth"];
    let invoke = start(variables, chat.stack().clock().clone()).await.unwrap();
    let http = json!({
        "method": "OPTIONS", "path": "/api/auth/login", "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1", "userAgent": "a browser",
    });
    let event = json!({
        "version": "2.0", "routeKey": "ANY /api/auth/{proxy+}", "rawPath": "/api/auth/login",
        "rawQueryString": "", "isBase64Encoded": false,
        "headers": {
            "host": "127.0.0.1", "origin": "http://localhost:5173",
            "access-control-request-method": "POST",
        },
        "requestContext": {
            "accountId": "0", "apiId": "api", "domainName": "x", "domainPrefix": "x", "http": http,
            "requestId": "one", "routeKey": "ANY /api/auth/{proxy+}", "stage": "$default",
            "time": "22/Nov/2026:00:00:00 +0000", "timeEpoch": 1_795_305_600_000_u64,
        },
    });
    assert_eq!(invoke(event).await.unwrap()["statusCode"], 204);
}

#[tokio::test]
async fn a_page_from_an_allowed_origin_can_call_the_api() {
    let chat = Chat::start().await;
    let preflight = async |origin: &str| {
        let request = chat
            .http
            .request(Method::OPTIONS, chat.url("/api/auth/login"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        Answer::read(request.send().await.unwrap()).await
    };
    let allowed = preflight("http://localhost:5173").await;
    assert_eq!(allowed.header("access-control-allow-origin"), "http://localhost:5173");
    assert!(allowed.header("access-control-allow-headers").contains("content-type"));
    assert_eq!(preflight("http://evil.example").await.header("access-control-allow-origin"), "");
}
