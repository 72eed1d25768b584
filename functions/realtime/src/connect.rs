//! `$connect`: admits a socket, or rejects it before it opens.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;
use http::{HeaderMap, header};
use serde_json::{Value, json};
use shared::{
    domain::{ConnectionId, Identity},
    protocol::problem::{Code, Problem},
    secrets::tokens,
    store::NotAdmitted,
};

use crate::State;

/// The subprotocol that this server speaks.
const PROTOCOL: &str = "emotechat.v1";
/// Marks a ticket among the offered subprotocols. Browsers send it there because they cannot set headers for a socket.
const TICKET_PREFIX: &str = "ticket.";

/// A client's proof of identity.
enum Credential {
    Ticket(String),
    Token(String),
}

struct Request {
    credential: Credential,
    offers_protocol: bool,
}

impl Request {
    fn parse(state: &State, event: &ApiGatewayWebsocketProxyRequest) -> Result<Self, Problem> {
        let headers = &event.headers;
        let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
        let allowed = &state.settings.allowed_origins;
        // Only browsers send an origin. They let any page open a socket: RFC 6455, 10.2.
        if origin.is_some_and(|origin| {
            !allowed.iter().any(|allowed| allowed == origin || allowed == "*")
        }) {
            return Err(Problem::new(Code::OriginNotAllowed));
        }
        let protocols = protocols(headers);
        let in_protocols = protocols.iter().find_map(|offered| offered.strip_prefix(TICKET_PREFIX));
        let in_query = event.query_string_parameters.first("ticket");
        let credential = match in_protocols.or(in_query) {
            Some(ticket) => Credential::Ticket(ticket.to_owned()),
            None => Credential::Token(tokens::bearer(headers)?.to_owned()),
        };
        Ok(Self { credential, offers_protocol: protocols.contains(&PROTOCOL) })
    }
}

fn protocols(headers: &HeaderMap) -> Vec<&str> {
    let values = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}

async fn identify(state: &State, credential: &Credential) -> Result<Identity, Problem> {
    match credential {
        Credential::Ticket(ticket) => {
            let identity = state.store.ticket(ticket).await?;
            identity.ok_or_else(|| Problem::new(Code::InvalidTicket))
        }
        Credential::Token(token) => Ok(state.tokens.verify(token).await?),
    }
}

async fn admit(
    state: &State,
    connection_id: &ConnectionId,
    event: &ApiGatewayWebsocketProxyRequest,
) -> Result<bool, Problem> {
    let request = Request::parse(state, event)?;
    let identity = identify(state, &request.credential).await?;
    let ticket = match &request.credential {
        Credential::Ticket(ticket) => Some(&**ticket),
        Credential::Token(_) => None,
    };
    let code = match state.store.admit(connection_id, identity, ticket).await? {
        Ok(admitted) => {
            state.delivery.pusher().close_all(&admitted.displaced).await;
            return Ok(request.offers_protocol);
        }
        Err(NotAdmitted::TicketUsed) => Code::InvalidTicket,
        Err(NotAdmitted::SessionEnded) if ticket.is_some() => Code::InvalidTicket,
        Err(NotAdmitted::SessionEnded) => Code::InvalidToken,
    };
    Err(Problem::new(code))
}

pub(crate) async fn handle(
    state: &State,
    connection_id: &ConnectionId,
    event: &ApiGatewayWebsocketProxyRequest,
) -> Value {
    match admit(state, connection_id, event).await {
        Ok(true) => json!({ "statusCode": 200, "headers": { "Sec-WebSocket-Protocol": PROTOCOL } }),
        Ok(false) => json!({ "statusCode": 200 }),
        Err(problem) => {
            tracing::info!(code = problem.code.slug(), "rejected a socket");
            let body = json!({ "code": problem.code.slug(), "detail": problem.detail });
            json!({ "statusCode": problem.code.status(), "body": body.to_string() })
        }
    }
}
