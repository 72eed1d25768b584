//! OpenAPI links: the calls that can use a value from a response. Viewers and Schemathesis follow them.

use serde_json::{Map, Value, json};

/// A link from every successful response of one operation to another operation.
struct Link {
    from: &'static str,
    to: &'static str,
    description: &'static str,
    /// The sources of the parameters.
    parameters: &'static [(&'static str, &'static str)],
    /// The sources of members of the body. The client chooses the other members.
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
        description: "Log in to the new account.",
        parameters: &[],
        body: &[("email", "$request.body#/email"), ("password", "$request.body#/password")],
    },
    link(
        "listSessions",
        "endSession",
        "End the first session in the list.",
        &[("id", "$response.body#/sessions/0/id")],
    ),
    link(
        "listUsers",
        "getUser",
        "Get the first user in the list.",
        &[("id", "$response.body#/users/0/id")],
    ),
    link(
        "searchUsers",
        "getUser",
        "Get the first user that was found.",
        &[("id", "$response.body#/users/0/id")],
    ),
    link(
        "listConversations",
        "getConversation",
        "Get the first conversation in the list.",
        &[("id", "$response.body#/conversations/0/id")],
    ),
    link("createConversation", "getConversation", "Get the conversation.", CONVERSATION),
    link("createConversation", "changeConversation", "Rename the group.", CONVERSATION),
    link("createConversation", "addMembers", "Add members to the group.", CONVERSATION),
    link("createConversation", "sendMessage", "Send a message to the conversation.", CONVERSATION),
    link("createConversation", "listMessages", "List the conversation's messages.", CONVERSATION),
    link("createConversation", "listEntries", "List the entries of its log.", CONVERSATION),
    link(
        "createConversation",
        "removeMember",
        "Remove a member from the group.",
        &[
            ("id", "$response.body#/conversation/id"),
            ("user_id", "$response.body#/conversation/members/1/user/id"),
        ],
    ),
    link("sendMessage", "editMessage", "Edit the message.", MESSAGE),
    link("sendMessage", "deleteMessage", "Delete the message.", MESSAGE),
    link("sendMessage", "addReaction", "React to the message.", MESSAGE),
    Link {
        from: "sendMessage",
        to: "markRead",
        description: "Move the read mark to the message.",
        parameters: &[("id", "$response.body#/message/conversation_id")],
        body: &[("seq", "$response.body#/message/seq")],
    },
    link(
        "addReaction",
        "removeReaction",
        "Remove the reaction.",
        &[
            ("id", "$response.body#/message/conversation_id"),
            ("seq", "$response.body#/message/seq"),
            ("emote", "$request.path.emote"),
        ],
    ),
];

/// The links of an operation's successful responses, by the operation that they lead to.
pub(crate) fn of(operation: &str) -> Map<String, Value> {
    let of_it = LINKS.iter().filter(|link| link.from == operation);
    of_it.map(|link| (link.to.to_owned(), link.write())).collect()
}

impl Link {
    fn write(&self) -> Value {
        let mut written = json!({ "operationId": self.to, "description": self.description });
        for (key, members) in [("parameters", self.parameters), ("requestBody", self.body)] {
            if !members.is_empty() {
                let members = members.iter().map(|(name, from)| ((*name).to_owned(), json!(from)));
                written[key] = members.collect::<Map<_, _>>().into();
            }
        }
        written
    }
}
