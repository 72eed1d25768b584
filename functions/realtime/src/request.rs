//! Handles a frame from a client: parses it, replies on the same socket, and only then notifies other users.

use std::time::Instant;

use shared::{
    chat,
    domain::{ConnectionId, Presence, limits},
    protocol::{
        frame::{Frame, Nothing, Reply},
        problem::{Code, Problem},
        request::{Action, Refused, Request},
    },
    push::Pushed,
    store::{Connection, InitialRead, Lease},
};

use crate::{
    State, append, hello,
    outcome::{After, Outcome},
    read, sync, typing,
};

pub(crate) async fn handle(state: &State, connection_id: &ConnectionId, text: &str) {
    let started = Instant::now();
    let (id, action, result) = match Request::parse(text) {
        Ok(request) => {
            let name = request.action.name();
            (
                Some(request.id),
                Some(name.to_owned()),
                answer(state, connection_id, request.action).await,
            )
        }
        Err(Refused { id, action, problem }) => {
            let caller = authenticate(state, connection_id).await;
            (id, action, caller.and_then(|caller| Err(failure(Some(caller), problem))))
        }
    };
    let code = result.as_ref().err().map(|failure| failure.problem.code.slug());
    let caller = match result {
        Ok((caller, outcome)) => {
            let reply = Frame::Reply {
                id: id.unwrap_or_default(),
                action: action.clone().unwrap_or_default(),
                data: outcome.reply,
            };
            let presence = post(state, &caller, &reply).await;
            let after = finish(state, connection_id, outcome.after);
            futures::future::join(after, announce(state, presence)).await;
            Some(caller)
        }
        Err(failure) => {
            let frame = Frame::refusal(id, action.clone(), failure.problem);
            match &failure.caller {
                Some(caller) => {
                    let presence = post(state, caller, &frame).await;
                    announce(state, presence).await;
                }
                None => reject(state, connection_id, frame).await,
            }
            failure.caller
        }
    };
    let user = caller.map(|caller| caller.connection.user_id);
    tracing::info!(
        socket.action = action.filter(|_| code != Some(Code::UnknownAction.slug())),
        socket.code = code,
        user_id = user.map(tracing::field::display),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// The connection of a frame, and the presence to announce if renewing the lease made an announcement due.
#[derive(Clone)]
struct Caller {
    connection: Connection,
    presence: Option<Presence>,
}

/// A problem, and the caller who receives it. Without a caller, the session has ended or its row could not be read.
struct Failure {
    caller: Option<Caller>,
    problem: Problem,
}

fn failure(caller: Option<Caller>, problem: Problem) -> Box<Failure> {
    Box::new(Failure { caller, problem })
}

async fn answer(
    state: &State,
    connection_id: &ConnectionId,
    action: Action,
) -> Result<(Caller, Outcome), Box<Failure>> {
    // An append reads the log at the same time. The log is not used before the caller is authenticated.
    let initial_read = async {
        match &action {
            Action::Append { conversation_id, intent, .. } => {
                state.store.initial_read(conversation_id, intent).await
            }
            _ => Ok(InitialRead::default()),
        }
    };
    let (caller, initial_read) =
        futures::future::join(authenticate(state, connection_id), initial_read).await;
    let caller = caller?;
    let connection = &caller.connection;
    let outcome = async {
        match action {
            Action::Hello => hello::handle(state, connection).await,
            Action::Ping => Ok(Reply::Nothing(Nothing {}).into()),
            Action::Append { conversation_id, intent, .. } => {
                append::handle(state, connection, &conversation_id, intent, initial_read?).await
            }
            Action::Read { conversation_id, seq } => {
                read::handle(state, connection, &conversation_id, seq).await
            }
            Action::Typing { conversation_id } => {
                typing::handle(state, connection, &conversation_id).await
            }
            Action::Sync { since, limit } => sync::handle(state, connection, since, limit).await,
        }
    };
    match outcome.await {
        Ok(outcome) => Ok((caller, outcome)),
        Err(problem) => Err(failure(Some(caller), problem)),
    }
}

/// Returns the caller on a socket. The first frame makes the socket reachable. Later frames renew its lease if it is due.
async fn authenticate(state: &State, connection_id: &ConnectionId) -> Result<Caller, Box<Failure>> {
    let ended = || failure(None, Problem::new(Code::InvalidToken));
    let found = state.store.connection(connection_id).await;
    let connection = found.map_err(|error| failure(None, error.into()))?.ok_or_else(ended)?;
    let now = state.store.clock().now();
    let (lease_until, ends_at) = (connection.lease_until, connection.ends_at);
    let mut caller = Caller { connection, presence: None };
    // A lease that lasts until the socket's end needs no renewal.
    if lease_until < (now + limits::internal::LEASE_RENEWAL).min(ends_at) {
        let until = (now + limits::internal::LEASE).min(ends_at);
        match state.store.renew_lease(&caller.connection, until).await {
            Ok(Lease::Announced { at, until }) => {
                caller.presence = Some(Presence::online(caller.connection.user_id, at, until));
            }
            Ok(Lease::Renewed) => {}
            Ok(Lease::Ended) => return Err(ended()),
            Err(error) => return Err(failure(Some(caller), error.into())),
        }
    }
    Ok(caller)
}

async fn announce(state: &State, presence: Option<Presence>) {
    if let Some(presence) = presence {
        state.delivery.announce(presence).await;
    }
}

/// Posts a frame to the caller. Returns the presence to announce. If the socket is gone, the user is not announced as online.
async fn post(state: &State, caller: &Caller, frame: &Frame) -> Option<Presence> {
    let Ok(text) = frame.to_text() else { return caller.presence };
    let Connection { user_id, id, .. } = &caller.connection;
    match state.delivery.post(*user_id, id, &text).await {
        Pushed::Delivered | Pushed::Lost => caller.presence,
        Pushed::Forgotten(presence) => presence,
    }
}

async fn finish(state: &State, connection_id: &ConnectionId, after: After) {
    match after {
        After::Nothing => {}
        After::Push(pushes) => state.delivery.push(pushes, Some(connection_id)).await,
        After::Announce(appended) => {
            chat::announce(&state.delivery, &appended, Some(connection_id)).await;
        }
    }
}

/// Posts an error to a socket without a caller. Closes the socket if its session has ended, but not if the table failed.
async fn reject(state: &State, connection_id: &ConnectionId, frame: Frame) {
    let has_ended =
        matches!(&frame, Frame::Error(error) if error.code == Code::InvalidToken.slug());
    if let Ok(text) = frame.to_text()
        && let Err(error) = state.delivery.pusher().post(connection_id, &text).await
    {
        tracing::warn!(error.message = %error, "failed to reply to a socket");
    }
    if has_ended {
        state.delivery.pusher().close_all(std::slice::from_ref(connection_id)).await;
    }
}
