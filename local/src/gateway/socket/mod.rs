//! The socket API: invokes `$connect` before it answers a handshake, and a function for each message. It serves
//! `@connections` for posts from functions, and enforces API Gateway's limits and timeouts.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use http::StatusCode;
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;

use crate::{
    Function, Limits,
    aws::rights::Principals,
    host::{
        server::{self, Cut},
        tasks::Tasks,
        time::Time,
    },
    template,
};

mod connection;
mod event;
mod handshake;
mod management;
mod sockets;
#[cfg(test)]
mod tests;

pub use sockets::{Post, Sockets};

/// The socket API.
#[derive(Debug)]
pub(crate) struct Gateway {
    id: String,
    stage: String,
    domain: String,
    connect: Option<Function>,
    default: Option<Function>,
    disconnect: Option<Function>,
    limits: Limits,
    time: Arc<Time>,
    tasks: Tasks,
    principals: Principals,
    sockets: Sockets,
}

impl Gateway {
    /// Creates the template's socket API, with the functions by logical id.
    pub(crate) fn new(
        api: &template::SocketApi,
        functions: &BTreeMap<String, Function>,
        principals: Principals,
        limits: Limits,
        time: Arc<Time>,
        tasks: Tasks,
    ) -> Self {
        let function = |route: &str| functions.get(api.routes.get(route)?).cloned();
        Self {
            id: api.id.clone(),
            stage: api.stage.clone(),
            domain: String::new(),
            connect: function("$connect"),
            default: function("$default"),
            disconnect: function("$disconnect"),
            limits,
            time,
            tasks,
            principals,
            sockets: Sockets::default(),
        }
    }

    /// Serves the listener's requests until the tasks are stopped.
    pub(crate) fn serve(mut self, listener: TcpListener) -> Sockets {
        self.domain = listener.local_addr().map(|at| at.to_string()).unwrap_or_default();
        let sockets = self.sockets.clone();
        let tasks = self.tasks.clone();
        let gateway = Arc::new(self);
        server::serve(listener, &tasks, move |request, peer| {
            answer(gateway.clone(), request, peer)
        });
        sockets
    }

    /// Invokes `$disconnect`, without retries.
    fn disconnected(&self, connection: &sockets::Connection, code: u16, reason: &str) {
        let Some(function) = self.disconnect.clone() else { return };
        let event = event::disconnect(self, connection, code, reason);
        let gateway = self.limits.socket_timeout;
        self.tasks.spawn(async move {
            // The function has already logged a failure.
            let _ = function.call(event, gateway).await;
        });
    }
}

async fn answer(
    gateway: Arc<Gateway>,
    request: server::Request,
    peer: SocketAddr,
) -> Result<server::Response, Cut> {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    if let Some(id) = management::connection_id(&path, &gateway.stage) {
        return management::answer(&gateway, request, id).await;
    }
    if path.trim_matches('/') != gateway.stage && path != "/" {
        return Ok(server::message(StatusCode::FORBIDDEN, "Forbidden"));
    }
    Ok(handshake::open(gateway, request, peer).await)
}
