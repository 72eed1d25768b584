//! `PATCH /api/conversations/{id}/messages/{seq}`: gives one's message another text.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Content, Intent},
    http::{JsonBody, Path, UnverifiedCaller},
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
    JsonBody(mut fields): JsonBody,
) -> Result<Json<Changed>, Problem> {
    let content = fields.text("content", Content::parse);
    let content = fields.finish(|| content).map_err(Problem::from);
    let seq = crate::seq(&seq);
    let intent = seq.and_then(|seq| Ok(Intent::Edit { seq, content: content? }));
    change(&state, &caller, &id, intent).await
}
