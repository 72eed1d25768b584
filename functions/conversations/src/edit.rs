//! `PATCH /api/conversations/{id}/messages/{seq}`: changes the text of a message. Only for its sender.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Content, Intent},
    http::{JsonBody, Path, UnverifiedCaller},
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
    JsonBody(mut fields): JsonBody,
) -> Result<Json<MessageReply>, Problem> {
    let content = fields.text("content", Content::parse);
    let content = fields.finish(|| content).map_err(Problem::from);
    let seq = crate::parse_seq(&seq);
    let intent = seq.and_then(|seq| Ok(Intent::Edit { seq, content: content? }));
    change(&state, &caller, &id, intent).await
}
