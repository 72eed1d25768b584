//! The HTTP server of the gateways and the AWS endpoints: HTTP/1.1, one task per connection.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::host::tasks::Tasks;

pub(crate) type Request = http::Request<Incoming>;
pub(crate) type Response = http::Response<Full<Bytes>>;

/// Closes the connection without a response.
#[derive(Debug, thiserror::Error)]
#[error("the connection was closed without a response")]
pub(crate) struct Cut;

/// Buffer for headers, in bytes. Exceeds every gateway's limit, so that the gateway rejects large headers, not the parser.
const HEADER_BUFFER: usize = 64 * 1024;

/// How long the server keeps reading a body that is too large, so that the client can read the response.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);

/// Serves the listener's requests until the tasks are stopped.
pub(crate) fn serve<H, F>(listener: TcpListener, tasks: &Tasks, handle: H)
where
    H: Fn(Request, SocketAddr) -> F + Clone + Send + 'static,
    F: Future<Output = Result<Response, Cut>> + Send + 'static,
{
    let connections = tasks.clone();
    tasks.spawn(async move {
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    // The usual cause is a lack of file descriptors. Wait for another connection to end.
                    tracing::error!(error = %error, "failed to accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error = %error, "failed to set TCP_NODELAY");
            }
            let handle = handle.clone();
            connections.spawn(async move {
                let service = service_fn(move |request| handle(request, peer));
                let served = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .max_buf_size(HEADER_BUFFER)
                    .serve_connection(TokioIo::new(stream), service)
                    .with_upgrades();
                if let Err(error) = served.await {
                    tracing::debug!(error = %error, "a connection ended early");
                }
            });
        }
    });
}

/// Why reading a body failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLarge,
    Broken,
}

/// Reads a body, and keeps at most `limit` bytes in memory.
pub(crate) async fn read_body(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        let Some(data) = frame.data_ref() else { continue };
        if read.len() + data.len() > limit {
            drop(read);
            let drain = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = tokio::time::timeout(DRAIN_TIMEOUT, drain).await;
            return Err(BodyError::TooLarge);
        }
        read.extend_from_slice(data);
    }
    Ok(read.into())
}

/// A response with a JSON body.
pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A response of a gateway itself: `{"message": …}`.
pub(crate) fn message(status: StatusCode, text: &str) -> Response {
    json(status, &serde_json::json!({ "message": text }))
}

/// An error response of an AWS service in JSON protocol 1.x.
pub(crate) fn service_error(status: StatusCode, kind: &str, text: &str) -> Response {
    json(status, &serde_json::json!({ "__type": kind, "message": text, "Message": text }))
}
