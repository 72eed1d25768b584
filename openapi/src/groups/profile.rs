//! `/api/profile`.

use serde_json::json;
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation, parameters};

pub(super) fn operations() -> Vec<Operation> {
    let oneself = || json!({ "user": example::alice() });
    vec![
        Operation::new("GET", "/api/profile", "getProfile", "Show oneself").answers(
            200,
            "CurrentUser.",
            "OneselfReply",
            oneself(),
        ),
        Operation::new("PATCH", "/api/profile", "changeProfile", "Give oneself another name")
            .says("Up to thirty times an hour.")
            .body("ProfileChange", json!({ "name": "Alice" }))
            .answers(200, "CurrentUser, with that name.", "OneselfReply", oneself())
            .refuses([Code::TooManyRenames]),
        Operation::new(
            "GET",
            "/api/profile/users",
            "listUsers",
            "List everybody, in the order of registration",
        )
        .query(parameters::page())
        .answers(
            200,
            "A page of users.",
            "UsersReply",
            json!({ "users": [example::bob()], "pagination": example::pagination(1) }),
        ),
        Operation::new("GET", "/api/profile/users/{id}", "getUser", "Show one user")
            .says("An address is shown to its owner alone.")
            .answers_all(
                200,
                "The user.",
                "UserReply",
                [("another", json!({ "user": example::bob() })), ("oneself", oneself())],
            ),
        Operation::new("GET", "/api/profile/search", "searchUsers", "Find users by name")
            .query(parameters::search())
            .answers_all(
                200,
                "Whoever was found, by name.",
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
