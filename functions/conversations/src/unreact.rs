//! `DELETE /api/conversations/{id}/messages/{seq}/reactions/{emote}`: takes a reaction back.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Emote, Intent},
    http::{Claimed, Path},
    problem::Problem,
};

use crate::{
    State,
    append::{Changed, change},
};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    claimed: Claimed,
    Path((id, seq, emote)): Path<(String, String, String)>,
) -> Result<Json<Changed>, Problem> {
    let emote = Emote::parse(&emote).map_err(|detail| Problem::fault("emote", detail));
    let intent = emote.and_then(|emote| Ok(Intent::Unreact { seq: crate::seq(&seq)?, emote }));
    change(&state, &claimed, &id, intent).await
}
