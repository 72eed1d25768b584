//! What somebody wants to do in a conversation, and what that comes to: the rules of messages, reactions and groups.

use super::{
    Body, ClientId, Content, Conversation, Emote, Entry, Kind, Message, Timestamp, UserId,
    conversation::{ReadMark, Role, Title},
    limits,
};

/// What somebody wants to do in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Send a message.
    Send(Message),
    /// Change the text of one's message.
    Edit {
        /// The message.
        seq: u64,
        /// Its new text.
        content: Content,
    },
    /// Delete a message.
    Delete {
        /// The message.
        seq: u64,
    },
    /// React to a message.
    React {
        /// The message.
        seq: u64,
        /// How.
        emote: Emote,
    },
    /// Take a reaction back.
    Unreact {
        /// The message.
        seq: u64,
        /// Which.
        emote: Emote,
    },
    /// Give a group another title.
    Retitle(Title),
    /// Add members, or give members another role.
    Add {
        /// Who: at most [`limits::ADDED_AT_ONCE`], each once. That they exist is the caller's to know.
        user_ids: Vec<UserId>,
        /// As what. Without: members, and who is one already stays what they are.
        role: Option<Role>,
    },
    /// Remove a member; oneself: leave.
    Remove {
        /// Who.
        user_id: UserId,
    },
}

impl Intent {
    /// The message that has to be looked at to decide.
    pub fn target_seq(&self) -> Option<u64> {
        match self {
            Self::Send(message) => message.reply_to,
            Self::Edit { seq, .. }
            | Self::Delete { seq }
            | Self::React { seq, .. }
            | Self::Unreact { seq, .. } => Some(*seq),
            Self::Retitle(_) | Self::Add { .. } | Self::Remove { .. } => None,
        }
    }
}

/// An intent, of somebody.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who.
    pub sender_id: UserId,
    /// What.
    pub intent: Intent,
    /// Random, one for each request.
    pub write_id: u64,
}

impl Draft {
    /// The id by which it is recognised whenever it is repeated; only messages have one.
    pub fn client_id(&self) -> Option<&ClientId> {
        match &self.intent {
            Intent::Send(message) => Some(&message.client_id),
            _ => None,
        }
    }

    /// Whether an entry was written by this very request.
    pub fn wrote(&self, entry: &Entry) -> bool {
        entry.sender_id == self.sender_id && entry.write_id == self.write_id
    }
}

/// Why an intent may not be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// What it answers is no message of the conversation.
    NothingToAnswer,
    /// It is about something that is no message of the conversation.
    NoSuchMessage,
    /// The message was deleted.
    Deleted,
    /// The message is somebody else's.
    NotTheSender,
    /// The message has as many different emotes as it may.
    TooManyEmotes,
    /// The conversation is no group.
    NotAGroup,
    /// Only an admin may.
    NotAnAdmin,
    /// The group would be left without an admin.
    LastAdmin,
    /// There is no such member.
    NoSuchMember,
    /// The group would have more members than it may.
    Full,
}

/// What an intent comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What is added to the log, oldest first. Nothing: all is as intended already.
    pub entries: Vec<Entry>,
    /// The message that is changed, as it will stand.
    pub target: Option<Entry>,
    /// The conversation as it will stand.
    pub conversation: Conversation,
}

/// What a decision is made by.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The conversation as of its newest entry.
    pub conversation: &'a Conversation,
    /// Its newest entry.
    pub newest: Option<&'a Entry>,
    /// The message that the intent is about, or answers.
    pub target: Option<&'a Entry>,
    /// Entries of the sender within the last 10 s, at most.
    pub recent: u32,
    /// The time.
    pub now: Timestamp,
}

/// Decides what a member's intent comes to.
///
/// # Errors
/// [`Refusal`]
pub fn plan(draft: &Draft, situation: Situation<'_>) -> Result<Plan, Refusal> {
    let Situation { conversation, newest, target, .. } = situation;
    let sender_id = draft.sender_id;
    let at = newest.map_or(situation.now, |entry| entry.created_at.max(situation.now));
    let seq = newest.map_or(0, |entry| entry.seq) + 1;
    // The message as it stands, and what it is changed into.
    let message = || {
        let target = target.ok_or(Refusal::NoSuchMessage)?;
        target.message().ok_or(Refusal::NoSuchMessage)
    };
    let undeleted = || message()?.undeleted();
    let mut changed = None;
    let bodies = match &draft.intent {
        Intent::Send(message) => {
            if message.reply_to.is_some() && target.and_then(Entry::message).is_none() {
                return Err(Refusal::NothingToAnswer);
            }
            vec![Body::Message(message.clone())]
        }
        Intent::Edit { content, .. } => {
            message()?;
            if target.is_some_and(|target| target.sender_id != sender_id) {
                return Err(Refusal::NotTheSender);
            }
            let mut message = undeleted()?.clone();
            if message.content.as_ref() == Some(content) {
                vec![]
            } else {
                message.edit(content.clone(), at);
                changed = Some(message);
                vec![Body::Edit { target_seq: draft.target_seq() }]
            }
        }
        Intent::Delete { .. } => {
            let mut message = message()?.clone();
            let is_own = target.is_some_and(|target| target.sender_id == sender_id);
            if !is_own && !conversation.is_admin(sender_id) {
                return Err(Refusal::NotTheSender);
            }
            if message.is_deleted() {
                vec![]
            } else {
                message.delete();
                changed = Some(message);
                vec![Body::Delete { target_seq: draft.target_seq() }]
            }
        }
        Intent::React { emote, .. } => {
            let mut message = undeleted()?.clone();
            if message.reactions.has(sender_id, *emote) {
                vec![]
            } else {
                message.react(sender_id, *emote).map_err(|_| Refusal::TooManyEmotes)?;
                changed = Some(message);
                vec![Body::ReactionAdded { target_seq: draft.target_seq(), emote: *emote }]
            }
        }
        Intent::Unreact { emote, .. } => {
            let mut message = message()?.clone();
            if message.reactions.has(sender_id, *emote) {
                message.reactions.remove(sender_id, *emote);
                changed = Some(message);
                vec![Body::ReactionRemoved { target_seq: draft.target_seq(), emote: *emote }]
            } else {
                vec![]
            }
        }
        Intent::Retitle(title) => retitled(conversation, title)?,
        Intent::Add { user_ids, role } => added(conversation, sender_id, user_ids, *role)?,
        Intent::Remove { user_id } => removed(conversation, sender_id, *user_id)?,
    };
    let mut plan = Plan {
        entries: Vec::with_capacity(bodies.len()),
        target: None,
        conversation: conversation.clone(),
    };
    for body in bodies {
        let newest = plan.entries.last().or(newest);
        let entry = next(newest, &mut plan.conversation, draft, body, situation.recent, at);
        plan.entries.push(entry);
    }
    if let (Some(mut message), Some(target)) = (changed, target) {
        message.changed_seq = seq;
        plan.target = Some(Entry { body: Body::Message(message), ..target.clone() });
    }
    Ok(plan)
}

impl Draft {
    fn target_seq(&self) -> u64 {
        self.intent.target_seq().unwrap_or(0)
    }
}

impl Message {
    fn undeleted(&self) -> Result<&Self, Refusal> {
        if self.is_deleted() { Err(Refusal::Deleted) } else { Ok(self) }
    }
}

fn retitled(conversation: &Conversation, title: &Title) -> Result<Vec<Body>, Refusal> {
    is_group(conversation)?;
    Ok(match conversation.title.as_ref() == Some(title) {
        true => vec![],
        false => vec![Body::TitleChanged { title: title.clone() }],
    })
}

/// What adding members, or giving members another role, comes to, however many they are.
///
/// # Errors
/// [`Refusal`]
pub fn added(
    conversation: &Conversation,
    sender_id: UserId,
    user_ids: &[UserId],
    role: Option<Role>,
) -> Result<Vec<Body>, Refusal> {
    is_group(conversation)?;
    if !conversation.is_admin(sender_id) {
        return Err(Refusal::NotAnAdmin);
    }
    let standing = |user_id: &UserId| conversation.member(*user_id).map(|member| member.role);
    let new = user_ids.iter().filter(|user_id| standing(user_id).is_none()).count();
    if conversation.members.len() + new > limits::MEMBERS {
        return Err(Refusal::Full);
    }
    let is_admin_after = |member: &super::Member| match role {
        Some(role) if user_ids.contains(&member.user_id) => role == Role::Admin,
        _ => member.role == Role::Admin,
    };
    if role != Some(Role::Admin) && !conversation.members.iter().any(is_admin_after) {
        return Err(Refusal::LastAdmin);
    }
    let bodies = user_ids.iter().filter_map(|user_id| {
        let becomes = role.or(standing(user_id)).unwrap_or(Role::Member);
        (standing(user_id) != Some(becomes))
            .then_some(Body::MemberAdded { user_id: *user_id, role: becomes })
    });
    Ok(bodies.collect())
}

fn removed(
    conversation: &Conversation,
    sender_id: UserId,
    user_id: UserId,
) -> Result<Vec<Body>, Refusal> {
    is_group(conversation)?;
    let member = conversation.member(user_id).ok_or(Refusal::NoSuchMember)?;
    if user_id != sender_id && !conversation.is_admin(sender_id) {
        return Err(Refusal::NotAnAdmin);
    }
    // The last of all may go: the group is closed then.
    if conversation.members.len() > 1 && conversation.is_last_admin(user_id) {
        return Err(Refusal::LastAdmin);
    }
    Ok(vec![Body::MemberRemoved { user_id, role: member.role }])
}

fn is_group(conversation: &Conversation) -> Result<(), Refusal> {
    match conversation.kind {
        Kind::Group => Ok(()),
        Kind::Direct => Err(Refusal::NotAGroup),
    }
}

/// The entry that follows, and the conversation brought up to it.
fn next(
    newest: Option<&Entry>,
    conversation: &mut Conversation,
    draft: &Draft,
    body: Body,
    recent: u32,
    at: Timestamp,
) -> Entry {
    let seq = newest.map_or(0, |entry| entry.seq) + 1;
    let came_with_another = newest.is_some_and(|entry| entry.write_id == draft.write_id);
    let mut entry = Entry {
        conversation_id: conversation.id.clone(),
        seq,
        sender_id: draft.sender_id,
        created_at: at,
        body,
        newest_client_time: newest.map_or(0, |entry| entry.newest_client_time),
        message_number: newest.map_or(0, |entry| entry.message_number),
        last_message_seq: newest.map_or(0, |entry| entry.last_message_seq),
        sent: newest.map(|entry| entry.sent.clone()).unwrap_or_default(),
        recent: if came_with_another { 0 } else { recent + 1 },
        conversation_seq: 0,
        write_id: draft.write_id,
    };
    match &entry.body {
        Body::Message(message) => {
            let time = message.client_id.time().as_millis();
            entry.newest_client_time = entry.newest_client_time.max(time);
            entry.message_number += 1;
            entry.last_message_seq = seq;
            if let Some(member) = conversation.member(draft.sender_id) {
                entry.sent.set(member.slot, entry.message_number);
            }
        }
        Body::MemberRemoved { user_id, .. } => {
            // Whoever has the slot next has sent nothing.
            if let Some(member) = conversation.member(*user_id) {
                entry.sent.set(member.slot, 0);
            }
        }
        _ => {}
    }
    conversation.apply(&entry);
    entry.conversation_seq = conversation.as_of_seq;
    entry
}

impl Entry {
    /// Where the read mark of somebody stands who joins with it: what was said before is not news to them.
    pub fn read_from_here(&self) -> ReadMark {
        ReadMark { seq: self.seq, number: self.message_number }
    }
}

#[cfg(test)]
#[path = "intent_tests.rs"]
mod tests;
