//! The socket API: how sockets open, what clients request on them, and how they close.
//!
//! `connect` and `disconnect` handle the gateway's events. `request` handles frames, with one file for each action. The actions
//! that append to a log share the file `append`.

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

/// The services and settings that this function uses.
#[derive(Debug, Clone)]
pub struct State {
    store: Store,
    tokens: Tokens,
    delivery: Delivery,
    settings: Settings,
}

/// The settings of the deployment.
#[derive(Debug, Clone)]
struct Settings {
    allowed_origins: Vec<String>,
    entries_per_sender: u32,
}

/// Prepares the function.
///
/// # Errors
/// Names every variable that is missing or invalid.
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

/// Handles an event of the gateway.
///
/// # Errors
/// If the event has no connection id or an unknown type. API Gateway sends no such event.
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
        other => return Err(format!("unknown event type: {other:?}")),
    };
    Ok(json!({ "statusCode": status }))
}

fn connection_id(context: &ApiGatewayWebsocketProxyRequestContext) -> Result<ConnectionId, String> {
    context
        .connection_id
        .clone()
        .map(ConnectionId)
        .ok_or_else(|| "the event has no connection id".to_owned())
}
