//! `POST /api/auth/register`: creates an account.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::{EmailAddress, Fields, Name, Password},
    http::{Client, JsonBody},
    protocol::{
        problem::{Code, Problem},
        view::CurrentUser,
    },
    runtime::hashing,
    store::{Counter, EmailTaken},
};

use crate::State;

struct Request {
    name: Name,
    email: EmailAddress,
    password: Password,
}

/// The current user.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "AccountReply"))]
pub(crate) struct Reply {
    /// A text for people. May change.
    pub(crate) message: &'static str,
    /// The user.
    pub(crate) user: CurrentUser,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let name = fields.text("name", Name::parse);
        let email = fields.text("email", EmailAddress::parse);
        let password =
            fields.text("password", |text| Password::parse(text, email.as_ref(), name.as_ref()));
        Ok(fields.finish(|| Some(Self { name: name?, email: email?, password: password? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    client: Client,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let request = Request::parse(fields)?;

    if let Some(source) = client.source {
        let limit = state.settings.registrations_per_source;
        state.store.limit(Counter::Registrations(source, limit)).await?;
    }

    let hash = hashing::hash(&request.password).await?;
    match state.store.create_account(&request.name, &request.email, &hash).await? {
        Ok(account) => {
            Ok(Json(Reply { message: "Registered.", user: CurrentUser::from(&account) }))
        }
        Err(EmailTaken) => Err(Problem::new(Code::EmailTaken)),
    }
}
