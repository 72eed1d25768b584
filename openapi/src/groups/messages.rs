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
        operation.says("Repeated, it adds nothing to the log.")
    };
    vec![
        Operation::new("GET", MESSAGES, "listMessages", "List messages as they stand now")
            .says("The newest, unless `before` or `after` is given.")
            .query(parameters::messages())
            .answers(
                200,
                "Messages, ascending.",
                "MessagesReply",
                json!({ "messages": [example::message()], "head_seq": 2, "has_more": false }),
            ),
        Operation::new("POST", MESSAGES, "sendMessage", "Send a message")
            .says("Once, however often it is sent with the same `client_id`. A sender may add 30 entries of any kind within 10 s, unless the deployment sets another limit.")
            .body(
                "NewMessage",
                json!({ "client_id": example::CLIENT_ID, "content": "We won :tada:" }),
            )
            .answers(
                200,
                "This `client_id` was accepted before: the same message.",
                "MessageReply",
                reply(example::message()),
            )
            .answers(201, "The message was sent.", "MessageReply", reply(example::new_message()))
            .refuses([Code::ClientIdInFuture, Code::ClientIdTooOld, Code::TooManyMessages]),
        Operation::new("PATCH", MESSAGE, "editMessage", "Give one's message another text")
            .says("By its sender.")
            .body("MessageChange", json!({ "content": "We won twice :tada:" }))
            .answers(200, "The message, with that text.", "MessageReply", reply(example::edited_message()))
            .refuses([Code::Forbidden, Code::MessageDeleted, Code::TooManyMessages]),
        Operation::new("DELETE", MESSAGE, "deleteMessage", "Delete a message")
            .says("By its sender, or an admin of the group. It keeps its place, without its text.")
            .answers(200, "The message, without its text.", "MessageReply", reply(example::deleted_message()))
            .refuses([Code::Forbidden, Code::TooManyMessages]),
        reaction("PUT", "addReaction", "React to a message")
            .answers(200, "The message, with the reaction.", "MessageReply", reply(example::message()))
            .refuses([Code::InvalidRequest, Code::MessageDeleted, Code::TooManyMessages]),
        reaction("DELETE", "removeReaction", "Take one's reaction back")
            .answers(200, "The message, without the reaction.", "MessageReply", reply(example::new_message()))
            .refuses([Code::InvalidRequest, Code::TooManyMessages]),
        Operation::new("GET", "/api/emotes", "listEmotes", "List emotes with their shortcodes")
            .query(parameters::emotes())
            .answers(
                200,
                "All emotes, or those that were found.",
                "EmotesReply",
                json!({ "emotes": [example::listed_emote()] }),
            ),
    ]
}
