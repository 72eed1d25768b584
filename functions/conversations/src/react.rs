//! `PUT` and `DELETE /api/conversations/{id}/messages/{seq}/reactions/{emote}`: adds a reaction to a message, or removes it.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Emote, Intent},
    http::{Path, UnverifiedCaller},
    protocol::problem::Problem,
};

use crate::{
    State,
    append::{MessageReply, change},
};

type Parameters = Path<(String, String, String)>;

/// `PUT`: adds the reaction.
pub(crate) async fn add(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    path: Parameters,
) -> Result<Json<MessageReply>, Problem> {
    react(&state, &caller, path, true).await
}

/// `DELETE`: removes the reaction.
pub(crate) async fn remove(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    path: Parameters,
) -> Result<Json<MessageReply>, Problem> {
    react(&state, &caller, path, false).await
}

async fn react(
    state: &State,
    caller: &UnverifiedCaller,
    Path((id, seq, emote)): Parameters,
    add: bool,
) -> Result<Json<MessageReply>, Problem> {
    let emote = Emote::parse(&emote).map_err(|detail| Problem::field("emote", detail));
    let intent =
        emote.and_then(|emote| Ok(Intent::React { seq: crate::parse_seq(&seq)?, emote, add }));
    change(state, caller, &id, intent).await
}
