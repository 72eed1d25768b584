//! The responses of SES, in the XML of AWS's Query protocol.

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;

use crate::host::{random, server::Response};

const NAMESPACE: &str = "http://ses.amazonaws.com/doc/2010-12-01/";

/// The reason why SES rejects an email.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Rejection {
    /// An error of the sender.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    pub(super) fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, ..Self::new(code, message) }
    }

    pub(super) fn failed() -> Self {
        let message = "The request processing has failed because of an unknown error.";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self { status, ..Self::new("InternalFailure", message) }
    }
}

pub(super) fn sent() -> Response {
    let message = random::uuid();
    let body = format!(
        "<SendEmailResponse xmlns=\"{NAMESPACE}\"><SendEmailResult><MessageId>{message}-000000\
         </MessageId></SendEmailResult><ResponseMetadata><RequestId>{}</RequestId>\
         </ResponseMetadata></SendEmailResponse>",
        random::uuid(),
    );
    xml(StatusCode::OK, body)
}

pub(super) fn rejected(rejection: &Rejection) -> Response {
    let blame = if rejection.status.is_server_error() { "Receiver" } else { "Sender" };
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{blame}</Type><Code>{}</Code><Message>{}\
         </Message></Error><RequestId>{}</RequestId></ErrorResponse>",
        rejection.code,
        escaped(&rejection.message),
        random::uuid(),
    );
    xml(rejection.status, body)
}

pub(super) fn xml(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Full::from(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
