//! CORS as the template configures it. API Gateway answers preflight requests itself and drops the CORS headers of functions.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
    },
};
use http_body_util::Full;

use crate::{host::server, template::Cors};

/// The response to a preflight request; `None` for other requests.
pub(super) fn preflight(
    cors: Option<&Cors>,
    method: &Method,
    headers: &HeaderMap,
) -> Option<server::Response> {
    let cors = cors?;
    let is_preflight =
        headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if *method != Method::OPTIONS || !is_preflight {
        return None;
    }
    let mut response = server::Response::new(Full::<Bytes>::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if allows(cors, headers.get(ORIGIN)) {
        let answer = response.headers_mut();
        list(answer, ACCESS_CONTROL_ALLOW_METHODS, &cors.methods);
        list(answer, ACCESS_CONTROL_ALLOW_HEADERS, &cors.headers);
        if let Some(age) = cors.max_age {
            answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(age));
        }
    }
    Some(response)
}

/// Replaces the function's CORS headers with those of the API.
pub(super) fn decorate(cors: Option<&Cors>, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    let Some(cors) = cors else { return };
    for name in [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS,
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ] {
        headers.remove(name);
    }
    let any = !cors.credentials && cors.origins.iter().any(|allowed| allowed == "*");
    if !any {
        headers.append(VARY, HeaderValue::from_static("origin"));
    }
    let Some(origin) = origin.filter(|origin| allows(cors, Some(origin))) else { return };
    let allowed = if any { HeaderValue::from_static("*") } else { origin.clone() };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    list(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &cors.exposed);
    if cors.credentials {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
}

fn allows(cors: &Cors, origin: Option<&HeaderValue>) -> bool {
    let Some(origin) = origin.and_then(|origin| origin.to_str().ok()) else { return false };
    cors.origins.iter().any(|allowed| match allowed.split_once('*') {
        None => allowed.eq_ignore_ascii_case(origin),
        Some((before, after)) => {
            origin.len() >= before.len() + after.len()
                && origin.starts_with(before)
                && origin.ends_with(after)
        }
    })
}

fn list(headers: &mut HeaderMap, name: HeaderName, items: &[String]) {
    if !items.is_empty()
        && let Ok(value) = HeaderValue::try_from(items.join(","))
    {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origin: &str) -> Cors {
        Cors {
            origins: vec![origin.to_owned()],
            methods: vec!["GET".to_owned(), "POST".to_owned()],
            exposed: vec!["date".to_owned()],
            max_age: Some(60),
            ..Cors::default()
        }
    }

    fn decorated(cors: &Cors, origin: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("access-control-allow-origin", HeaderValue::from_static("functions own"));
        decorate(Some(cors), Some(&HeaderValue::from_static(origin)), &mut headers);
        headers
    }

    #[test]
    fn only_an_allowed_origin_gets_cors_headers() {
        let headers = decorated(&cors("http://a"), "http://a");
        assert_eq!(headers["access-control-allow-origin"], "http://a");
        assert_eq!(headers["access-control-expose-headers"], "date");
        assert_eq!(headers["vary"], "origin");
        assert!(
            !decorated(&cors("http://a"), "http://b").contains_key("access-control-allow-origin")
        );
    }

    #[test]
    fn a_wildcard_matches_all_or_part_of_an_origin() {
        assert_eq!(decorated(&cors("*"), "http://a")["access-control-allow-origin"], "*");
        let part = cors("https://*");
        assert_eq!(decorated(&part, "https://a")["access-control-allow-origin"], "https://a");
        assert!(!decorated(&part, "http://a").contains_key("access-control-allow-origin"));
    }

    #[test]
    fn the_gateway_answers_preflights() {
        let mut headers = HeaderMap::new();
        headers.insert("origin", HeaderValue::from_static("http://a"));
        let cors = cors("http://a");
        assert!(preflight(Some(&cors), &Method::OPTIONS, &headers).is_none());
        headers.insert("access-control-request-method", HeaderValue::from_static("POST"));
        let answer = preflight(Some(&cors), &Method::OPTIONS, &headers).unwrap();
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.headers()["access-control-allow-methods"], "GET,POST");
        assert_eq!(answer.headers()["access-control-max-age"], "60");
    }
}
