//! `/api/conversations/{id}/messages`, and `/api/emotes`.

use serde_json::{Value, json};
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation, parameters};

const MESSAGES: &str = "/api/conversations/{id}/messages";
const MESSAGE: &str = "/api/conversations/{id}/messages/{seq}";
const REACTION: &str = "/api/conversations/{id}/messages/{seq}/reactions/{emote}";

pub(super) fn operations() -> Vec<Operation> {
    let reply = |message: Value| json!({ "message": message });
    let reaction = |method, id, summary| {
        let operation = Operation::new(method, REACTION, id, summary);
        operation.description("Idempotent: a repeated request adds nothing to the log.")
    };
    vec![
        Operation::new("GET", MESSAGES, "listMessages", "List messages in their current state")
            .description("Returns the newest messages unless the request has `before` or `after`.")
            .query(parameters::messages())
            .response(
                200,
                "Messages in ascending order.",
                "MessagesReply",
                json!({ "messages": [example::message()], "head_seq": 2, "has_more": false }),
            ),
        Operation::new("POST", MESSAGES, "sendMessage", "Send a message")
            .description("A repeated request with the same `client_id` does not send the message again. A sender may add 30 entries of any type to a conversation within 10 s, unless the deployment sets another limit.")
            .body(
                "NewMessage",
                json!({ "client_id": example::CLIENT_ID, "content": "We won :tada:" }),
            )
            .response(
                200,
                "The message with this `client_id` was already sent.",
                "MessageReply",
                reply(example::message()),
            )
            .response(201, "The message was sent.", "MessageReply", reply(example::new_message()))
            .errors([Code::ClientIdInFuture, Code::ClientIdTooOld, Code::TooManyMessages]),
        Operation::new("PATCH", MESSAGE, "editMessage", "Edit a message")
            .description("Only the sender may edit a message.")
            .body("MessageChange", json!({ "content": "We won twice :tada:" }))
            .response(200, "The edited message.", "MessageReply", reply(example::edited_message()))
            .errors([Code::Forbidden, Code::MessageDeleted, Code::TooManyMessages]),
        Operation::new("DELETE", MESSAGE, "deleteMessage", "Delete a message")
            .description("Only the sender or an admin of the group may delete a message. The message keeps its place in the log, without its text.")
            .response(200, "The deleted message, without its text.", "MessageReply", reply(example::deleted_message()))
            .errors([Code::Forbidden, Code::TooManyMessages]),
        reaction("PUT", "addReaction", "React to a message")
            .response(200, "The message with the reaction.", "MessageReply", reply(example::message()))
            .errors([Code::InvalidRequest, Code::MessageDeleted, Code::TooManyMessages]),
        reaction("DELETE", "removeReaction", "Remove the caller's reaction")
            .response(200, "The message without the reaction.", "MessageReply", reply(example::new_message()))
            .errors([Code::InvalidRequest, Code::TooManyMessages]),
        Operation::new("GET", "/api/emotes", "listEmotes", "List emojis with their shortcodes")
            .query(parameters::emotes())
            .response(
                200,
                "All emojis, or the ones that match the search.",
                "EmotesReply",
                json!({ "emotes": [example::listed_emote()] }),
            ),
    ]
}
