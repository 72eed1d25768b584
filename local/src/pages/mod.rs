//! The local stack's pages: the chat at `/`, the mailbox and the page of the reset link under `/_local/`, the API viewer under
//! `/docs/`, and the API documents.
//!
//! Pages under `/_local/` are only for browsers on this machine: other sites can neither fetch nor frame them.

mod files;

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    },
    request::Parts,
    uri::Authority,
};
use http_body_util::Full;
use serde_json::json;

use self::files::{Area, File, Readers};
use crate::{
    Mailbox,
    host::server::{self, Response},
};

/// Headers of every response: no caching, no content sniffing and no referrer. The area adds its content security policy.
const HEADERS: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
];

/// The pages, and the data that they show.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) mailbox: Mailbox,
    /// The socket URL; `None` if this process serves no socket API.
    pub(crate) socket_url: Option<String>,
}

impl Pages {
    /// The response; `None` if the path does not belong to the local stack's pages.
    pub(crate) fn answer(&self, parts: &Parts) -> Option<Response> {
        let (area, rest) = Area::of(parts.uri.path())?;
        let mut response = if area.readers == Readers::Everyone || is_local(&parts.headers) {
            found(area, rest, &self.mailbox).map_or_else(
                || server::message(StatusCode::NOT_FOUND, "Not Found"),
                |found| for_get_or_head(&parts.method, found),
            )
        } else {
            server::message(StatusCode::FORBIDDEN, "Forbidden")
        };
        for (name, value) in HEADERS {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response.headers_mut().extend(area.policy(self.socket_url.as_deref()));
        Some(response)
    }
}

/// Whether a page calls the API, and so works only where the API is served.
pub(crate) fn calls_the_api(path: &str) -> bool {
    Area::of(path).is_some_and(|(area, rest)| (area.calls_the_api)(rest))
}

fn found(area: &Area, rest: &str, mailbox: &Mailbox) -> Option<Response> {
    match (area.folder, rest) {
        // The emails are not a file.
        ("/_local", "/mail") => Some(server::json(StatusCode::OK, &json!(mailbox.mails()))),
        (folder, "") => HeaderValue::try_from(format!("{folder}/")).ok().map(moved),
        _ => area.file(rest).map(file),
    }
}

/// Returns the response for GET and HEAD, and an error for other methods.
fn for_get_or_head(method: &Method, found: Response) -> Response {
    if method == Method::GET || method == Method::HEAD {
        return found;
    }
    let mut rejected = server::message(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    rejected.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    rejected
}

/// Whether the request names this machine by `localhost` or an IP address. Another site could make any other name resolve
/// to this machine.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| Authority::try_from(host.as_bytes()).ok());
    host.is_some_and(|host| {
        let name = host.host();
        let address = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        name.eq_ignore_ascii_case("localhost") || address.unwrap_or(name).parse::<IpAddr>().is_ok()
    })
}

fn file(File(_, kind, content): &'static File) -> Response {
    let mut response = Response::new(Full::from(Bytes::from_static(content)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn moved(to: HeaderValue) -> Response {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, to);
    response
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn pages() -> Pages {
        let socket_url = Some("ws://127.0.0.1:3001".to_owned());
        Pages { mailbox: Mailbox::open(None).unwrap(), socket_url }
    }

    fn send(request: http::request::Builder) -> Response {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        pages().answer(&parts).unwrap()
    }

    fn get(path: &str) -> Response {
        send(Request::get(path).header("host", "127.0.0.1:3000"))
    }

    #[test]
    fn every_page_sends_security_headers() {
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
    fn every_file_is_served_by_its_path_with_its_type_and_a_policy() {
        for area in &files::AREAS {
            for File(path, kind, _) in area.files {
                let path = format!("{}{path}", area.folder);
                let response = get(&path);
                assert_eq!(response.status(), 200, "{path}");
                let headers = response.headers();
                assert_eq!(headers["content-type"], *kind, "{path}");
                let policy = headers["content-security-policy"].to_str().unwrap();
                assert!(policy.starts_with("default-src 'none';"), "{path}");
                assert!(policy.contains("frame-ancestors 'none'"), "{path}");
                assert!(!policy.contains("unsafe"), "{path}");
            }
        }
    }

    #[test]
    fn only_the_chat_may_open_the_socket() {
        for (path, socket) in [("/", " ws://127.0.0.1:3001;"), ("/docs/", ";")] {
            let policy = get(path).headers()["content-security-policy"].clone();
            let allowed = format!("connect-src 'self'{socket}");
            assert!(policy.to_str().unwrap().contains(&allowed), "{policy:?}");
        }
    }

    #[test]
    fn the_documents_and_their_viewer_are_public() {
        for path in ["/openapi.json", "/asyncapi.yaml", "/docs/", "/docs/viewer.js"] {
            assert_eq!(send(Request::get(path).header("host", "away.example")).status(), 200);
        }
    }

    #[test]
    fn pages_that_call_the_api_are_marked() {
        for path in ["/", "/app.js", "/_local/reset", "/docs/", "/docs"] {
            assert!(calls_the_api(path), "{path}");
        }
        for path in ["/_local/", "/openapi.json", "/asyncapi.yaml", "/api/auth/login"] {
            assert!(!calls_the_api(path), "{path}");
        }
    }

    #[test]
    fn pages_contain_no_inline_script_or_style() {
        let files = files::AREAS.iter().flat_map(|area| area.files);
        let pages = files.filter(|File(_, kind, _)| kind.starts_with("text/html"));
        for File(_, _, page) in pages {
            let page = str::from_utf8(page).unwrap();
            assert!(!page.contains("<style") && !page.contains("style="));
            let handler = |word: &str| word.starts_with("on") && word.contains('=');
            assert!(!page.split_whitespace().any(handler));
            assert_eq!(page.matches("<script").count(), page.matches("<script src=").count());
        }
    }

    #[test]
    fn other_paths_and_methods_are_rejected() {
        assert_eq!(get("/_local/other").status(), 404);
        assert_eq!(get("/docs/other").status(), 404);
        for (from, to) in [("/_local", "/_local/"), ("/docs", "/docs/")] {
            let moved = get(from);
            assert_eq!(
                (moved.status().as_u16(), moved.headers()["location"].as_bytes()),
                (308, to.as_bytes())
            );
        }
        let posted = send(Request::post("/_local/mail").header("host", "localhost:3000"));
        assert_eq!(
            (posted.status().as_u16(), &posted.headers()["allow"]),
            (405, &HeaderValue::from_static("GET, HEAD"))
        );
        for path in ["/_localother", "/docsother", "/other", "/index.html"] {
            let (parts, ()) = Request::get(path).body(()).unwrap().into_parts();
            assert!(pages().answer(&parts).is_none(), "{path}");
        }
    }

    #[test]
    fn only_ip_addresses_and_localhost_name_this_machine() {
        let status = |host: &str| send(Request::get("/_local/mail").header("host", host)).status();
        for host in ["127.0.0.1", "127.0.0.1:3000", "[::1]:3000", "localhost:1", "192.168.0.2"] {
            assert_eq!(status(host), 200, "{host}");
        }
        for host in ["rebound.example:3000", "localhost.example", "127.0.0.1.example", ""] {
            assert_eq!(status(host), 403, "{host}");
        }
        assert_eq!(send(Request::get("/_local/mail")).status(), 403);
    }
}
