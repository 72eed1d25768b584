//! The socket: who may open one, what is asked on it, and its end.
//!
//! `connect` and `disconnect` are the gateway's events; every other file answers an action, `append` all that add to a log.

use aws_lambda_events::apigw::{
    ApiGatewayWebsocketProxyRequest, ApiGatewayWebsocketProxyRequestContext,
};
use serde_json::{Value, json};
use shared::{
    Clock,
    aws::Aws,
    domain::ConnectionId,
    push::Delivery,
    runtime::config::{self, Variables},
    secrets::Tokens,
    start::Services,
    store::Store,
};

mod append;
mod connect;
mod disconnect;
mod hello;
mod outcome;
mod read;
mod request;
mod sync;
mod typing;

/// What this function can reach.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    tokens: Tokens,
    delivery: Delivery,
    settings: Settings,
}

/// What the deployment sets.
#[derive(Debug, Clone)]
struct Settings {
    allowed_origins: Vec<String>,
    entries_per_sender: u32,
}

/// The function, ready to answer.
///
/// # Errors
/// Names every variable that is missing.
pub async fn start(mut variables: Variables, clock: Clock) -> Result<State, config::Error> {
    let aws = Aws::new(&mut variables);
    let services = Services::new(&mut variables, &aws, clock);
    let origins = variables.optional("ALLOWED_ORIGINS").unwrap_or_default();
    let settings = Settings {
        allowed_origins: origins.split(',').map(|origin| origin.trim().to_owned()).collect(),
        entries_per_sender: variables.number("ENTRIES_PER_SENDER"),
    };
    variables.finish()?;
    services.warm().await;
    let Services { store, tokens, delivery } = services;
    Ok(State { store, tokens, delivery, settings })
}

/// Answers an event of the gateway.
///
/// # Errors
/// Where the event has no connection or is of no known kind: not one of API Gateway's.
pub async fn handle(
    state: &State,
    event: ApiGatewayWebsocketProxyRequest,
) -> Result<Value, String> {
    let connection_id = connection_id(&event.request_context)?;
    let status = match event.request_context.event_type.as_deref() {
        Some("CONNECT") => return Ok(connect::handle(state, &connection_id, &event).await),
        Some("DISCONNECT") => disconnect::handle(state, &connection_id).await,
        Some("MESSAGE") => {
            let body = event.body.as_deref().filter(|_| !event.is_base64_encoded);
            request::handle(state, &connection_id, body.unwrap_or_default()).await;
            200
        }
        other => return Err(format!("an event of kind {other:?}")),
    };
    Ok(json!({ "statusCode": status }))
}

fn connection_id(context: &ApiGatewayWebsocketProxyRequestContext) -> Result<ConnectionId, String> {
    context
        .connection_id
        .clone()
        .map(ConnectionId)
        .ok_or_else(|| "an event without a connection".to_owned())
}
