//! `@connections`: the API that functions use to post to sockets, query them and close them.

use http::{HeaderValue, Method, StatusCode};
use http_body_util::Full;
use serde_json::json;

use super::{Gateway, Sockets, connection::DELETED};
use crate::{
    aws::faults::FaultKind,
    host::server::{self, BodyError, Cut, Response},
    template,
};

/// The connection id, if this decoded path belongs to the management API.
pub(super) fn connection_id<'a>(path: &'a str, stage: &str) -> Option<&'a str> {
    let path = path.strip_prefix('/')?;
    let path = path.strip_prefix(stage).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    path.strip_prefix("@connections/").filter(|id| !id.is_empty())
}

pub(super) async fn answer(
    gateway: &Gateway,
    request: server::Request,
    id: &str,
) -> Result<Response, Cut> {
    let method = request.method().clone();
    let resource = format!("{}/{}/{method}/@connections/{id}", gateway.id, gateway.stage);
    let resource = template::arn("execute-api", &resource);
    // Requires an access key of this stack, so that no web page can post to a socket.
    let caller = gateway
        .principals
        .caller(request.headers())
        .filter(|caller| caller.may("execute-api:ManageConnections", &resource));
    let operation = match method {
        Method::POST => Some(Operation::Post),
        Method::GET => Some(Operation::Get),
        Method::DELETE => Some(Operation::Delete),
        _ => None,
    };
    let (Some(caller), Some(operation)) = (caller.cloned(), operation) else {
        return Ok(error(StatusCode::FORBIDDEN, "ForbiddenException", "Forbidden"));
    };
    let body = match server::read_body(request.into_body(), gateway.limits.message).await {
        Ok(body) => String::from_utf8_lossy(&body).into_owned(),
        Err(BodyError::TooLarge) => {
            let kind = "PayloadTooLargeException";
            return Ok(error(StatusCode::PAYLOAD_TOO_LARGE, kind, "Message too long"));
        }
        Err(BodyError::Broken) => {
            return Ok(error(StatusCode::BAD_REQUEST, "BadRequestException", "Bad Request"));
        }
    };
    Call { sockets: &gateway.sockets, caller: &caller.name, operation, id, body }.answer().await
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Post,
    Get,
    Delete,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Post => "PostToConnection",
            Self::Get => "GetConnection",
            Self::Delete => "DeleteConnection",
        }
    }
}

/// An authorized call.
struct Call<'a> {
    sockets: &'a Sockets,
    caller: &'a str,
    operation: Operation,
    id: &'a str,
    body: String,
}

impl Call<'_> {
    /// Performs the call, or what an injected fault requires instead.
    async fn answer(&self) -> Result<Response, Cut> {
        let text = format!("{}\n{}", self.id, self.body);
        match self.sockets.faults().take(self.operation.name(), text.as_bytes()) {
            None => Ok(self.run()),
            Some(FaultKind::Throttle) => Ok(self.not_delivered(throttled())),
            Some(FaultKind::Fail | FaultKind::Conflict) => Ok(self.not_delivered(failed())),
            Some(FaultKind::Respond(status, body)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                Ok(self.not_delivered(server::json(status, &body)))
            }
            Some(FaultKind::LoseResponse) => {
                self.run();
                Err(Cut)
            }
            Some(FaultKind::FailAfterwards) => {
                self.run();
                Ok(failed())
            }
            Some(FaultKind::Delay(latch)) => {
                latch.pass().await;
                Ok(self.run())
            }
            Some(FaultKind::DelayResponse(latch)) => {
                let response = self.run();
                latch.pass().await;
                Ok(response)
            }
        }
    }

    fn run(&self) -> Response {
        let gone = || error(StatusCode::GONE, "GoneException", "Gone");
        match self.operation {
            Operation::Post => match self.sockets.post(self.caller, self.id, &self.body) {
                Ok(()) => Response::new(Full::default()),
                Err(_) => gone(),
            },
            Operation::Get => self.sockets.get(self.id).map_or_else(gone, |connection| {
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
            Operation::Delete => self.sockets.remove(self.id).map_or_else(gone, |connection| {
                connection.close(DELETED.0, DELETED.1);
                let mut response = Response::new(Full::default());
                *response.status_mut() = StatusCode::NO_CONTENT;
                response
            }),
        }
    }

    /// Returns the response to a call that a fault kept from reaching its socket. Records posts.
    fn not_delivered(&self, response: Response) -> Response {
        if self.operation == Operation::Post {
            self.sockets.note(self.caller, self.id, &self.body, response.status().as_u16());
        }
        response
    }
}

/// The response for an exceeded quota of the account, or of a socket whose client reads too slowly.
fn throttled() -> Response {
    error(StatusCode::TOO_MANY_REQUESTS, "LimitExceededException", "Too Many Requests")
}

fn failed() -> Response {
    let kind = "InternalServerErrorException";
    error(StatusCode::INTERNAL_SERVER_ERROR, kind, "Internal server error")
}

/// An error response. The SDK reads the kind of error from the `x-amzn-errortype` header.
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
