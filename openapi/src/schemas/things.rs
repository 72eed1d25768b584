//! The schemas of the objects in responses: users, sessions, conversations, messages, entries, emojis and problems.

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
    let ulid =
        |description| json!({ "type": "string", "description": description, "pattern": ULID });
    let mut all = vec![
        ("UserId", ulid("The id of a user, a ULID.")),
        ("SessionId", ulid("The id of a session, a ULID.")),
        (
            "ConversationId",
            json!({
                "type": "string", "description": "The id of a conversation. Opaque.", "minLength": 1, "maxLength": CONVERSATION_ID_BYTES, "pattern": "^[0-9A-Za-z]+$",
            }),
        ),
        (
            "ClientId",
            about(
                string(),
                "The id that the sender chose for the message: a ULID or a UUIDv7, in canonical form.",
            ),
        ),
        (
            "Timestamp",
            json!({
                "type": "string", "description": "An RFC 3339 timestamp in UTC with milliseconds.",
                "format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
            }),
        ),
        ("Name", json!({ "type": "string", "minLength": 1, "maxLength": NAME_CHARS })),
        ("Title", json!({ "type": "string", "minLength": 1, "maxLength": TITLE_CHARS })),
        (
            "EmailAddress",
            json!({
                "type": "string", "description": "The address as its owner wrote it. May be internationalized.", "format": "idn-email", "maxLength": EMAIL_CHARS,
            }),
        ),
        (
            "Role",
            json!({
                "description": "An admin may add and remove members, change their roles, and delete any message.", "enum": ["member", "admin"],
            }),
        ),
        (
            "Kind",
            json!({ "description": "`direct`: two users, who never change. `group`: up to 100 members, who may change.", "enum": ["direct", "group"] }),
        ),
        (
            "User",
            object(
                "A user, as other users see them.",
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
                "One of the caller's sessions.",
                [
                    ("id", reference("SessionId")),
                    ("created_at", reference("Timestamp")),
                    ("expires_at", reference("Timestamp")),
                    (
                        "user_agent",
                        nullable(json!({
                            "type": "string", "description": "The `User-Agent` of the login request.", "maxLength": USER_AGENT_CHARS,
                        })),
                    ),
                    ("current", about(boolean(), "Whether this is the session of the request.")),
                ],
            ),
        ),
        (
            "Pagination",
            object(
                "The position of a page in its list.",
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
                "An emoji that can be used in reactions, and in messages by its shortcode.",
                [
                    ("shortcode", about(string(), "The canonical shortcode.")),
                    ("emoji", string()),
                    ("aliases", about(super::list(string()), "Its other shortcodes.")),
                    ("group", string()),
                ],
            ),
        ),
        ("Problem", problem()),
        (
            "FieldError",
            object(
                "An invalid field of a request.",
                [
                    (
                        "pointer",
                        about(
                            json!({ "type": "string", "format": "json-pointer" }),
                            "A JSON pointer to the field (RFC 6901). For the query parameter `name`, it is `/name`.",
                        ),
                    ),
                    ("detail", about(string(), "What is wrong with the field, for people.")),
                ],
            ),
        ),
        (
            "GatewayError",
            object("An error of the gateway, if no function responded.", [("message", string())]),
        ),
    ];
    all.extend(of_conversations());
    all.extend(entries());
    all
}

fn problem() -> Value {
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.slug()).collect();
    with_optional(
        "An error response (RFC 9457).",
        [
            (
                "type",
                json!({ "type": "string", "format": "uri", "pattern": "^urn:emotechat:problem:[a-z_]+$" }),
            ),
            ("title", about(string(), "A summary. Always the same for the same code.")),
            ("status", json!({ "type": "integer", "minimum": 400, "maximum": 599 })),
            ("detail", about(string(), "An explanation for people. May change.")),
            (
                "code",
                json!({ "description": "The reason. Clients switch on this.", "enum": codes }),
            ),
            ("request_id", about(string(), "The value of the header `x-request-id`.")),
        ],
        [(
            "errors",
            json!({
                "type": "array", "description": "All invalid fields of the request.", "items": reference("FieldError"), "minItems": 1,
            }),
        )],
    )
}

fn of_conversations() -> Vec<(&'static str, Value)> {
    let message = message_members();
    vec![
        ("Message", object("A message in its current state, as the caller sees it.", message)),
        (
            "Reaction",
            object(
                "An emoji on a message.",
                [
                    ("emote", about(string(), "The canonical shortcode of the emoji.")),
                    ("emoji", string()),
                    ("count", about(count(1), "The number of users who reacted with it.")),
                    ("mine", about(boolean(), "Whether the caller reacted with it.")),
                    (
                        "user_ids",
                        json!({
                            "type": "array", "description": "The first users who reacted with it.", "items": reference("UserId"), "minItems": 1, "maxItems": LISTED_USERS,
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
                    ("online", about(boolean(), "Whether the user has a live socket.")),
                ],
                [(
                    "read_seq",
                    about(count(0), "The member's read mark. Absent in lists of conversations."),
                )],
            ),
        ),
        (
            "Conversation",
            object(
                "A conversation, as the caller sees it.",
                [
                    ("id", reference("ConversationId")),
                    ("kind", reference("Kind")),
                    (
                        "title",
                        about(
                            nullable(reference("Title")),
                            "The title of a group. `null` for a direct conversation.",
                        ),
                    ),
                    (
                        "member_count",
                        json!({ "type": "integer", "minimum": 0, "maximum": MEMBERS }),
                    ),
                    (
                        "members",
                        json!({
                            "type": "array", "description": "The first ten members in a list of conversations, otherwise all members.", "items": reference("Member"), "maxItems": MEMBERS,
                        }),
                    ),
                    (
                        "head_seq",
                        about(count(0), "The number of the newest entry, or 0 for an empty log."),
                    ),
                    ("last_message", nullable(reference("Message"))),
                    (
                        "read_seq",
                        about(count(0), "The number of the newest entry that the caller has read."),
                    ),
                    (
                        "unread_count",
                        about(count(0), "The number of unread messages from other users."),
                    ),
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
        ("seq", about(count(1), "The sequence number in the log.")),
        ("sender_id", reference("UserId")),
        ("client_id", reference("ClientId")),
        (
            "content",
            about(
                nullable(content),
                "The text, with emojis in place of shortcodes. `null` for a deleted message.",
            ),
        ),
        ("reply_to", about(nullable(count(1)), "The number of the message that it replies to.")),
        ("created_at", reference("Timestamp")),
        ("edited_at", about(nullable(reference("Timestamp")), "When the text was last edited.")),
        ("deleted", boolean()),
        (
            "reactions",
            json!({ "type": "array", "items": reference("Reaction"), "maxItems": EMOTES }),
        ),
    ]
}

/// A schema for each type of entry, and one for all types.
fn entries() -> Vec<(&'static str, Value)> {
    let entry = |of_type: &str, description: &str, more: &[(&str, Value)]| {
        let mut schema = object(
            description,
            [
                ("type", json!({ "const": of_type })),
                ("conversation_id", reference("ConversationId")),
                ("seq", about(count(1), "The sequence number in the log.")),
                ("sender_id", about(reference("UserId"), "The user who caused the entry.")),
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
    let target = ("target_seq", about(count(1), "The number of the message."));
    let current = (
        "message",
        about(reference("Message"), "The message in its current state. Older texts are not kept."),
    );
    let changed = [target.clone(), current];
    let reacted = [target, ("emote", about(string(), "The canonical shortcode of the emoji."))];
    let joined = [("user_id", reference("UserId")), ("role", reference("Role"))];
    let kinds = [
        (
            "message",
            "MessageEntry",
            "A message was sent. It has its current text. `reactions` is empty: later entries add and remove them.",
            &message_members()[..],
        ),
        ("edit", "EditEntry", "A message was edited.", &changed),
        ("delete", "DeleteEntry", "A message was deleted.", &changed),
        ("reaction_added", "ReactionAddedEntry", "A member reacted to a message.", &reacted),
        ("reaction_removed", "ReactionRemovedEntry", "A member removed their reaction.", &reacted),
        (
            "member_added",
            "MemberAddedEntry",
            "A user became a member, or a member's role changed.",
            &joined,
        ),
        ("member_removed", "MemberRemovedEntry", "A member left or was removed.", &joined),
        (
            "title_changed",
            "TitleChangedEntry",
            "The group was renamed.",
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
        "description": "An entry of a conversation's log. `type` selects the schema.",
        "oneOf": kinds.iter().map(|(_, name, ..)| reference(name)).collect::<Vec<_>>(),
        "discriminator": { "propertyName": "type", "mapping": mapping },
    });
    let mut all: Vec<_> = kinds
        .iter()
        .map(|(of_type, name, description, more)| (*name, entry(of_type, description, more)))
        .collect();
    all.push(("Entry", any));
    all
}
