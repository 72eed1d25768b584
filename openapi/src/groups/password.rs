//! `/api/password`.

use serde_json::json;
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation};

pub(super) fn operations() -> Vec<Operation> {
    let path = "/api/password/reset-request";
    vec![
        Operation::new("POST", path, "requestPasswordReset", "Request a link that resets the password")
            .description(
                "The response is the same for a known and an unknown address. An address gets at most three emails per hour. Further \
                 requests return the same response and send nothing. One source may send 100 requests per hour, unless the deployment \
                 sets another limit.",
            )
            .body("ResetRequest", json!({ "email": example::EMAIL }))
            .response(
                200,
                "If the address has an account, an email with a link is sent.",
                "Done",
                example::done("If this address has an account, we've sent a link to it."),
            )
            .errors([Code::TooManyResetRequests]),
        Operation::new("POST", "/api/password/reset", "resetPassword", "Set a new password with the token of a reset link")
            .description("Ends all sessions of the account, closes their sockets and sends a notice by email. A token works once, within 30 minutes. A newer link or a password change invalidates it.")
            .body("PasswordReset", json!({ "token": example::TICKET, "password": example::PASSWORD }))
            .response(
                200,
                "The password was reset.",
                "Done",
                example::done("The password was reset. Log in with the new one."),
            )
            .errors([Code::InvalidResetToken]),
        Operation::new("POST", "/api/password/change", "changePassword", "Change the password with the current password")
            .description("Ends all other sessions of the account, closes their sockets and sends a notice by email. A session has 10 attempts in 10 minutes, including successful ones.")
            .body(
                "PasswordChange",
                json!({ "current_password": example::PASSWORD, "password": "an unlit lighthouse" }),
            )
            .response(
                200,
                "The password was changed.",
                "Done",
                example::done("The password was changed. All other sessions have ended."),
            )
            .errors([Code::WrongPassword, Code::TooManyAttempts]),
    ]
}
