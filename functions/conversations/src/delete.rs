//! `DELETE /api/conversations/{id}/messages/{seq}`: deletes a message, one's own or as an admin of the group.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::Intent,
    http::{Path, UnverifiedCaller},
    protocol::problem::Problem,
};

use crate::{
    State,
    append::{Changed, change},
};

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: UnverifiedCaller,
    Path((id, seq)): Path<(String, String)>,
) -> Result<Json<Changed>, Problem> {
    let intent = crate::seq(&seq).map(|seq| Intent::Delete { seq });
    change(&state, &caller, &id, intent).await
}
