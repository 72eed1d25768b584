//! The endpoint in front of the engine. It checks the caller and its rights, records calls, and applies injected faults.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header::CONTENT_LENGTH};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};

use super::{
    calls::{self, Call, Recorder},
    errors, rights,
    stream::Written,
};
use crate::{
    aws::{
        faults::{FaultKind, Faults},
        rights::Principals,
    },
    host::server::{self, Cut, Response},
};

/// The largest request body that DynamoDB accepts, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// The endpoint for the functions' clients.
#[derive(Debug)]
pub(super) struct Front {
    client: Client<HttpConnector, Full<Bytes>>,
    engine: Uri,
    principals: Principals,
    pub(super) recorder: Recorder,
    pub(super) faults: Faults,
    written: Written,
}

impl Front {
    pub(super) fn new(engine: Uri, principals: Principals, written: Written) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            engine,
            principals,
            recorder: Recorder::default(),
            faults: Faults::default(),
            written,
        }
    }

    pub(super) async fn answer(&self, request: server::Request) -> Result<Response, Cut> {
        let (parts, body) = request.into_parts();
        let Some(caller) = self.principals.caller(&parts.headers) else {
            let kind = "com.amazon.coral.service#UnrecognizedClientException";
            let text = "The security token included in the request is invalid.";
            return Ok(server::service_error(StatusCode::BAD_REQUEST, kind, text));
        };
        let Ok(body) = server::read_body(body, LARGEST).await else {
            let kind = "com.amazon.coral.service#SerializationException";
            let text = "The request body could not be read.";
            return Ok(server::service_error(StatusCode::BAD_REQUEST, kind, text));
        };
        let target = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
        let operation = target.and_then(|target| target.split('.').nth(1)).unwrap_or_default();
        let request_body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let needed = rights::needed(operation, &request_body);
        for (action, resource) in &needed {
            if !caller.may(action, resource) {
                let text = format!(
                    "{} is not authorized to perform: {action} on resource: {resource}",
                    caller.name,
                );
                let kind = "com.amazon.coral.service#AccessDeniedException";
                return Ok(server::service_error(StatusCode::BAD_REQUEST, kind, &text));
            }
        }
        if let Some((status, rejection)) = errors::empty_key(operation, &request_body) {
            return Ok(server::json(status, &rejection));
        }
        let start = self.recorder.now();
        let fault = self.faults.take(operation, &body);
        let sent = match start {
            Some(_) => counted(operation, &request_body).unwrap_or(body),
            None => body,
        };
        let answered =
            self.forward_with(fault, operation, &request_body, parts.headers.clone(), sent).await;
        if let (Some(start), Some(end)) = (start, self.recorder.now()) {
            let response = match &answered {
                Ok((_, _, body)) => serde_json::from_slice(body).unwrap_or(Value::Null),
                Err(Cut) => json!({ "__type": "local#ConnectionClosed" }),
            };
            let (read_units, write_units) = calls::units(operation, &response);
            let error = response["__type"].as_str().and_then(|kind| kind.split('#').next_back());
            self.recorder.add(Call {
                function: caller.name.clone(),
                operation: operation.to_owned(),
                tables: rights::tables(&needed),
                consistent: calls::consistent(operation, &request_body),
                error: error.map(str::to_owned),
                request: request_body,
                response,
                read_units,
                write_units,
                start,
                end,
            });
        }
        let (status, headers, body) = answered?;
        let mut response = Response::new(Full::from(body));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    /// Forwards the call, or does what an injected fault requires instead.
    async fn forward_with(
        &self,
        fault: Option<FaultKind>,
        operation: &str,
        request_body: &Value,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Cut> {
        match fault {
            None => self.forward(operation, headers, body).await,
            Some(FaultKind::Throttle) => Ok(own(errors::throttled())),
            Some(FaultKind::Fail) => Ok(own(errors::failed())),
            Some(FaultKind::Conflict) => Ok(own(errors::conflicted(operation, request_body))),
            Some(FaultKind::Respond(status, body)) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                Ok(own((status, body)))
            }
            Some(FaultKind::LoseResponse) => {
                self.forward(operation, headers, body).await?;
                Err(Cut)
            }
            Some(FaultKind::FailAfterwards) => {
                self.forward(operation, headers, body).await?;
                Ok(own(errors::failed()))
            }
            Some(FaultKind::Delay(latch)) => {
                latch.pass().await;
                self.forward(operation, headers, body).await
            }
            Some(FaultKind::DelayResponse(latch)) => {
                let answer = self.forward(operation, headers, body).await;
                latch.pass().await;
                answer
            }
        }
    }

    async fn forward(
        &self,
        operation: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<(StatusCode, HeaderMap, Bytes), Cut> {
        // Readers are notified in every case, because the engine writes even if the caller has disconnected.
        let _notify = writes(operation).then(|| NotifyOnDrop(&self.written));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.engine.clone();
        *request.headers_mut() = headers;
        let response = self.client.request(request).await.map_err(|error| {
            tracing::error!(error = %error, "the engine did not respond");
            Cut
        })?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        Ok((parts.status, parts.headers, body))
    }
}

/// Notifies the readers of the stream of a write when dropped.
struct NotifyOnDrop<'a>(&'a Written);

impl Drop for NotifyOnDrop<'_> {
    fn drop(&mut self) {
        self.0.notify();
    }
}

/// Whether an operation may change items. The PartiQL operations may read or write.
fn writes(operation: &str) -> bool {
    matches!(
        operation,
        "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "BatchWriteItem"
            | "TransactWriteItems"
            | "ExecuteStatement"
            | "BatchExecuteStatement"
            | "ExecuteTransaction"
    )
}

fn own((status, body): (StatusCode, Value)) -> (StatusCode, HeaderMap, Bytes) {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-amz-json-1.0"));
    (status, headers, body.to_string().into())
}

/// The request with `ReturnConsumedCapacity` added. `None` if the request already contains it or the operation has no cost.
fn counted(operation: &str, request_body: &Value) -> Option<Bytes> {
    let costs = matches!(
        operation,
        "GetItem"
            | "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "Query"
            | "Scan"
            | "BatchGetItem"
            | "BatchWriteItem"
            | "TransactGetItems"
            | "TransactWriteItems"
    );
    if !costs || request_body.get("ReturnConsumedCapacity").is_some() {
        return None;
    }
    let mut counted = request_body.clone();
    counted.as_object_mut()?.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    Some(counted.to_string().into())
}
