//! One open socket, from the handshake to its close: invokes the function for each message, and writes the outbox.

use std::sync::Arc;

use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{
    io::AsyncReadExt,
    sync::{Semaphore, mpsc},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{
    Gateway, event,
    sockets::{Connection, Outgoing, State},
};
use crate::host::random;

/// The close code and reason if a function deletes the connection.
pub(super) const DELETED: (u16, &str) = (1000, "Connection Closed Normally");

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Why a socket ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// The client closed it, or the connection was lost.
    Client(u16, String),
    /// The gateway closes it; the close frame is in the outbox.
    Gateway(u16, &'static str),
    /// A test cut the connection.
    Killed,
}

/// Serves a socket until it is closed, then invokes `$disconnect`.
pub(super) async fn run(
    gateway: Arc<Gateway>,
    connection: Arc<Connection>,
    upgraded: Upgraded,
    outgoing: mpsc::Receiver<Outgoing>,
) {
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .max_frame_size(Some(gateway.limits.frame))
        .max_message_size(Some(gateway.limits.message));
    let socket = Socket::from_raw_socket(TokioIo::new(upgraded), Role::Server, Some(config)).await;
    let (sink, mut stream) = socket.split();
    let mut writer = std::pin::pin!(write(&gateway, &connection, sink, outgoing));
    let mut written = None;
    let end = {
        let mut reader = std::pin::pin!(read(&gateway, &connection, &mut stream));
        tokio::select! {
            end = &mut reader => end,
            (sink, end) = &mut writer => {
                written = Some(sink);
                end
            }
        }
    };
    gateway.sockets.remove(&connection.id);
    match end {
        End::Killed => {}
        End::Client(code, reason) => {
            gateway.disconnected(&connection, code, &reason);
            // The library answers the client's close frame while this reads.
            let rest = async { while let Some(Ok(_)) = stream.next().await {} };
            let _ = tokio::time::timeout(gateway.limits.closing, rest).await;
        }
        End::Gateway(code, reason) => {
            let closing = async {
                let sink = match written {
                    Some(sink) => sink,
                    None => writer.await.0,
                };
                gateway.disconnected(&connection, code, reason);
                drain(code, sink, stream).await;
            };
            if tokio::time::timeout(gateway.limits.closing, closing).await.is_err() {
                tracing::debug!(connection_id = connection.id, "a socket did not close in time");
            }
        }
    }
}

/// Reads until the client closes its side, so that the client receives the close frame before the connection ends.
async fn drain(code: u16, sink: SplitSink<Socket, Message>, mut stream: SplitStream<Socket>) {
    if code != u16::from(CloseCode::Size) {
        while let Some(Ok(_)) = stream.next().await {}
        return;
    }
    // The rest of an oversized frame cannot be parsed, so it is read as bytes.
    if let Ok(socket) = stream.reunite(sink) {
        let mut connection = socket.into_inner();
        let mut buffer = [0; 16 * 1024];
        while connection.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    }
}

async fn write(
    gateway: &Gateway,
    connection: &Connection,
    mut sink: SplitSink<Socket, Message>,
    mut outgoing: mpsc::Receiver<Outgoing>,
) -> (SplitSink<Socket, Message>, End) {
    while let Some(next) = outgoing.recv().await {
        let (message, end) = match next {
            Outgoing::Text(text) => (Message::text(text), None),
            Outgoing::Close(code, reason) => {
                let frame = CloseFrame { code: code.into(), reason: reason.into() };
                (Message::Close(Some(frame)), Some(End::Gateway(code, reason)))
            }
        };
        let sent = sink.send(message).await;
        if let Some(end) = end {
            return (sink, end);
        }
        if let Err(error) = sent {
            return (sink, broken(&error));
        }
        connection.touch(gateway.time.now());
    }
    (sink, broken(&Error::ConnectionClosed))
}

async fn read(
    gateway: &Arc<Gateway>,
    connection: &Arc<Connection>,
    stream: &mut SplitStream<Socket>,
) -> End {
    let slots = Arc::new(Semaphore::new(gateway.limits.in_flight));
    let mut state = connection.state.subscribe();
    let expired = gateway.time.until(connection.connected_at + gateway.limits.life);
    let mut expired = std::pin::pin!(expired);
    loop {
        let idle_at = connection.last_active() + gateway.limits.idle;
        // Take a slot before reading: at the limit of messages in flight, the client's next message waits unread.
        let next = async { (slots.clone().acquire_owned().await, stream.next().await) };
        let (slot, message) = tokio::select! {
            read = next => read,
            changed = state.wait_for(|state| *state != State::Open) => {
                return match changed.map(|state| *state) {
                    Ok(State::Killed) => End::Killed,
                    Ok(State::Closing) => End::Gateway(DELETED.0, DELETED.1),
                    _ => End::Client(1006, "The client is too slow".to_owned()),
                };
            }
            () = &mut expired => return close(connection, 1001, "Going away"),
            () = gateway.time.until(idle_at) => {
                if gateway.time.now() >= connection.last_active() + gateway.limits.idle {
                    return close(connection, 1001, "Going away");
                }
                continue;
            }
        };
        connection.touch(gateway.time.now());
        let event = match message {
            Some(Ok(Message::Text(text))) => event::message(gateway, connection, Ok(&text)),
            Some(Ok(Message::Binary(bytes))) => event::message(gateway, connection, Err(&bytes)),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
            Some(Ok(Message::Close(frame))) => {
                let (code, reason) = frame.map_or((1005, String::new()), |frame| {
                    (frame.code.into(), frame.reason.to_string())
                });
                return End::Client(code, reason);
            }
            Some(Err(Error::Capacity(_))) => return close(connection, 1009, "Message too long"),
            Some(Err(Error::Utf8(_))) => return close(connection, 1007, "Invalid UTF-8"),
            Some(Err(Error::Protocol(_))) => return close(connection, 1002, "Protocol error"),
            Some(Err(error)) => return broken(&error),
            None => return broken(&Error::ConnectionClosed),
        };
        let (gateway, connection) = (gateway.clone(), connection.clone());
        let tasks = gateway.tasks.clone();
        tasks.spawn(async move {
            answer(&gateway, &connection, event).await;
            drop(slot);
        });
    }
}

/// Invokes `$default` and ignores its response, because functions reply with a post to the connection.
async fn answer(gateway: &Gateway, connection: &Connection, event: serde_json::Value) {
    let failure = match &gateway.default {
        None => "Forbidden",
        Some(function) => match function.call(event, gateway.limits.socket_timeout).await {
            Ok(_) => return,
            Err(_) => "Internal server error",
        },
    };
    let body = json!({
        "message": failure,
        "connectionId": connection.id,
        "requestId": random::gateway_id(),
    });
    // The socket may have closed in the meantime.
    let _ = connection.send(body.to_string());
}

fn close(connection: &Connection, code: u16, reason: &'static str) -> End {
    connection.close(code, reason);
    End::Gateway(code, reason)
}

fn broken(error: &Error) -> End {
    tracing::debug!(error = %error, "a socket's connection was lost");
    End::Client(1006, "Connection closed abnormally".to_owned())
}
