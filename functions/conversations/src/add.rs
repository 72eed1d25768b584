//! `POST /api/conversations/{id}/members`: adds members to a group, or gives members another role, as an admin.

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
    let id = crate::named(&id)?;
    let Request { user_ids, role } = Request::parse(fields)?;
    let (me, store) = (caller.user_id, &state.store);
    // Who may not see the conversation learns nothing, about users neither.
    let window = chat::enter(store, &id, me, 1).await?;
    let mut user_ids = existing(store, &user_ids).await?;
    // Who gives up their own role does so when the others have theirs.
    user_ids.sort_by_key(|user_id| *user_id == me);
    // It is checked as a whole, however many writes it takes. What comes between them may stop it half way; repeated, it goes on.
    plan::added(&window.conversation, me, &user_ids, role)?;

    let most = state.settings.entries_per_sender;
    for some in user_ids.chunks(limits::internal::ADDED_AT_ONCE) {
        let intent = Intent::Add { user_ids: some.to_vec(), role };
        let first_look = store.first_look(&id, &intent).await?;
        let draft = Draft { sender_id: me, intent, write_id: entropy::short() };
        let appended = store.append(&id, first_look, &draft, most).await?;
        chat::announce(&state.delivery, &appended, None).await;
    }
    conversation::show(&state, &id, me).await
}

/// The users of these ids, each once, in the order in which they are named.
pub(crate) async fn existing(store: &Store, ids: &[String]) -> Result<Vec<UserId>, Problem> {
    let mut user_ids: Vec<UserId> = Vec::with_capacity(ids.len());
    for id in ids {
        // What cannot be a user's id is no user's.
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
