//! The endpoint that functions send emails to. It checks the caller and its rights, and applies injected faults.

use std::sync::Arc;

use http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;

use super::{
    answer::{self, Rejection},
    mailbox::{Mail, Mailbox},
    message::{self, Fields, Message},
};
use crate::{
    aws::{
        faults::FaultKind,
        rights::{Principal, Principals},
    },
    host::{
        server::{self, Cut, Response},
        tasks::Tasks,
        time::Time,
    },
    template,
};

/// The largest request body that SES accepts, in bytes.
const LARGEST: usize = 10 * 1024 * 1024;

/// Serves the listener's requests until the tasks are stopped.
pub(crate) fn serve(
    mailbox: Mailbox,
    listener: TcpListener,
    principals: Principals,
    time: Arc<Time>,
    tasks: &Tasks,
) {
    let endpoint = Arc::new(Endpoint { mailbox, principals, time });
    server::serve(listener, tasks, move |request, _| {
        let endpoint = endpoint.clone();
        async move {
            match endpoint.answer(request).await {
                Ok(response) => Ok(response),
                Err(Failed::Rejected(rejection)) => Ok(answer::rejected(&rejection)),
                Err(Failed::Cut) => Err(Cut),
            }
        }
    });
}

struct Endpoint {
    mailbox: Mailbox,
    principals: Principals,
    time: Arc<Time>,
}

/// How a request fails.
enum Failed {
    Rejected(Rejection),
    Cut,
}

impl From<Rejection> for Failed {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Endpoint {
    async fn answer(&self, request: server::Request) -> Result<Response, Failed> {
        let (parts, body) = request.into_parts();
        let caller = self.principals.caller(&parts.headers).cloned().ok_or_else(|| {
            let text = "The security token included in the request is invalid.";
            Rejection::forbidden("InvalidClientTokenId", text)
        })?;
        let body = server::read_body(body, LARGEST).await.map_err(|_| {
            Rejection::new("MalformedQueryString", "The request body could not be read.")
        })?;
        let fields: Fields = form_urlencoded::parse(&body).into_owned().collect();
        let action = fields.iter().find(|(name, _)| name == "Action").map(|(_, action)| action);
        match action.map(String::as_str) {
            Some("SendEmail") => self.send(&caller, &fields).await,
            Some(other) => {
                let text = format!("Could not find operation {other} for version 2010-12-01");
                Err(Rejection::new("InvalidAction", text).into())
            }
            None => Err(Rejection::new("MissingAction", "The request has no Action.").into()),
        }
    }

    async fn send(&self, caller: &Principal, fields: &Fields) -> Result<Response, Failed> {
        let message = message::parse(fields)?;
        allowed(caller, &message)?;
        let lines: String =
            fields.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        match self.mailbox.faults().take("SendEmail", lines.as_bytes()) {
            None => {}
            Some(FaultKind::Throttle) => {
                return Err(Rejection::new("Throttling", "Maximum sending rate exceeded.").into());
            }
            Some(FaultKind::Fail | FaultKind::Conflict) => return Err(Rejection::failed().into()),
            Some(FaultKind::Respond(status, body)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                let body = match body {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                return Ok(answer::xml(status, body));
            }
            Some(FaultKind::LoseResponse) => {
                self.catch(message)?;
                return Err(Failed::Cut);
            }
            Some(FaultKind::FailAfterwards) => {
                self.catch(message)?;
                return Err(Rejection::failed().into());
            }
            Some(FaultKind::Delay(latch)) => latch.pass().await,
            Some(FaultKind::DelayResponse(latch)) => {
                self.catch(message)?;
                latch.pass().await;
                return Ok(answer::sent());
            }
        }
        self.catch(message)?;
        Ok(answer::sent())
    }

    /// Stores one copy of the email per recipient.
    fn catch(&self, message: Message) -> Result<(), Rejection> {
        let sent_at = self.time.now();
        let Message { source, recipients, subject, text, html, .. } = message;
        let mail = |to| Mail {
            to,
            from: source.clone(),
            subject: subject.clone(),
            text: text.clone(),
            html: html.clone(),
            sent_at,
        };
        let mails = recipients.into_iter().map(mail).collect();
        self.mailbox.catch(mails).map_err(|error| {
            tracing::error!(error = %error, "failed to store the mailbox");
            Rejection::failed()
        })
    }
}

/// Checks the right to send. A right may name the sender's address or its domain as the identity.
fn allowed(caller: &Principal, message: &Message) -> Result<(), Rejection> {
    let from = message.from.email();
    let identity = |name: &str| template::arn("ses", &format!("identity/{name}"));
    let (address, domain) = (identity(&from), identity(message.from.domain()));
    let context = [("ses:FromAddress", from.as_str())];
    if caller.may_with("ses:SendEmail", &[&address, &domain], &context) {
        return Ok(());
    }
    let text = format!(
        "User `{}' is not authorized to perform `ses:SendEmail' on resource `{address}'",
        caller.name,
    );
    Err(Rejection::forbidden("AccessDenied", text))
}
