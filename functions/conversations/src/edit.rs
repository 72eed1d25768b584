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
    claimed: UnverifiedCaller,
    Path((id, seq)): Path<(String, String)>,
    JsonBody(mut fields): JsonBody,
) -> Result<Json<Changed>, Problem> {
    let content = fields.text("content", Content::parse);
    let intent = async || {
        let seq = crate::seq(&seq)?;
        Ok(Intent::Edit { seq, content: content.ok_or_else(|| fields.refuse())? })
    };
    change(&state, &claimed, &id, intent().await).await
}
