//! The HTTP API: routes requests to functions by the template's events, and responds as API Gateway does.

use std::{net::SocketAddr, sync::Arc};

use http::{HeaderMap, HeaderValue, StatusCode, header::ORIGIN, request::Parts};
use tokio::net::TcpListener;

use crate::{
    Function, Limits,
    host::{
        random,
        server::{self, BodyError},
        tasks::Tasks,
        time::Time,
    },
    pages::Pages,
    template::{self, HttpRoute},
};

mod answer;
mod cors;
mod event;
mod routes;
#[cfg(test)]
mod tests;

pub(crate) use event::log_time;

/// The HTTP API.
#[derive(Debug)]
pub(crate) struct HttpApi {
    id: String,
    cors: Option<template::Cors>,
    routes: routes::Routes,
    limits: Limits,
    time: Arc<Time>,
    pages: Pages,
}

impl HttpApi {
    pub(crate) fn new(
        api: &template::HttpApi,
        routes: impl IntoIterator<Item = (HttpRoute, Function)>,
        limits: Limits,
        time: Arc<Time>,
        pages: Pages,
    ) -> Self {
        let routes = routes::Routes::new(routes);
        Self { id: api.id.clone(), cors: api.cors.clone(), routes, limits, time, pages }
    }

    /// Serves the listener's requests until the tasks are stopped.
    pub(crate) fn serve(self, listener: TcpListener, tasks: &Tasks) {
        let api = Arc::new(self);
        server::serve(listener, tasks, move |request, peer| {
            let api = api.clone();
            async move { Ok(api.answer(request, peer).await) }
        });
    }

    async fn answer(&self, request: server::Request, peer: SocketAddr) -> server::Response {
        let (parts, body) = request.into_parts();
        if let Some(page) = self.pages.answer(&parts) {
            return page;
        }
        let request_id = random::gateway_id();
        let origin = parts.headers.get(ORIGIN).cloned();
        let mut response = match cors::preflight(self.cors.as_ref(), &parts.method, &parts.headers)
        {
            Some(response) => response,
            None => self.invoke(parts, body, peer, &request_id).await,
        };
        cors::decorate(self.cors.as_ref(), origin.as_ref(), response.headers_mut());
        if let Ok(id) = HeaderValue::try_from(request_id) {
            response.headers_mut().insert("apigw-requestid", id);
        }
        response
    }

    async fn invoke(
        &self,
        parts: Parts,
        body: hyper::body::Incoming,
        peer: SocketAddr,
        request_id: &str,
    ) -> server::Response {
        let line = parts.method.as_str().len() + parts.uri.to_string().len();
        if line + size(&parts.headers) > self.limits.headers {
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return server::message(status, "Request Header Fields Too Large");
        }
        let path = event::path(parts.uri.path());
        let Some((route, parameters)) = self.routes.find(parts.method.as_str(), &path) else {
            return server::message(StatusCode::NOT_FOUND, "Not Found");
        };
        let body = match server::read_body(body, self.limits.body).await {
            Ok(body) => body,
            Err(BodyError::TooLarge) => {
                return server::message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            }
            Err(BodyError::Broken) => {
                return server::message(StatusCode::BAD_REQUEST, "Bad Request");
            }
        };
        let received = event::Received {
            request_id,
            api_id: &self.id,
            route_key: &route.key,
            parameters,
            source: peer.ip(),
            at: self.time.now(),
        };
        let event = event::event(&parts, &body, received);
        answer::response(route.function.call(event, self.limits.http_timeout).await)
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}
