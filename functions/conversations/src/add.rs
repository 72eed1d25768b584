//! `POST /api/conversations/{id}/members`: adds members to a group, or changes the roles of members. Only for admins.

use axum::{Json, extract::State as Shared};
use shared::{
    chat,
    domain::{Draft, Fields, Intent, Role, UserId, limits, plan},
    http::{Caller, JsonBody, Path},
    protocol::problem::{Code, Problem},
    runtime::entropy,
    store::Store,
};

use crate::{
    State,
    conversation::{self, Reply},
};

struct Request {
    user_ids: Vec<String>,
    role: Option<Role>,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let user_ids = fields.texts("user_ids", (1, limits::MEMBERS));
        let role = fields.optional_text("role", Role::parse);
        Ok(fields.finish(|| Some(Self { user_ids: user_ids?, role: role? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let id = crate::parse_parameter(&id)?;
    let Request { user_ids, role } = Request::parse(fields)?;
    let (me, store) = (caller.user_id, &state.store);
    // The access check comes first: a caller who is not a member must not learn which users exist.
    let window = chat::enter(store, &id, me, 1).await?;
    let mut user_ids = existing_users(store, &user_ids).await?;
    // The caller's own role changes last, because the other changes need the caller to be an admin.
    user_ids.sort_by_key(|user_id| *user_id == me);
    // Checks the whole change first, although it may take several writes. A concurrent change can stop it halfway. A retry then
    // completes it.
    plan::added(&window.conversation, me, &user_ids, role)?;

    let limit = state.settings.entries_per_sender;
    for chunk in user_ids.chunks(limits::internal::MEMBERS_PER_WRITE) {
        let intent = Intent::Add { user_ids: chunk.to_vec(), role };
        let initial_read = store.initial_read(&id, &intent).await?;
        let draft = Draft { sender_id: me, intent, write_id: entropy::short() };
        let appended = store.append(&id, initial_read, &draft, limit).await?;
        chat::announce(&state.delivery, &appended, None).await;
    }
    conversation::show(&state, &id, me).await
}

/// Parses the ids of existing users. Keeps their order and removes duplicates.
pub(crate) async fn existing_users(store: &Store, ids: &[String]) -> Result<Vec<UserId>, Problem> {
    let mut user_ids: Vec<UserId> = Vec::with_capacity(ids.len());
    for id in ids {
        // A malformed id belongs to no user.
        let user_id = id.parse().map_err(|_| Problem::new(Code::UserNotFound))?;
        if !user_ids.contains(&user_id) {
            user_ids.push(user_id);
        }
    }
    match store.accounts(&user_ids).await?.len() == user_ids.len() {
        true => Ok(user_ids),
        false => Err(Problem::new(Code::UserNotFound)),
    }
}
