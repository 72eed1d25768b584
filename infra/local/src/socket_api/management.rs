//! `@connections`: how functions post to sockets, ask about them and close them.

use http::{HeaderValue, Method, StatusCode};
use http_body_util::Full;
use serde_json::json;

use super::{Gateway, connection::DELETED};
use crate::{
    server::{self, BodyError, Response},
    template,
};

/// The connection's id, if this path (decoded) is one of the management API.
pub(super) fn connection_id<'a>(path: &'a str, stage: &str) -> Option<&'a str> {
    let path = path.strip_prefix('/')?;
    let path = path.strip_prefix(stage).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    path.strip_prefix("@connections/").filter(|id| !id.is_empty())
}

pub(super) async fn answer(gateway: &Gateway, request: server::Request, id: &str) -> Response {
    let method = request.method().clone();
    let resource = format!("{}/{}/{method}/@connections/{id}", gateway.id, gateway.stage);
    let resource = template::arn("execute-api", &resource);
    // Without an access key of this stack nobody gets in: no web page can post to a socket.
    let caller = gateway
        .principals
        .caller(request.headers())
        .filter(|caller| caller.may("execute-api:ManageConnections", &resource));
    let Some(caller) = caller.cloned() else {
        return error(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden");
    };
    let gone = || error(StatusCode::GONE, "GoneException", "Gone");
    match method {
        Method::POST => {
            let limit = gateway.limits.message;
            let body = match server::read_body(request.into_body(), limit).await {
                Ok(body) => String::from_utf8_lossy(&body).into_owned(),
                Err(BodyError::TooLarge) => {
                    let kind = "PayloadTooLargeException";
                    return error(StatusCode::PAYLOAD_TOO_LARGE, kind, "Message too long");
                }
                Err(BodyError::Broken) => {
                    return error(StatusCode::BAD_REQUEST, "BadRequestException", "Bad Request");
                }
            };
            match gateway.sockets.post(&caller.name, id, body) {
                Ok(()) => Response::new(Full::default()),
                Err(_) => gone(),
            }
        }
        Method::GET => gateway.sockets.get(id).map_or_else(gone, |connection| {
            let body = json!({
                "connectedAt": connection.connected_at,
                "identity": {
                    "sourceIp": connection.source.to_string(),
                    "userAgent": connection.user_agent,
                },
                "lastActiveAt": connection.last_active(),
            });
            server::json(StatusCode::OK, &body)
        }),
        Method::DELETE => gateway.sockets.remove(id).map_or_else(gone, |connection| {
            connection.close(DELETED.0, DELETED.1);
            let mut response = Response::new(Full::default());
            *response.status_mut() = StatusCode::NO_CONTENT;
            response
        }),
        _ => error(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden"),
    }
}

/// The SDK reads the kind of an error from this header.
fn error(status: StatusCode, kind: &'static str, text: &str) -> Response {
    let mut response = server::message(status, text);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::connection_id;

    #[test]
    fn connections_are_found_with_and_without_the_stage() {
        assert_eq!(connection_id("/live/@connections/a=", "live"), Some("a="));
        assert_eq!(connection_id("/@connections/a=", "live"), Some("a="));
        assert_eq!(connection_id("/other/@connections/a=", "live"), None);
        assert_eq!(connection_id("/live/@connections/", "live"), None);
        assert_eq!(connection_id("/live", "live"), None);
    }
}
