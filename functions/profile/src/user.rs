//! `GET /api/profile/users/{id}`: returns one user, with the email address only if the user is the caller.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::UserId,
    http::{Caller, Path},
    protocol::{
        problem::{Code, Problem},
        view::{CurrentUser, User},
    },
};

use crate::State;

/// A user. Only the current user has an email address.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "UserReply"))]
pub(crate) struct Reply {
    /// The user.
    user: Profile,
}

#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[serde(untagged)]
enum Profile {
    CurrentUser(CurrentUser),
    Other(User),
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    Path(id): Path,
) -> Result<Json<Reply>, Problem> {
    let not_found = || Problem::new(Code::NotFound);
    let user_id: UserId = id.parse().map_err(|_| not_found())?;
    let account = state.store.account(user_id).await?.ok_or_else(not_found)?;
    let user = match user_id == caller.user_id {
        true => Profile::CurrentUser(CurrentUser::from(&account)),
        false => Profile::Other(User::from(&account)),
    };
    Ok(Json(Reply { user }))
}
