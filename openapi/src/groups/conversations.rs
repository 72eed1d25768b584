//! `/api/conversations`, except messages.

use serde_json::{Value, json};
use shared::protocol::problem::Code;

use crate::{examples as example, operation::Operation, parameters};

const ALL: &str = "/api/conversations";
const ONE: &str = "/api/conversations/{id}";
const MEMBERS: &str = "/api/conversations/{id}/members";
const MEMBER: &str = "/api/conversations/{id}/members/{user_id}";
const LOG: &str = "/api/conversations/{id}/log";
const READ: &str = "/api/conversations/{id}/read";

pub(super) fn operations() -> Vec<Operation> {
    let reply = |conversation: Value| json!({ "conversation": conversation });
    vec![
        Operation::new(
            "GET",
            ALL,
            "listConversations",
            "List the caller's conversations, most recently active first",
        )
        .query(parameters::page())
        .response(
            200,
            "A page of conversations.",
            "ConversationsReply",
            json!({ "conversations": [example::listed()], "pagination": example::pagination(1) }),
        ),
        Operation::new(
            "POST",
            ALL,
            "createConversation",
            "Create a conversation, or return the existing direct conversation",
        )
        .description("An account may create 60 conversations per hour. A group has at most 100 members.")
        .bodies(
            "NewConversation",
            [
                ("direct", json!({ "kind": "direct", "user_id": example::BOB })),
                (
                    "group",
                    json!({ "kind": "group", "title": "Harbour", "user_ids": [example::BOB] }),
                ),
            ],
        )
        .response(
            200,
            "The direct conversation already exists.",
            "ConversationReply",
            reply(example::direct()),
        )
        .responses(
            201,
            "The conversation was created.",
            "ConversationReply",
            [("direct", reply(example::new_direct())), ("group", reply(example::new_group()))],
        )
        .errors([Code::UserNotFound, Code::TooManyConversations]),
        Operation::new(
            "GET",
            ONE,
            "getConversation",
            "Get a conversation with all its members",
        )
        .response(200, "The conversation.", "ConversationReply", reply(example::group())),
        Operation::new("PATCH", ONE, "changeConversation", "Rename a group")
            .description("Any member may rename the group. If the title is already the current one, nothing is added to the log.")
            .body("ConversationChange", json!({ "title": "Harbour" }))
            .response(
                200,
                "The group with its new title.",
                "ConversationReply",
                reply(example::group()),
            )
            .errors([Code::NotAGroup, Code::TooManyMessages]),
        Operation::new(
            "POST",
            MEMBERS,
            "addMembers",
            "Add members to a group, or change the role of members",
        )
        .description("Only an admin of the group may do this.")
        .body("NewMembers", json!({ "user_ids": [example::BOB], "role": "member" }))
        .response(
            200,
            "The group with the changed members.",
            "ConversationReply",
            reply(example::group()),
        )
        .errors([
            Code::NotAGroup,
            Code::Forbidden,
            Code::UserNotFound,
            Code::LastAdmin,
            Code::TooManyMessages,
        ]),
        Operation::new("DELETE", MEMBER, "removeMember", "Leave a group, or remove a member")
            .description(
                "Any member may leave. Only an admin may remove another member. A former member can no longer see the group.",
            )
            .response(200, "The user is no longer a member.", "Done", example::done("Removed."))
            .errors([Code::NotAGroup, Code::Forbidden, Code::LastAdmin, Code::TooManyMessages]),
        Operation::new("GET", LOG, "listEntries", "List the entries of the log, in order")
            .query(parameters::log())
            .response(
                200,
                "Entries in ascending order.",
                "LogReply",
                json!({ "entries": example::entries(), "head_seq": 8, "has_more": false }),
            ),
        Operation::new("PUT", READ, "markRead", "Move the caller's read mark forward")
            .description("The read mark never moves back.")
            .body("Read", json!({ "seq": 1 }))
            .response(
                200,
                "The current read mark.",
                "ReadMark",
                json!({ "read_seq": 1, "unread_count": 0 }),
            ),
    ]
}
