//! The proxy on the single port of the services. A function calls a service at `/<key>/<service>/…`, with the rights of the
//! function that owns the key. The signature of the request does not matter. `/_local/` is the mailbox. All other paths are
//! forbidden.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::{
    HeaderValue, Request, StatusCode, Uri,
    header::{AUTHORIZATION, CONNECTION, HOST, TRANSFER_ENCODING},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::net::TcpListener;

use super::keys::Keys;
use crate::{
    Variables,
    aws::services::Services,
    host::{
        server::{self, BodyError, Cut, Response},
        tasks::Tasks,
    },
    pages::{self, Pages},
    template::REGION,
};

/// The variables with the services' URLs, and each service's name in the proxy's paths.
pub(super) const SERVICES: [(&str, &str); 4] = [
    ("AWS_ENDPOINT_URL_DYNAMODB", "dynamodb"),
    ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "secretsmanager"),
    ("AWS_ENDPOINT_URL_SES", "ses"),
    ("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", "sockets"),
];

/// The largest request body that any of the services accepts, in bytes: DynamoDB's limit.
const LARGEST: usize = 16 * 1024 * 1024;

/// Forwards the requests of functions to the services.
#[derive(Debug)]
pub(super) struct ServiceProxy {
    /// The functions, by key.
    callers: BTreeMap<String, Caller>,
    client: Client<HttpConnector, Full<Bytes>>,
    pages: Pages,
}

/// A function, with the environment that it would have if it ran here.
#[derive(Debug)]
struct Caller {
    authorization: HeaderValue,
    environment: Variables,
}

impl ServiceProxy {
    pub(super) fn new(keys: &Keys, services: &Services) -> Self {
        let caller = |id: &String| {
            let environment = services.environments.get(id)?.clone();
            let access_key = environment.get("AWS_ACCESS_KEY_ID")?;
            // No service verifies the signature, but the engine requires one.
            let signed = format!(
                "AWS4-HMAC-SHA256 Credential={access_key}/20000101/{REGION}/sam-local/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature=0"
            );
            let authorization = HeaderValue::try_from(signed).ok()?;
            Some(Caller { authorization, environment })
        };
        let callers = keys.iter().filter_map(|(id, key)| Some((key.clone(), caller(id)?)));
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self {
            callers: callers.collect(),
            client: Client::builder(TokioExecutor::new()).build(connector),
            pages: Pages { mailbox: services.mail.clone(), socket_url: None },
        }
    }

    /// Serves the listener's requests until the tasks are stopped.
    pub(super) fn serve(self, listener: TcpListener, tasks: &Tasks) {
        let proxy = Arc::new(self);
        server::serve(listener, tasks, move |request, _| {
            let proxy = proxy.clone();
            async move { proxy.answer(request).await }
        });
    }

    async fn answer(&self, request: server::Request) -> Result<Response, Cut> {
        let (mut parts, body) = request.into_parts();
        // `sam local` serves the API, not this port.
        if pages::calls_the_api(parts.uri.path()) {
            return Ok(server::message(StatusCode::NOT_FOUND, "Not Found"));
        }
        if let Some(page) = self.pages.answer(&parts) {
            return Ok(page);
        }
        let Some((caller, uri)) = self.find(&parts.uri) else {
            return Ok(server::message(StatusCode::FORBIDDEN, "Forbidden"));
        };
        let body = match server::read_body(body, LARGEST).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                return Ok(server::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long"));
            }
            Err(BodyError::Broken) => return Err(Cut),
        };
        parts.uri = uri;
        for hop_by_hop in [HOST, CONNECTION, TRANSFER_ENCODING] {
            parts.headers.remove(hop_by_hop);
        }
        parts.headers.insert(AUTHORIZATION, caller.authorization.clone());
        // If a service closed the connection, a test injected that fault; if it cannot be reached, it is stopping.
        let sent = self.client.request(Request::from_parts(parts, Full::from(body)));
        let (parts, body) = sent.await.map_err(|_| Cut)?.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        Ok(Response::from_parts(parts, Full::from(body)))
    }

    /// The function that a path belongs to, and the service's URI.
    fn find(&self, uri: &Uri) -> Option<(&Caller, Uri)> {
        let (key, rest) = uri.path().strip_prefix('/')?.split_once('/')?;
        let caller = self.callers.get(key)?;
        let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let (variable, _) = SERVICES.iter().find(|(_, service)| *service == name)?;
        let service = caller.environment.get(*variable)?;
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let uri = Uri::try_from(format!("{service}/{rest}{query}")).ok()?;
        Some((caller, uri))
    }
}
