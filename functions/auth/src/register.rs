//! `POST /api/auth/register`: makes an account.

use axum::{Json, extract::State as Shared};
use serde::Serialize;
use shared::{
    domain::{Account, EmailAddress, Fields, Name, Password, Timestamp, UserId},
    entropy, hashing,
    http::{Client, JsonBody},
    problem::{Code, Problem},
    protocol::view::Oneself,
    store::{Counter, EmailTaken, Over},
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

    fn account(&self, now: Timestamp) -> Account {
        Account {
            user_id: UserId::new(now, entropy::number()),
            name: self.name.clone(),
            email: self.email.clone(),
            created_at: now,
            // Given by the directory.
            number: 0,
            sockets: Default::default(),
            sockets_version: 0,
            last_seen_at: None,
            announced_until: None,
        }
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
        if let Err(Over { retry_after }) =
            state.store.count(Counter::Registrations(source), most).await?
        {
            return Err(Problem::wait(Code::TooManyRegistrations, retry_after));
        }
    }

    let account = request.account(state.store.clock().now());
    let hash = hashing::hash(&request.password).await?;
    match state.store.create_account(account, hash).await? {
        Ok(account) => Ok(Json(Reply { message: "Registered.", user: Oneself::from(&account) })),
        Err(EmailTaken) => Err(Problem::new(Code::EmailTaken)),
    }
}
