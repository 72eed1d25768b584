//! The schemas of response bodies.

use serde_json::{Value, json};
use shared::domain::limits::{CURSOR_SIZE, PAGE_SIZE, SEARCH_SIZE, SESSIONS};

use super::{about, boolean, count, list_of, nullable, object, reference, string};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let up_to = |name: &str, most: u64| {
        let mut list = list_of(name);
        list["maxItems"] = most.into();
        list
    };
    let head_seq = || about(count(0), "The number of the conversation's newest entry.");
    let has_more = |what| about(boolean(), what);
    vec![
        (
            "Done",
            object("The request succeeded.", [("message", about(string(), "A text for people."))]),
        ),
        (
            "AccountReply",
            object(
                "The current user.",
                [
                    ("message", about(string(), "A text for people.")),
                    ("user", reference("CurrentUser")),
                ],
            ),
        ),
        (
            "LoginReply",
            object(
                "A new session and its token.",
                [
                    ("message", about(string(), "A text for people.")),
                    ("token", about(string(), "The session's token. Opaque.")),
                    ("token_type", json!({ "const": "Bearer" })),
                    ("expires_at", about(reference("Timestamp"), "When the session expires.")),
                    ("user", reference("CurrentUser")),
                ],
            ),
        ),
        (
            "SessionsReply",
            object("The caller's sessions.", [("sessions", up_to("Session", SESSIONS as u64))]),
        ),
        (
            "TicketReply",
            object(
                "A ticket that opens one socket.",
                [
                    ("ticket", json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" })),
                    ("expires_at", reference("Timestamp")),
                    (
                        "url",
                        about(
                            json!({ "type": "string", "format": "uri" }),
                            "The URL of the socket.",
                        ),
                    ),
                ],
            ),
        ),
        ("CurrentUserReply", object("The current user.", [("user", reference("CurrentUser"))])),
        (
            "UserReply",
            object(
                "A user. Only the current user has an email address.",
                [("user", json!({ "anyOf": [reference("CurrentUser"), reference("User")] }))],
            ),
        ),
        (
            "UsersReply",
            object(
                "A page of users.",
                [("users", up_to("User", PAGE_SIZE.1)), ("pagination", reference("Pagination"))],
            ),
        ),
        (
            "SearchReply",
            object(
                "The matching users.",
                [
                    ("users", up_to("User", SEARCH_SIZE.1)),
                    (
                        "next_cursor",
                        about(
                            nullable(string()),
                            "The cursor of the next page. `null` on the last page.",
                        ),
                    ),
                ],
            ),
        ),
        (
            "ConversationsReply",
            object(
                "A page of conversations.",
                [
                    ("conversations", up_to("Conversation", PAGE_SIZE.1)),
                    ("pagination", reference("Pagination")),
                ],
            ),
        ),
        (
            "ConversationReply",
            object(
                "A conversation with all its members.",
                [("conversation", reference("Conversation"))],
            ),
        ),
        (
            "MessagesReply",
            object(
                "Messages in ascending order, in their state as of `head_seq`.",
                [
                    ("messages", up_to("Message", CURSOR_SIZE.1)),
                    ("head_seq", head_seq()),
                    (
                        "has_more",
                        has_more(
                            "Whether there are more messages in the requested direction: newer ones with `after`, otherwise older ones.",
                        ),
                    ),
                ],
            ),
        ),
        (
            "LogReply",
            object(
                "Entries in ascending order.",
                [
                    ("entries", up_to("Entry", CURSOR_SIZE.1)),
                    ("head_seq", head_seq()),
                    ("has_more", has_more("Whether there are newer entries.")),
                ],
            ),
        ),
        (
            "MessageReply",
            object("A message in its current state.", [("message", reference("Message"))]),
        ),
        (
            "ReadReply",
            object(
                "The caller's current read mark.",
                [
                    ("read_seq", count(0)),
                    (
                        "unread_count",
                        about(count(0), "The number of unread messages from other users."),
                    ),
                ],
            ),
        ),
        ("EmotesReply", object("A list of emojis.", [("emotes", list_of("Emote"))])),
    ]
}
