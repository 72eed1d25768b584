//! `POST /api/password/reset`: sets a new password with the token of a reset link, and ends all sessions.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Fields, Password, reset::ResetToken},
    http::JsonBody,
    protocol::{
        problem::{Code, Problem},
        view::Done,
    },
    runtime::hashing,
    store::{PasswordProof, Replaced},
};

use crate::{State, notice};

struct Request {
    token: String,
    password: Password,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let token = fields.text("token", |text| match text {
            "" => Err("must not be empty"),
            text => Ok(text.to_owned()),
        });
        let password = fields.text("password", |text| Password::parse(text, None, None));
        Ok(fields.finish(|| Some(Self { token: token?, password: password? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    JsonBody(fields): JsonBody,
) -> Result<Json<Done>, Problem> {
    let Request { token, password } = Request::parse(fields)?;
    let invalid = || Problem::new(Code::InvalidResetToken);
    let store = &state.store;

    let token = token.parse::<ResetToken>().map_err(|_| invalid())?.digest();
    let reset = store.reset(&token).await?.ok_or_else(invalid)?;
    // A reset for an unknown address names a user who does not exist.
    let account = store.account(reset.user_id).await?.ok_or_else(invalid)?;
    let check = password.check_differs_from(Some(&account.email), Some(&account.name));
    check.map_err(|fault| Problem::field("password", fault))?;

    let hash = hashing::hash(&password).await?;
    let notice = notice(account.user_id, store.clock().now());
    let proof = PasswordProof::Token(&token);
    match store.replace_password(&account, reset.version, &hash, proof, &notice).await? {
        Replaced::Done(ended) => {
            state.delivery.end(account.user_id, &ended).await;
            Ok(Json(Done { message: "The password was reset. Log in with the new one." }))
        }
        Replaced::InvalidProof | Replaced::CredentialChanged => Err(invalid()),
    }
}
