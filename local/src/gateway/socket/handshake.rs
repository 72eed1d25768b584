//! Opens a socket. `$connect` decides before the gateway answers the handshake.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{Gateway, connection, event, sockets::Connection};
use crate::host::{random, server};

/// Accepts or rejects a handshake.
pub(super) async fn open(
    gateway: Arc<Gateway>,
    mut request: server::Request,
    peer: SocketAddr,
) -> server::Response {
    if !is_upgrade(request.method(), request.headers()) {
        let mut response = server::message(StatusCode::UPGRADE_REQUIRED, "Upgrade Required");
        response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        return response;
    }
    let Some(key) = request.headers().get(header::SEC_WEBSOCKET_KEY).cloned() else {
        return server::message(StatusCode::BAD_REQUEST, "Bad Request");
    };
    let upgrade = hyper::upgrade::on(&mut request);
    let (parts, _) = request.into_parts();
    let user_agent = parts.headers.get(header::USER_AGENT);
    let user_agent = user_agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()).into_owned());
    let (outbox, outgoing) = mpsc::channel(gateway.limits.outbox);
    let connection = Arc::new(Connection::new(
        random::gateway_id(),
        peer.ip(),
        user_agent.unwrap_or_default(),
        gateway.time.now(),
        outbox,
    ));
    // Runs in a separate task: if the client leaves during the handshake, `$disconnect` must still be invoked.
    let (sender, receiver) = oneshot::channel();
    let tasks = gateway.tasks.clone();
    tasks.spawn(async move {
        let response = match decide(&gateway, &connection, &parts).await {
            Err(rejection) => {
                let _ = sender.send(rejection);
                return;
            }
            Ok(protocol) => accepted(&key, protocol),
        };
        // Inserted before the client learns that it is connected, so that posts from here on are delivered.
        gateway.sockets.insert(connection.clone());
        let _ = sender.send(response);
        match upgrade.await {
            Ok(upgraded) => connection::run(gateway, connection, upgraded, outgoing).await,
            Err(_) => {
                gateway.sockets.remove(&connection.id);
                gateway.disconnected(&connection, 1006, "Connection closed abnormally");
            }
        }
    });
    receiver.await.unwrap_or_else(|_| failed(None))
}

/// Invokes `$connect`. Returns the subprotocol that it selects, or the response that rejects the handshake.
async fn decide(
    gateway: &Gateway,
    connection: &Connection,
    parts: &Parts,
) -> Result<Option<HeaderValue>, server::Response> {
    let Some(function) = &gateway.connect else { return Ok(None) };
    let event = event::connect(gateway, connection, parts);
    let answer = function.call(event, gateway.limits.socket_timeout).await;
    let answer = answer.map_err(|_| failed(Some(connection)))?;
    let status = answer.get("statusCode").and_then(Value::as_u64);
    let status = status.and_then(|status| StatusCode::from_u16(u16::try_from(status).ok()?).ok());
    let status = status.ok_or_else(|| failed(Some(connection)))?;
    if !status.is_success() {
        let body = answer.get("body").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut rejection = server::Response::new(Full::from(Bytes::from(body)));
        *rejection.status_mut() = status;
        return Err(rejection);
    }
    Ok(selected(&answer))
}

/// The `Sec-WebSocket-Protocol` header of the function's response. The gateway passes on no other header.
fn selected(answer: &Value) -> Option<HeaderValue> {
    let find = |headers: &str| {
        let headers = answer.get(headers)?.as_object()?;
        headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("sec-websocket-protocol"))
    };
    let (_, value) = find("headers").or_else(|| find("multiValueHeaders"))?;
    let text = value.as_str().or_else(|| value.get(0)?.as_str())?;
    HeaderValue::try_from(text).ok()
}

fn accepted(key: &HeaderValue, protocol: Option<HeaderValue>) -> server::Response {
    let mut response = server::Response::new(Full::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::try_from(derive_accept_key(key.as_bytes())) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(protocol) = protocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    response
}

fn failed(connection: Option<&Connection>) -> server::Response {
    let body = json!({
        "message": "Internal server error",
        "connectionId": connection.map(|connection| &connection.id),
        "requestId": random::gateway_id(),
    });
    server::json(StatusCode::INTERNAL_SERVER_ERROR, &body)
}

fn is_upgrade(method: &Method, headers: &HeaderMap) -> bool {
    let names = |name: header::HeaderName, token: &str| {
        let lines = headers.get_all(name);
        lines
            .iter()
            .filter_map(|line| line.to_str().ok())
            .any(|line| line.split(',').any(|item| item.trim().eq_ignore_ascii_case(token)))
    };
    method == Method::GET
        && names(header::CONNECTION, "upgrade")
        && names(header::UPGRADE, "websocket")
        && names(header::SEC_WEBSOCKET_VERSION, "13")
}
