//! `/api/auth`.

use serde_json::json;
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation};

pub(super) fn operations() -> Vec<Operation> {
    let account = |message| json!({ "message": message, "user": example::alice() });
    vec![
        Operation::new("POST", "/api/auth/register", "register", "Make an account")
            .says("A source may register 300 times an hour, unless the deployment sets another limit.")
            .body(
                "Registration",
                json!({ "name": "Alice", "email": example::EMAIL, "password": example::PASSWORD }),
            )
            .answers(200, "The account was made.", "AccountReply", account("Registered."))
            .refuses([Code::EmailTaken, Code::TooManyRegistrations]),
        Operation::new("POST", "/api/auth/login", "login", "Begin a session")
            .says(
                "An unknown address and a wrong password are answered alike. Five failures of an address are free; then each doubles the \
                 time to wait, from 1 s to 15 min. A source may fail 100 times in 10 min. Of more than 50 sessions the oldest ends.",
            )
            .body("Login", json!({ "email": example::EMAIL, "password": example::PASSWORD }))
            .answers(
                200,
                "The session has begun.",
                "LoginReply",
                json!({
                    "message": "Logged in.",
                    "token": example::TOKEN,
                    "token_type": "Bearer",
                    "expires_at": example::time(30 * 24 * 60 * 60),
                    "user": example::alice(),
                }),
            )
            .refuses([Code::InvalidCredentials, Code::TooManyAttempts]),
        Operation::new("POST", "/api/auth/logout", "logout", "End the session that asks")
            .says("The token is dead at once, and the session's sockets are closed.")
            .answers(200, "The session has ended.", "Done", example::done("Logged out.")),
        Operation::new("GET", "/api/auth/validate", "validate", "Tell whose token this is")
            .answers(200, "The token is valid.", "AccountReply", account("The token is valid.")),
        Operation::new("GET", "/api/auth/sessions", "listSessions", "List one's sessions, newest first")
            .answers(
                200,
                "All sessions.",
                "SessionsReply",
                json!({ "sessions": [example::session()] }),
            ),
        Operation::new("DELETE", "/api/auth/sessions", "endOtherSessions", "End all sessions but the one that asks")
            .says("Their sockets are closed.")
            .answers(
                200,
                "They have ended.",
                "Done",
                example::done("All other sessions have ended."),
            ),
        Operation::new("DELETE", "/api/auth/sessions/{id}", "endSession", "End one of one's sessions")
            .says("Its sockets are closed. It may be the one that asks.")
            .answers(200, "It has ended.", "Done", example::done("The session has ended.")),
        Operation::new("POST", "/api/auth/ticket", "createTicket", "Make a ticket for a socket")
            .says("It admits one socket, once, within 60 s: for browsers, which cannot send a token with a socket.")
            .answers(
                200,
                "The ticket.",
                "TicketReply",
                json!({
                    "ticket": example::TICKET,
                    "expires_at": example::time(60),
                    "url": "ws://127.0.0.1:3001",
                }),
            ),
    ]
}
