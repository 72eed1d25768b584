//! `PUT` and `DELETE /api/conversations/{id}/messages/{seq}/reactions/{emote}`: adds a reaction to a message, or takes it back.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Emote, Intent},
    http::{Path, UnverifiedCaller},
    protocol::problem::Problem,
};

use crate::{
    State,
    append::{Changed, change},
};

type Parameters = Path<(String, String, String)>;

/// `PUT`
pub(crate) async fn add(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    path: Parameters,
) -> Result<Json<Changed>, Problem> {
    react(&state, &caller, path, true).await
}

/// `DELETE`
pub(crate) async fn remove(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    path: Parameters,
) -> Result<Json<Changed>, Problem> {
    react(&state, &caller, path, false).await
}

async fn react(
    state: &State,
    caller: &UnverifiedCaller,
    Path((id, seq, emote)): Parameters,
    chosen: bool,
) -> Result<Json<Changed>, Problem> {
    let emote = Emote::parse(&emote).map_err(|detail| Problem::field("emote", detail));
    let intent =
        emote.and_then(|emote| Ok(Intent::React { seq: crate::seq(&seq)?, emote, chosen }));
    change(state, caller, &id, intent).await
}
