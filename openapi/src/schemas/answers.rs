//! What bodies of answers are.

use serde_json::{Value, json};
use shared::domain::limits::{CURSOR_SIZE, PAGE_SIZE, SEARCH_SIZE, SESSIONS};

use super::{about, boolean, count, list_of, nullable, object, reference, string};

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let up_to = |name: &str, most: u64| {
        let mut list = list_of(name);
        list["maxItems"] = most.into();
        list
    };
    let head_seq = || about(count(0), "The conversation's newest entry.");
    let has_more = |what| about(boolean(), what);
    vec![
        ("Done", object("It is done.", [("message", about(string(), "For people."))])),
        (
            "AccountReply",
            object(
                "CurrentUser.",
                [("message", about(string(), "For people.")), ("user", reference("CurrentUser"))],
            ),
        ),
        (
            "LoginReply",
            object(
                "A session's token.",
                [
                    ("message", about(string(), "For people.")),
                    ("token", about(string(), "Opaque.")),
                    ("token_type", json!({ "const": "Bearer" })),
                    (
                        "expires_at",
                        about(reference("Timestamp"), "When the session ends by itself."),
                    ),
                    ("user", reference("CurrentUser")),
                ],
            ),
        ),
        (
            "SessionsReply",
            object("One's sessions.", [("sessions", up_to("Session", SESSIONS as u64))]),
        ),
        (
            "TicketReply",
            object(
                "A ticket for one socket.",
                [
                    ("ticket", json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]+$" })),
                    ("expires_at", reference("Timestamp")),
                    (
                        "url",
                        about(json!({ "type": "string", "format": "uri" }), "Where the socket is."),
                    ),
                ],
            ),
        ),
        ("OneselfReply", object("CurrentUser.", [("user", reference("CurrentUser"))])),
        (
            "UserReply",
            object(
                "A user; oneself with the address.",
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
                "Users that were found.",
                [
                    ("users", up_to("User", SEARCH_SIZE.1)),
                    (
                        "next_cursor",
                        about(nullable(string()), "Where it goes on; `null` at the end."),
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
                "Messages, ascending, as they stand as of `head_seq`.",
                [
                    ("messages", up_to("Message", CURSOR_SIZE.1)),
                    ("head_seq", head_seq()),
                    (
                        "has_more",
                        has_more(
                            "Whether there are more in the direction that was asked for: older ones, or with `after` newer.",
                        ),
                    ),
                ],
            ),
        ),
        (
            "LogReply",
            object(
                "Entries, ascending.",
                [
                    ("entries", up_to("Entry", CURSOR_SIZE.1)),
                    ("head_seq", head_seq()),
                    ("has_more", has_more("Whether there are newer ones.")),
                ],
            ),
        ),
        (
            "MessageReply",
            object("A message as it stands now.", [("message", reference("Message"))]),
        ),
        (
            "ReadReply",
            object(
                "One's read mark as it stands.",
                [
                    ("read_seq", count(0)),
                    ("unread_count", about(count(0), "Messages of others since.")),
                ],
            ),
        ),
        ("EmotesReply", object("Emotes.", [("emotes", list_of("Emote"))])),
    ]
}
