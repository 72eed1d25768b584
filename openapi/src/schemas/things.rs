//! What answers show: users, sessions, conversations, messages, entries, emotes, and problems.

use serde_json::{Value, json};
use shared::{
    domain::limits::{
        CONTENT_CHARS, EMAIL_CHARS, EMOTES, LISTED_USERS, MEMBERS, NAME_CHARS, PAGE_SIZE,
        TITLE_CHARS, USER_AGENT_CHARS, internal::CONVERSATION_ID_BYTES,
    },
    protocol::problem::Code,
};

use super::{about, boolean, count, nullable, object, reference, string, with_optional};

const ULID: &str = "^[0-7][0-9A-HJKMNP-TV-Z]{25}$";

pub(super) fn all() -> Vec<(&'static str, Value)> {
    let ulid = |what| json!({ "type": "string", "description": what, "pattern": ULID });
    let mut all = vec![
        ("UserId", ulid("A user's id: a ULID.")),
        ("SessionId", ulid("A session's id: a ULID.")),
        (
            "ConversationId",
            json!({
                "type": "string", "description": "A conversation's id, opaque.", "minLength": 1, "maxLength": CONVERSATION_ID_BYTES, "pattern": "^[0-9A-Za-z]+$",
            }),
        ),
        (
            "ClientId",
            about(
                string(),
                "The sender's own id of a message: a ULID or a UUIDv7, in its canonical form.",
            ),
        ),
        (
            "Timestamp",
            json!({
                "type": "string", "description": "RFC 3339, UTC, with milliseconds.",
                "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
            }),
        ),
        ("Name", json!({ "type": "string", "minLength": 1, "maxLength": NAME_CHARS })),
        ("Title", json!({ "type": "string", "minLength": 1, "maxLength": TITLE_CHARS })),
        (
            "EmailAddress",
            json!({
                "type": "string", "description": "As its owner wrote it. International ones are addresses, too.", "format": "idn-email", "maxLength": EMAIL_CHARS,
            }),
        ),
        (
            "Role",
            json!({
                "description": "An admin adds, removes and appoints members, and deletes anybody's message.", "enum": ["member", "admin"],
            }),
        ),
        (
            "Kind",
            json!({ "description": "Of two users for good, or of up to a hundred who come and go.", "enum": ["direct", "group"] }),
        ),
        (
            "User",
            object(
                "A user, as others see them.",
                [
                    ("id", reference("UserId")),
                    ("name", reference("Name")),
                    ("created_at", reference("Timestamp")),
                ],
            ),
        ),
        (
            "CurrentUser",
            object(
                "A user, as they see themselves.",
                [
                    ("id", reference("UserId")),
                    ("name", reference("Name")),
                    ("email", reference("EmailAddress")),
                    ("created_at", reference("Timestamp")),
                ],
            ),
        ),
        (
            "Session",
            object(
                "A login of one's own.",
                [
                    ("id", reference("SessionId")),
                    ("created_at", reference("Timestamp")),
                    ("expires_at", reference("Timestamp")),
                    (
                        "user_agent",
                        nullable(json!({
                            "type": "string", "description": "What the client called itself.", "maxLength": USER_AGENT_CHARS,
                        })),
                    ),
                    ("current", about(boolean(), "Whether it is the one that asks.")),
                ],
            ),
        ),
        (
            "Pagination",
            object(
                "Where a page stands in its list.",
                [
                    ("current_page", count(1)),
                    (
                        "page_size",
                        json!({ "type": "integer", "minimum": 1, "maximum": PAGE_SIZE.1 }),
                    ),
                    ("total_pages", count(0)),
                    ("total_items", count(0)),
                ],
            ),
        ),
        (
            "Emote",
            object(
                "What messages can be reacted to with, and written with as shortcodes.",
                [
                    ("shortcode", about(string(), "The canonical one.")),
                    ("emoji", string()),
                    ("aliases", about(super::list(string()), "Other shortcodes of it.")),
                    ("group", string()),
                ],
            ),
        ),
        ("Problem", problem()),
        (
            "FieldError",
            object(
                "One fault of a request.",
                [
                    (
                        "pointer",
                        about(
                            json!({ "type": "string", "format": "json-pointer" }),
                            "Where (RFC 6901); `/name` of a parameter.",
                        ),
                    ),
                    ("detail", about(string(), "What is wrong with it, for people.")),
                ],
            ),
        ),
        (
            "OfTheGateway",
            object("What the gateway says where no function answered.", [("message", string())]),
        ),
    ];
    all.extend(of_conversations());
    all.extend(entries());
    all
}

fn problem() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.slug()).collect();
    with_optional(
        "Why a request was refused (RFC 9457).",
        [
            (
                "type",
                json!({ "type": "string", "format": "uri", "pattern": "^urn:emotechat:problem:[a-z_]+$" }),
            ),
            ("title", about(string(), "Of the code; never changes.")),
            ("status", json!({ "type": "integer", "minimum": 400, "maximum": 599 })),
            ("detail", about(string(), "For people.")),
            ("code", json!({ "description": "What clients switch on.", "enum": codes })),
            ("request_id", about(string(), "The header `x-request-id`.")),
        ],
        [(
            "errors",
            json!({
                "type": "array", "description": "Of an invalid request: its faults, all at once.", "items": reference("FieldError"), "minItems": 1,
            }),
        )],
    )
}

fn of_conversations() -> Vec<(&'static str, Value)> {
    let message = message_members();
    vec![
        ("Message", object("A message as it stands now, as one of the members sees it.", message)),
        (
            "Reaction",
            object(
                "An emote on a message.",
                [
                    ("emote", about(string(), "Its canonical shortcode.")),
                    ("emoji", string()),
                    ("count", about(count(1), "How many chose it.")),
                    ("mine", about(boolean(), "Whether the caller did.")),
                    (
                        "user_ids",
                        json!({
                            "type": "array", "description": "The first who did.", "items": reference("UserId"), "minItems": 1, "maxItems": LISTED_USERS,
                        }),
                    ),
                ],
            ),
        ),
        (
            "Member",
            with_optional(
                "A member of a conversation.",
                [
                    ("user", reference("User")),
                    ("role", reference("Role")),
                    ("online", about(boolean(), "Whether a socket of theirs is alive.")),
                ],
                [(
                    "read_seq",
                    about(
                        count(0),
                        "How far they have read: where the conversation stands alone, not in lists.",
                    ),
                )],
            ),
        ),
        (
            "Conversation",
            object(
                "A conversation, as one of its members sees it.",
                [
                    ("id", reference("ConversationId")),
                    ("kind", reference("Kind")),
                    (
                        "title",
                        about(nullable(reference("Title")), "A group's; of a direct one `null`."),
                    ),
                    (
                        "member_count",
                        json!({ "type": "integer", "minimum": 0, "maximum": MEMBERS }),
                    ),
                    (
                        "members",
                        json!({
                            "type": "array", "description": "The first ten in a list, all where it stands alone.", "items": reference("Member"), "maxItems": MEMBERS,
                        }),
                    ),
                    ("head_seq", about(count(0), "Its newest entry; 0: none yet.")),
                    ("last_message", nullable(reference("Message"))),
                    ("read_seq", about(count(0), "The newest entry that the caller has read.")),
                    ("unread_count", about(count(0), "Messages of others since.")),
                    ("updated_at", reference("Timestamp")),
                ],
            ),
        ),
    ]
}

fn message_members() -> [(&'static str, Value); 10] {
    let content = json!({ "type": "string", "minLength": 1, "maxLength": CONTENT_CHARS });
    [
        ("conversation_id", reference("ConversationId")),
        ("seq", about(count(1), "Its number in the log.")),
        ("sender_id", reference("UserId")),
        ("client_id", reference("ClientId")),
        (
            "content",
            about(
                nullable(content),
                "The text, with emojis for shortcodes; `null` once it is deleted.",
            ),
        ),
        ("reply_to", about(nullable(count(1)), "The message that it answers.")),
        ("created_at", reference("Timestamp")),
        ("edited_at", about(nullable(reference("Timestamp")), "When its text was last changed.")),
        ("deleted", boolean()),
        (
            "reactions",
            json!({ "type": "array", "items": reference("Reaction"), "maxItems": EMOTES }),
        ),
    ]
}

/// An entry of each type, and any of them.
fn entries() -> Vec<(&'static str, Value)> {
    let entry = |of_type: &str, description: &str, more: &[(&str, Value)]| {
        let mut schema = object(
            description,
            [
                ("type", json!({ "const": of_type })),
                ("conversation_id", reference("ConversationId")),
                ("seq", about(count(1), "Its number in the log.")),
                ("sender_id", about(reference("UserId"), "Who did it.")),
                ("created_at", reference("Timestamp")),
            ],
        );
        for (name, member) in more {
            schema["properties"][*name] = member.clone();
            if let Some(required) = schema["required"].as_array_mut()
                && !required.contains(&json!(name))
            {
                required.push(json!(name));
            }
        }
        schema
    };
    let target = ("target_seq", about(count(1), "The message."));
    let now =
        ("message", about(reference("Message"), "As it stands now: an older text is not kept."));
    let changed = [target.clone(), now];
    let reacted = [target, ("emote", about(string(), "Its canonical shortcode."))];
    let joined = [("user_id", reference("UserId")), ("role", reference("Role"))];
    let kinds = [
        (
            "message",
            "MessageEntry",
            "A message was sent. Its text is the present one; its reactions are told by the entries that follow.",
            &message_members()[..],
        ),
        ("edit", "EditEntry", "The text of a message was changed.", &changed),
        ("delete", "DeleteEntry", "A message was deleted.", &changed),
        ("reaction_added", "ReactionAddedEntry", "Somebody reacted to a message.", &reacted),
        (
            "reaction_removed",
            "ReactionRemovedEntry",
            "Somebody took their reaction back.",
            &reacted,
        ),
        (
            "member_added",
            "MemberAddedEntry",
            "Somebody is a member now, or has another role.",
            &joined,
        ),
        ("member_removed", "MemberRemovedEntry", "Somebody left or was removed.", &joined),
        (
            "title_changed",
            "TitleChangedEntry",
            "The group has another title.",
            &[("title", reference("Title"))],
        ),
    ];
    let mapping: serde_json::Map<String, Value> = kinds
        .iter()
        .map(|(of_type, name, ..)| {
            ((*of_type).to_owned(), format!("#/components/schemas/{name}").into())
        })
        .collect();
    let any = json!({
        "description": "An entry of a conversation's log, by its `type`.",
        "oneOf": kinds.iter().map(|(_, name, ..)| reference(name)).collect::<Vec<_>>(),
        "discriminator": { "propertyName": "type", "mapping": mapping },
    });
    let mut all: Vec<_> = kinds
        .iter()
        .map(|(of_type, name, says, more)| (*name, entry(of_type, says, more)))
        .collect();
    all.push(("Entry", any));
    all
}
