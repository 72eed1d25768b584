//! `/api/password`.

use serde_json::json;
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation};

pub(super) fn operations() -> Vec<Operation> {
    let path = "/api/password/reset-request";
    vec![
        Operation::new("POST", path, "requestPasswordReset", "Ask for a link that resets the password")
            .says(
                "Answered alike for a known and an unknown address. Past three mails an hour to an address none is sent, which is \
                 not told. A source may ask 100 times an hour, unless the deployment sets another limit.",
            )
            .body("ResetRequest", json!({ "email": example::EMAIL }))
            .answers(
                200,
                "If the address has an account, a mail is on its way.",
                "Done",
                example::done("If the address has an account, a link is on its way to it."),
            )
            .refuses([Code::TooManyResetRequests]),
        Operation::new("POST", "/api/password/reset", "resetPassword", "Set a new password by the token of a mailed link")
            .says("Ends all sessions of the account with their sockets, and mails a notice. The token is good once, for half an hour, until a newer one is asked for.")
            .body("Reset", json!({ "token": example::TICKET, "password": example::PASSWORD }))
            .answers(
                200,
                "The password is another.",
                "Done",
                example::done("The password was reset. Log in with the new one."),
            )
            .refuses([Code::InvalidResetToken]),
        Operation::new("POST", "/api/password/change", "changePassword", "Set a new password by the current one")
            .says("Ends all other sessions with their sockets, and mails a notice. A session has ten tries within ten minutes, right or wrong.")
            .body(
                "PasswordChange",
                json!({ "current_password": example::PASSWORD, "password": "an unlit lighthouse" }),
            )
            .answers(
                200,
                "The password is another.",
                "Done",
                example::done("The password was changed. All other sessions have ended."),
            )
            .refuses([Code::WrongPassword, Code::TooManyAttempts]),
    ]
}
