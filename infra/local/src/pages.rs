//! The local stack's own pages: under `/_local/` the mailbox, and where a mail's link leads to set a password; beside
//! it the description of the API.
//!
//! Those under `/_local/` are for a browser on this machine: a foreign page gets at them neither by name nor by frame.

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION,
        REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
    request::Parts,
    uri::Authority,
};
use http_body_util::Full;
use serde_json::json;

use crate::{
    Mailbox,
    server::{self, Response},
};

/// Paths that belong to the local stack and never to a function.
const LOCAL: &str = "/_local";

/// Where the description of the API is. It tells nothing of anybody, so anybody may have it.
const DESCRIPTION: &str = "/openapi.json";

/// What every answer says: nothing of it is kept, guessed at, told on or framed, and it loads its own files only.
const HEADERS: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
];

/// The answer, if the path is one of the local stack's own.
pub(crate) fn answer(parts: &Parts, mailbox: &Mailbox) -> Option<Response> {
    if parts.uri.path() == DESCRIPTION {
        let document = file("application/json", include_str!("../../../docs/openapi.json"));
        return Some(for_reading(&parts.method, document));
    }
    let path = parts.uri.path().strip_prefix(LOCAL)?;
    if !path.is_empty() && !path.starts_with('/') {
        return None;
    }
    let mut response = if is_local(&parts.headers) {
        page(&parts.method, path, mailbox)
    } else {
        server::message(StatusCode::FORBIDDEN, "Forbidden")
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Some(response)
}

fn page(method: &Method, path: &str, mailbox: &Mailbox) -> Response {
    let found = match path {
        "" => moved("/_local/"),
        "/" => file("text/html; charset=utf-8", include_str!("../pages/mailbox.html")),
        "/reset" => file("text/html; charset=utf-8", include_str!("../pages/reset.html")),
        "/style.css" => file("text/css; charset=utf-8", include_str!("../pages/style.css")),
        "/mailbox.js" => {
            file("text/javascript; charset=utf-8", include_str!("../pages/mailbox.js"))
        }
        "/reset.js" => file("text/javascript; charset=utf-8", include_str!("../pages/reset.js")),
        "/mail" => server::json(StatusCode::OK, &json!(mailbox.mails())),
        _ => return server::message(StatusCode::NOT_FOUND, "Not Found"),
    };
    for_reading(method, found)
}

/// What there is, to whoever reads it.
fn for_reading(method: &Method, found: Response) -> Response {
    if method == Method::GET || method == Method::HEAD {
        return found;
    }
    let mut refused = server::message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    refused
}

/// A name that somebody else can make resolve to this machine is not this machine's.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    host.is_some_and(|host| {
        let name = host.host();
        let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        name.eq_ignore_ascii_case("localhost") || address.unwrap_or(name).parse::<IpAddr>().is_ok()
    })
}

fn file(kind: &'static str, content: &'static str) -> Response {
    let mut response = Response::new(Full::from(Bytes::from_static(content.as_bytes())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn moved(to: &'static str) -> Response {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, HeaderValue::from_static(to));
    response
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn ask(request: http::request::Builder) -> Response {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        answer(&parts, &Mailbox::open(None).unwrap()).unwrap()
    }

    fn get(path: &str) -> Response {
        ask(Request::get(path).header("host", "127.0.0.1:3000"))
    }

    #[test]
    fn every_page_holds_others_off() {
        for path in ["/_local/", "/_local/reset?token=x", "/_local/mailbox.js", "/_local/mail"] {
            let response = get(path);
            assert_eq!(response.status(), 200, "{path}");
            let headers = response.headers();
            assert_eq!(headers["cache-control"], "no-store");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["referrer-policy"], "no-referrer");
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
        }
        assert_eq!(get("/_local/mail").headers()["content-type"], "application/json");
    }

    #[test]
    fn pages_hold_no_script_or_style_of_their_own() {
        for page in [include_str!("../pages/mailbox.html"), include_str!("../pages/reset.html")] {
            assert!(!page.contains("<style") && !page.contains("style="));
            let handler = |word: &str| word.starts_with("on") && word.contains('=');
            assert!(!page.split_whitespace().any(handler));
            assert_eq!(page.matches("<script").count(), page.matches("<script src=").count());
        }
    }

    #[test]
    fn other_paths_and_methods_are_refused() {
        assert_eq!(get("/_local/other").status(), 404);
        let moved = get("/_local");
        assert_eq!(
            (moved.status().as_u16(), &moved.headers()["location"]),
            (308, &HeaderValue::from_static("/_local/"))
        );
        let posted = ask(Request::post("/_local/mail").header("host", "localhost:3000"));
        assert_eq!(
            (posted.status().as_u16(), &posted.headers()["allow"]),
            (405, &HeaderValue::from_static("GET, HEAD"))
        );
        let (parts, ()) = Request::get("/_localother").body(()).unwrap().into_parts();
        assert!(answer(&parts, &Mailbox::open(None).unwrap()).is_none());
    }

    #[test]
    fn only_addresses_and_localhost_are_this_machine() {
        let status = |host: &str| ask(Request::get("/_local/mail").header("host", host)).status();
        for host in ["127.0.0.1", "127.0.0.1:3000", "[::1]:3000", "localhost:1", "192.168.0.2"] {
            assert_eq!(status(host), 200, "{host}");
        }
        for host in ["rebound.example:3000", "localhost.example", "127.0.0.1.example", ""] {
            assert_eq!(status(host), 403, "{host}");
        }
        assert_eq!(ask(Request::get("/_local/mail")).status(), 403);
    }
}
