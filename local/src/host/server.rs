//! The HTTP server under both gateways and both fronts: HTTP/1.1, one task a connection.

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

/// Ends the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection was cut")]
pub(crate) struct Cut;

/// Larger than any gateway's limit on headers, so that the gateway answers and not the parser.
const HEADER_BUFFER: usize = 64 * 1024;

/// How long a request that was refused for its size may go on sending, so that its sender gets to read the answer.
const REFUSED_BODY: Duration = Duration::from_secs(5);

/// Answers the listener's requests until the tasks are stopped.
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
                    // Out of file descriptors, mostly: some connection has to end first.
                    tracing::error!(error = %error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error = %error, "a connection ended before it was served");
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

/// Why a body could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BodyError {
    TooLarge,
    Broken,
}

/// Reads a body, never keeping more than `limit` bytes of it.
pub(crate) async fn read_body(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let mut read = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| BodyError::Broken)?;
        let Some(data) = frame.data_ref() else { continue };
        if read.len() + data.len() > limit {
            drop(read);
            let drain = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = tokio::time::timeout(REFUSED_BODY, drain).await;
            return Err(BodyError::TooLarge);
        }
        read.extend_from_slice(data);
    }
    Ok(read.into())
}

/// An answer with a JSON body.
pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Response {
    let mut response = Response::new(Full::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The gateways' own answers: `{"message": …}`.
pub(crate) fn message(status: StatusCode, text: &str) -> Response {
    json(status, &serde_json::json!({ "message": text }))
}

/// An error of an AWS service in JSON protocol 1.x.
pub(crate) fn service_error(status: StatusCode, kind: &str, text: &str) -> Response {
    json(status, &serde_json::json!({ "__type": kind, "message": text, "Message": text }))
}
