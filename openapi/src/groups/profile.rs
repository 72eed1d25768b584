//! `/api/profile`.

use serde_json::json;
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation, parameters};

pub(super) fn operations() -> Vec<Operation> {
    let current_user = || json!({ "user": example::alice() });
    vec![
        Operation::new("GET", "/api/profile", "getProfile", "Get the current user").response(
            200,
            "The current user.",
            "CurrentUserReply",
            current_user(),
        ),
        Operation::new("PATCH", "/api/profile", "changeProfile", "Change the current user's name")
            .description("Limited to 30 changes per hour.")
            .body("ProfileChange", json!({ "name": "Alice" }))
            .response(
                200,
                "The current user with the new name.",
                "CurrentUserReply",
                current_user(),
            )
            .errors([Code::TooManyRenames]),
        Operation::new(
            "GET",
            "/api/profile/users",
            "listUsers",
            "List all users, in order of registration",
        )
        .query(parameters::page())
        .response(
            200,
            "A page of users.",
            "UsersReply",
            json!({ "users": [example::bob()], "pagination": example::pagination(1) }),
        ),
        Operation::new("GET", "/api/profile/users/{id}", "getUser", "Get a user")
            .description("The response includes the email address only if the user is the caller.")
            .responses(
                200,
                "The user.",
                "UserReply",
                [("another", json!({ "user": example::bob() })), ("current_user", current_user())],
            ),
        Operation::new("GET", "/api/profile/search", "searchUsers", "Find users by name")
            .query(parameters::search())
            .responses(
                200,
                "The matching users, ordered by name.",
                "SearchReply",
                [
                    ("all", json!({ "users": [example::bob()], "next_cursor": null })),
                    (
                        "more",
                        json!({ "users": [example::bob()], "next_cursor": "Ym9iIDAxS0IwWTZBOVI" }),
                    ),
                ],
            ),
    ]
}
