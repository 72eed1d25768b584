//! `POST /api/auth/register`: makes an account.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::{EmailAddress, Fields, Name, Password},
    hashing,
    http::{Client, JsonBody},
    problem::{Code, Problem},
    protocol::view::Oneself,
    store::{Counter, EmailTaken},
};

use crate::State;

struct Request {
    name: Name,
    email: EmailAddress,
    password: Password,
}

#[derive(Serialize)]
pub(crate) struct Reply {
    message: &'static str,
    user: Oneself,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let name = fields.text("name", Name::parse);
        let email = fields.text("email", EmailAddress::parse);
        let password =
            fields.text("password", |text| Password::parse(text, email.as_ref(), name.as_ref()));
        let (Some(name), Some(email), Some(password)) = (name, email, password) else {
            return Err(fields.refuse().into());
        };
        Ok(Self { name, email, password })
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    client: Client,
    JsonBody(fields): JsonBody,
) -> Result<Json<Reply>, Problem> {
    let request = Request::parse(fields)?;

    if let Some(source) = client.source {
        let most = state.settings.registrations_per_source;
        let counted = state.store.count(Counter::Registrations(source), most).await?;
        counted.map_err(|over| Problem::wait(Code::TooManyRegistrations, over.retry_after))?;
    }

    let hash = hashing::hash(&request.password).await?;
    match state.store.create_account(&request.name, &request.email, &hash).await? {
        Ok(account) => Ok(Json(Reply { message: "Registered.", user: Oneself::from(&account) })),
        Err(EmailTaken) => Err(Problem::new(Code::EmailTaken)),
    }
}
