//! The functions that are linked into this stack, by binary name.
//!
//! Each is called as the Lambda runtime calls it: with the event's JSON, through the same adapters.

use std::{collections::BTreeMap, sync::Arc};

use futures::FutureExt as _;
use lambda_http::{Adapter, Context, LambdaEvent, Service as _, request::LambdaRequest};
use serde_json::Value;
use shared::runtime::config;

use crate::{Builder, Invoke};

/// The builder of a function behind the HTTP API, from the name of its crate.
macro_rules! behind_http {
    ($function:ident) => {
        (|variables, clock| {
            async move { http($function::start((*variables).clone().into(), clock).await) }.boxed()
        }) as Builder
    };
}

/// The builder of a function that takes its event as JSON, from the name of its crate.
macro_rules! on_events {
    ($function:ident) => {
        (|variables, clock| {
            async move {
                let state = $function::start((*variables).clone().into(), clock).await;
                let state = state.map_err(|error| error.to_string())?;
                let invoke: Invoke = Arc::new(move |event: Value| {
                    let state = state.clone();
                    async move { $function::handle(&state, event).await }.boxed()
                });
                Ok(invoke)
            }
            .boxed()
        }) as Builder
    };
}

/// The builder of each function of the project, by binary name.
pub fn builders() -> BTreeMap<&'static str, Builder> {
    let realtime: Builder = |variables, clock| {
        async move {
            let state = realtime::start((*variables).clone().into(), clock).await;
            Ok(socket(state.map_err(|error| error.to_string())?))
        }
        .boxed()
    };
    BTreeMap::from([
        ("auth", behind_http!(auth)),
        ("profile", behind_http!(profile)),
        ("conversations", behind_http!(conversations)),
        ("password", behind_http!(password)),
        ("realtime", realtime),
        ("mailer", on_events!(mailer)),
        ("repair", on_events!(repair)),
    ])
}

/// Wraps a router so that HTTP API events can invoke it.
fn http(router: Result<axum::Router, config::Error>) -> Result<Invoke, String> {
    let router = router.map_err(|error| error.to_string())?;
    Ok(Arc::new(move |event: Value| {
        let router = router.clone();
        async move {
            // Parsed from text, as on Lambda, because the adapter finds the kind of an event by trial deserialization.
            let request: LambdaRequest =
                serde_json::from_str(&event.to_string()).map_err(|error| error.to_string())?;
            let event = LambdaEvent::new(request, Context::default());
            // The adapter is not `Send`, but its future is.
            let response = Adapter::from(router).call(event);
            let response = response.await.map_err(|error| error.to_string())?;
            serde_json::to_value(response).map_err(|error| error.to_string())
        }
        .boxed()
    }))
}

/// Wraps the socket API's function so that events can invoke it.
fn socket(state: realtime::State) -> Invoke {
    Arc::new(move |event: Value| {
        let state = state.clone();
        async move {
            let event =
                serde_json::from_str(&event.to_string()).map_err(|error| error.to_string())?;
            realtime::handle(&state, event).await
        }
        .boxed()
    })
}
