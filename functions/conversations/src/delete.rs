//! `DELETE /api/conversations/{id}/messages/{seq}`: deletes a message. Only for its sender and the group's admins.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::Intent,
    http::{Path, UnverifiedCaller},
    protocol::problem::Problem,
};

use crate::{
    State,
    append::{MessageReply, change},
};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    Path((id, seq)): Path<(String, String)>,
) -> Result<Json<MessageReply>, Problem> {
    let intent = crate::parse_seq(&seq).map(|seq| Intent::Delete { seq });
    change(&state, &caller, &id, intent).await
}
