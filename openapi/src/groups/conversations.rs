//! `/api/conversations`, without their messages.

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
            "List one's conversations, latest activity first",
        )
        .query(parameters::page())
        .answers(
            200,
            "A page of conversations.",
            "ConversationsReply",
            json!({ "conversations": [example::listed()], "pagination": example::pagination(1) }),
        ),
        Operation::new(
            "POST",
            ALL,
            "createConversation",
            "Begin a conversation, or find the direct one that stands already",
        )
        .says("Up to sixty new ones an hour. A group has up to a hundred members.")
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
        .answers(
            200,
            "The direct conversation that the two have already.",
            "ConversationReply",
            reply(example::direct()),
        )
        .answers_all(
            201,
            "The conversation was made.",
            "ConversationReply",
            [("direct", reply(example::new_direct())), ("group", reply(example::new_group()))],
        )
        .refuses([Code::UserNotFound, Code::TooManyConversations]),
        Operation::new(
            "GET",
            ONE,
            "getConversation",
            "Show one conversation, with all its members",
        )
        .answers(200, "The conversation.", "ConversationReply", reply(example::group())),
        Operation::new("PATCH", ONE, "changeConversation", "Give a group another title")
            .says("Any member may. A title that holds already adds nothing to the log.")
            .body("ConversationChange", json!({ "title": "Harbour" }))
            .answers(
                200,
                "The group, with that title.",
                "ConversationReply",
                reply(example::group()),
            )
            .refuses([Code::NotAGroup, Code::TooManyMessages]),
        Operation::new(
            "POST",
            MEMBERS,
            "addMembers",
            "Add members to a group, or give members another role",
        )
        .says("By an admin.")
        .body("NewMembers", json!({ "user_ids": [example::BOB], "role": "member" }))
        .answers(
            200,
            "The group, with these members.",
            "ConversationReply",
            reply(example::group()),
        )
        .refuses([
            Code::NotAGroup,
            Code::Forbidden,
            Code::UserNotFound,
            Code::LastAdmin,
            Code::TooManyMessages,
        ]),
        Operation::new("DELETE", MEMBER, "removeMember", "Leave a group, or remove somebody")
            .says(
                "CurrentUser, or another by an admin. Whoever is none any more sees the group no more.",
            )
            .answers(200, "They are no member any more.", "Done", example::done("Removed"))
            .refuses([Code::NotAGroup, Code::Forbidden, Code::LastAdmin, Code::TooManyMessages]),
        Operation::new("GET", LOG, "listEntries", "List what happened, in order")
            .query(parameters::log())
            .answers(
                200,
                "Entries, ascending.",
                "LogReply",
                json!({ "entries": example::entries(), "head_seq": 8, "has_more": false }),
            ),
        Operation::new("PUT", READ, "markRead", "Move one's read mark forward")
            .says("It never moves back.")
            .body("Read", json!({ "seq": 1 }))
            .answers(
                200,
                "The read mark as it stands.",
                "ReadReply",
                json!({ "read_seq": 1, "unread_count": 0 }),
            ),
    ]
}
