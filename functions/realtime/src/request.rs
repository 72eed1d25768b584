//! A frame from a client: read, answered on its own socket, and only then told to others.

use std::time::Instant;

use shared::{
    chat,
    domain::{ConnectionId, Presence, limits},
    protocol::{
        frame::{Frame, Reply},
        problem::{Code, Problem},
        request::{Action, Refused, Request},
    },
    push::Pushed,
    store::{Connection, FirstLook, Lease},
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
            let speaker = speaker(state, connection_id).await;
            (id, action, speaker.and_then(|speaker| Err(failure(Some(speaker), problem))))
        }
    };
    let code = result.as_ref().err().map(|failure| failure.problem.code.slug());
    let speaker = match result {
        Ok((speaker, outcome)) => {
            let reply = Frame::Reply {
                id: id.unwrap_or_default(),
                action: action.clone().unwrap_or_default(),
                data: outcome.reply,
            };
            let presence = post(state, &speaker, &reply).await;
            let after = finish(state, connection_id, outcome.after);
            futures::future::join(after, tell(state, presence)).await;
            Some(speaker)
        }
        Err(failure) => {
            let frame = Frame::refusal(id, action.clone(), failure.problem);
            match &failure.speaker {
                Some(speaker) => {
                    let presence = post(state, speaker, &frame).await;
                    tell(state, presence).await;
                }
                None => reject(state, connection_id, frame).await,
            }
            failure.speaker
        }
    };
    let user = speaker.map(|speaker| speaker.connection.user_id);
    tracing::info!(
        socket.action = action.filter(|_| code != Some(Code::UnknownAction.slug())),
        socket.code = code,
        user_id = user.map(tracing::field::display),
        duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
}

/// Who speaks on a socket, and what others are to be told of them, if now is the time.
#[derive(Clone)]
struct Speaker {
    connection: Connection,
    presence: Option<Presence>,
}

/// A refusal, and who is to be told; nobody where the socket has no rights any more.
struct Failure {
    speaker: Option<Speaker>,
    problem: Problem,
}

fn failure(speaker: Option<Speaker>, problem: Problem) -> Box<Failure> {
    Box::new(Failure { speaker, problem })
}

async fn answer(
    state: &State,
    connection_id: &ConnectionId,
    action: Action,
) -> Result<(Speaker, Outcome), Box<Failure>> {
    // A log that is to be added to is read at the same time; what was read is looked at only once the speaker is known.
    let first_look = async {
        match &action {
            Action::Append { conversation_id, intent, .. } => {
                state.store.first_look(conversation_id, intent).await
            }
            _ => Ok(FirstLook::default()),
        }
    };
    let (speaker, first_look) =
        futures::future::join(speaker(state, connection_id), first_look).await;
    let speaker = speaker?;
    let connection = &speaker.connection;
    let outcome = async {
        match action {
            Action::Hello => hello::handle(state, connection).await,
            Action::Ping => Ok(Reply::Nothing {}.into()),
            Action::Append { conversation_id, intent, .. } => {
                append::handle(state, connection, &conversation_id, intent, first_look?).await
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
        Ok(outcome) => Ok((speaker, outcome)),
        Err(problem) => Err(failure(Some(speaker), problem)),
    }
}

/// Who speaks on the socket. The first frame makes it reachable; later ones renew its lease now and then.
async fn speaker(state: &State, connection_id: &ConnectionId) -> Result<Speaker, Box<Failure>> {
    let nobody = || failure(None, Problem::new(Code::InvalidToken));
    let found = state.store.connection(connection_id).await;
    let connection = found.map_err(|error| failure(None, error.into()))?.ok_or_else(nobody)?;
    let now = state.store.clock().now();
    let (lease_until, ends_at) = (connection.lease_until, connection.ends_at);
    let mut speaker = Speaker { connection, presence: None };
    // One that reaches to the socket's end is not renewed any more.
    if lease_until < (now + limits::internal::LEASE_RENEWAL).min(ends_at) {
        let until = (now + limits::internal::LEASE).min(ends_at);
        match state.store.renew_lease(&speaker.connection, until).await {
            Ok(Lease::Announced { at, until }) => {
                speaker.presence = Some(Presence::online(speaker.connection.user_id, at, until));
            }
            Ok(Lease::Renewed) => {}
            Ok(Lease::Ended) => return Err(nobody()),
            Err(error) => return Err(failure(Some(speaker), error.into())),
        }
    }
    Ok(speaker)
}

async fn tell(state: &State, presence: Option<Presence>) {
    if let Some(presence) = presence {
        state.delivery.announce(presence).await;
    }
}

/// Answers the speaker. Gives what others are to be told: not that somebody is online whose socket is found gone.
async fn post(state: &State, speaker: &Speaker, frame: &Frame) -> Option<Presence> {
    let Ok(text) = frame.to_text() else { return speaker.presence };
    let Connection { user_id, id, .. } = &speaker.connection;
    match state.delivery.post(*user_id, id, &text).await {
        Pushed::Delivered | Pushed::Lost => speaker.presence,
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

/// Answers a socket that nobody speaks on. It is closed, unless the table just could not tell.
async fn reject(state: &State, connection_id: &ConnectionId, frame: Frame) {
    let has_ended =
        matches!(&frame, Frame::Error { code, .. } if *code == Code::InvalidToken.slug());
    if let Ok(text) = frame.to_text()
        && let Err(error) = state.delivery.pusher().post(connection_id, &text).await
    {
        tracing::warn!(error.message = %error, "a socket could not be answered");
    }
    if has_ended {
        state.delivery.pusher().close_all(std::slice::from_ref(connection_id)).await;
    }
}
