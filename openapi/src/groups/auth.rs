//! `/api/auth`.

use serde_json::json;
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation};

pub(super) fn operations() -> Vec<Operation> {
    let account = |message| json!({ "message": message, "user": example::alice() });
    vec![
        Operation::new("POST", "/api/auth/register", "register", "Create an account")
            .description("Limited to 300 registrations per hour from one source (an IPv4 address or an IPv6 /64), unless the deployment sets another limit.")
            .body(
                "Registration",
                json!({ "name": "Alice", "email": example::EMAIL, "password": example::PASSWORD }),
            )
            .response(200, "The account was created.", "AccountReply", account("Registered."))
            .errors([Code::EmailTaken, Code::TooManyRegistrations]),
        Operation::new("POST", "/api/auth/login", "login", "Log in")
            .description(
                "The response is the same for an unknown address and a wrong password. An address has five failed logins without a delay. \
                 After that, each failure doubles the delay, from 1 s to 15 min. One source may fail 100 times in 10 min, unless the \
                 deployment sets another limit. An account has at most 50 sessions: a further login ends the oldest one.",
            )
            .body("Login", json!({ "email": example::EMAIL, "password": example::PASSWORD }))
            .response(
                200,
                "The session was created.",
                "LoginReply",
                json!({
                    "message": "Logged in.",
                    "token": example::TOKEN,
                    "token_type": "Bearer",
                    "expires_at": example::time(30 * 24 * 60 * 60),
                    "user": example::alice(),
                }),
            )
            .errors([Code::InvalidCredentials, Code::TooManyAttempts]),
        Operation::new("POST", "/api/auth/logout", "logout", "Log out")
            .description("Ends the current session. Its token becomes invalid immediately, and its sockets are closed.")
            .response(200, "The session was ended.", "Done", example::done("Logged out.")),
        Operation::new("GET", "/api/auth/validate", "validate", "Check the token and return its user")
            .response(200, "The token is valid.", "AccountReply", account("The token is valid.")),
        Operation::new("GET", "/api/auth/sessions", "listSessions", "List the caller's sessions, newest first")
            .response(
                200,
                "The caller's sessions.",
                "SessionsReply",
                json!({ "sessions": [example::session()] }),
            ),
        Operation::new("DELETE", "/api/auth/sessions", "endOtherSessions", "End all sessions except the current one")
            .description("The sockets of these sessions are closed.")
            .response(
                200,
                "The sessions were ended.",
                "Done",
                example::done("All other sessions have ended."),
            ),
        Operation::new("DELETE", "/api/auth/sessions/{id}", "endSession", "End one of the caller's sessions")
            .description("The sockets of the session are closed. It may be the current session.")
            .response(200, "The session was ended.", "Done", example::done("The session has ended.")),
        Operation::new("POST", "/api/auth/ticket", "createTicket", "Create a ticket that opens a socket")
            .description("A ticket admits one socket, once, within 60 s. Browsers need tickets because they cannot send a token when they open a socket.")
            .response(
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
