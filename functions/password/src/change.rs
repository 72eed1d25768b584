//! `POST /api/password/change`: sets a new password if the current one is right, and ends the caller's other sessions.

use axum::{Json, extract::State as Shared};
use shared::{
    domain::{Fields, Password},
    http::{Caller, JsonBody},
    protocol::{
        problem::{Code, Problem},
        view::Done,
    },
    runtime::hashing,
    store::{Counter, PasswordProof, Replaced},
};

use crate::{State, notice};

struct Request {
    current_password: Password,
    password: Password,
}

impl Request {
    fn parse(mut fields: Fields) -> Result<Self, Problem> {
        let current_password = fields.text("current_password", Password::parse_existing);
        let password = fields.text("password", |text| Password::parse(text, None, None));
        Ok(fields
            .finish(|| Some(Self { current_password: current_password?, password: password? }))?)
    }
}

pub(crate) async fn handle(
    Shared(state): Shared<State>,
    caller: Caller,
    JsonBody(fields): JsonBody,
) -> Result<Json<Done>, Problem> {
    let request = Request::parse(fields)?;
    let signed_out = || Problem::new(Code::InvalidToken);
    let store = &state.store;

    let account = store.account(caller.user_id).await?.ok_or_else(signed_out)?;
    let check = request.password.check_differs_from(Some(&account.email), Some(&account.name));
    check.map_err(|fault| Problem::field("password", fault))?;
    // Counted before the password is checked, so that concurrent guesses cannot exceed the limit.
    store.limit(Counter::PasswordChanges(caller.session_id)).await?;
    let credential = store.credential(&account.email).await?.ok_or_else(signed_out)?;
    if !hashing::verify(&request.current_password, Some(&credential.hash)).await? {
        return Err(Problem::new(Code::WrongPassword));
    }

    let hash = hashing::hash(&request.password).await?;
    let notice = notice(account.user_id, store.clock().now());
    let proof = PasswordProof::Session(caller.identity());
    match store.replace_password(&account, credential.version, &hash, proof, &notice).await? {
        Replaced::Done(ended) => {
            state.delivery.end(account.user_id, &ended).await;
            Ok(Json(Done { message: "The password was changed. All other sessions have ended." }))
        }
        Replaced::InvalidProof => Err(signed_out()),
        Replaced::CredentialChanged => Err(Problem::new(Code::WrongPassword)),
    }
}
