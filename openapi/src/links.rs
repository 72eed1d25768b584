//! What can be called next with what was answered: OpenAPI's links, which readers follow and Schemathesis walks along.

use serde_json::{Map, Value, json};

/// From each successful answer of one operation to another one.
struct Link {
    from: &'static str,
    to: &'static str,
    description: &'static str,
    /// Where its parameters are.
    parameters: &'static [(&'static str, &'static str)],
    /// Where members of its body are. Others are the caller's choice.
    body: &'static [(&'static str, &'static str)],
}

const CONVERSATION: &[(&str, &str)] = &[("id", "$response.body#/conversation/id")];
const MESSAGE: &[(&str, &str)] =
    &[("id", "$response.body#/message/conversation_id"), ("seq", "$response.body#/message/seq")];

const fn link(
    from: &'static str,
    to: &'static str,
    description: &'static str,
    parameters: &'static [(&'static str, &'static str)],
) -> Link {
    Link { from, to, description, parameters, body: &[] }
}

const LINKS: &[Link] = &[
    Link {
        from: "register",
        to: "login",
        description: "Begins a session of the new account.",
        parameters: &[],
        body: &[("email", "$request.body#/email"), ("password", "$request.body#/password")],
    },
    link(
        "listSessions",
        "endSession",
        "Ends the session that is listed first.",
        &[("id", "$response.body#/sessions/0/id")],
    ),
    link(
        "listUsers",
        "getUser",
        "Shows who is listed first.",
        &[("id", "$response.body#/users/0/id")],
    ),
    link(
        "searchUsers",
        "getUser",
        "Shows who is found first.",
        &[("id", "$response.body#/users/0/id")],
    ),
    link(
        "listConversations",
        "getConversation",
        "Shows the one that is listed first.",
        &[("id", "$response.body#/conversations/0/id")],
    ),
    link("createConversation", "getConversation", "Shows it.", CONVERSATION),
    link(
        "createConversation",
        "changeConversation",
        "Gives the group another title.",
        CONVERSATION,
    ),
    link("createConversation", "addMembers", "Adds members to the group.", CONVERSATION),
    link("createConversation", "sendMessage", "Writes into it.", CONVERSATION),
    link("createConversation", "listMessages", "Lists its messages.", CONVERSATION),
    link("createConversation", "listEntries", "Lists what happened in it.", CONVERSATION),
    link(
        "createConversation",
        "removeMember",
        "Removes a member of the group.",
        &[
            ("id", "$response.body#/conversation/id"),
            ("user_id", "$response.body#/conversation/members/1/user/id"),
        ],
    ),
    link("sendMessage", "editMessage", "Gives it another text.", MESSAGE),
    link("sendMessage", "deleteMessage", "Deletes it.", MESSAGE),
    link("sendMessage", "addReaction", "Reacts to it.", MESSAGE),
    Link {
        from: "sendMessage",
        to: "markRead",
        description: "Moves the read mark to it.",
        parameters: &[("id", "$response.body#/message/conversation_id")],
        body: &[("seq", "$response.body#/message/seq")],
    },
    link(
        "addReaction",
        "removeReaction",
        "Takes it back.",
        &[
            ("id", "$response.body#/message/conversation_id"),
            ("seq", "$response.body#/message/seq"),
            ("emote", "$request.path.emote"),
        ],
    ),
];

/// The links of a successful answer of an operation, by where they lead; none without any.
pub(crate) fn of(operation: &str) -> Map<String, Value> {
    let of_it = LINKS.iter().filter(|link| link.from == operation);
    of_it.map(|link| (link.to.to_owned(), link.write())).collect()
}

impl Link {
    fn write(&self) -> Value {
        let mut written = json!({ "operationId": self.to, "description": self.description });
        for (place, members) in [("parameters", self.parameters), ("requestBody", self.body)] {
            if !members.is_empty() {
                let members = members.iter().map(|(name, from)| ((*name).to_owned(), json!(from)));
                written[place] = members.collect::<Map<_, _>>().into();
            }
        }
        written
    }
}
