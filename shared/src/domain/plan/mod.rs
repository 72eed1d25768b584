//! The rules of messages, reactions and groups: decides what an intent changes in a conversation.

use super::{
    Body, Content, Conversation, Draft, Emote, Entry, Intent, Kind, Member, Message, Role,
    Timestamp, Title, UserId, limits,
};

/// Why an intent is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The entry that the message replies to is not a message of the conversation.
    NoReplyTarget,
    /// The target is not a message of the conversation.
    NoSuchMessage,
    /// The message was deleted.
    Deleted,
    /// The message belongs to another member.
    NotTheSender,
    /// The message already has [`limits::EMOTES`] different emojis.
    TooManyEmotes,
    /// The conversation is not a group.
    NotAGroup,
    /// Only an admin may do this.
    NotAnAdmin,
    /// The group would be left without an admin.
    LastAdmin,
    /// The user is not a member.
    NoSuchMember,
    /// The group would have more than [`limits::MEMBERS`] members.
    Full,
}

/// The effect of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The entries to add to the log, oldest first. Empty if the intent changes nothing.
    pub entries: Vec<Entry>,
    /// The entry of the changed message, in its new state.
    pub target: Option<Entry>,
    /// The conversation in its new state.
    pub conversation: Conversation,
}

/// The state that a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The conversation as of its newest entry.
    pub conversation: &'a Conversation,
    /// The newest entry.
    pub newest: Option<&'a Entry>,
    /// The message that the intent changes or replies to.
    pub target: Option<&'a Entry>,
    /// An upper bound on the sender's entries within the last 10 s.
    pub recent: u32,
    /// The current time.
    pub now: Timestamp,
}

/// Decides what a member's intent does.
///
/// # Errors
/// [`Refusal`]
pub fn plan(draft: &Draft, situation: Situation<'_>) -> Result<Plan, Refusal> {
    let Situation { conversation, newest, target, now, .. } = situation;
    // Times in a log never decrease, even if another sandbox's clock was ahead.
    let at = newest.map_or(now, |entry| entry.created_at.max(now));
    let sender_id = draft.sender_id;
    let Change { bodies, message } = match &draft.intent {
        Intent::Send(message) => sent(message, target)?,
        Intent::Edit { content, .. } => edited(Target::new(target)?, sender_id, content, at)?,
        Intent::Delete { .. } => {
            deleted(Target::new(target)?, sender_id, conversation.is_admin(sender_id))?
        }
        Intent::React { emote, add, .. } => reacted(Target::new(target)?, sender_id, *emote, *add)?,
        Intent::Retitle(title) => retitled(conversation, title)?.into(),
        Intent::Add { user_ids, role } => added(conversation, sender_id, user_ids, *role)?.into(),
        Intent::Remove { user_id } => removed(conversation, sender_id, *user_id)?.into(),
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
    if let (Some(mut message), Some(target), [entry]) = (message, target, &*plan.entries) {
        message.changed_seq = entry.seq;
        plan.target = Some(Entry { body: Body::Message(message), ..target.clone() });
    }
    Ok(plan)
}

/// The entries that an intent adds to the log, and the message that it changes.
#[derive(Default)]
struct Change {
    bodies: Vec<Body>,
    message: Option<Message>,
}

impl From<Vec<Body>> for Change {
    fn from(bodies: Vec<Body>) -> Self {
        Self { bodies, message: None }
    }
}

impl Change {
    fn of(message: Message, body: Body) -> Self {
        Self { bodies: vec![body], message: Some(message) }
    }
}

/// The message that an intent changes.
#[derive(Clone, Copy)]
struct Target<'a> {
    seq: u64,
    sender_id: UserId,
    message: &'a Message,
}

impl<'a> Target<'a> {
    fn new(entry: Option<&'a Entry>) -> Result<Self, Refusal> {
        let entry = entry.ok_or(Refusal::NoSuchMessage)?;
        let message = entry.message().ok_or(Refusal::NoSuchMessage)?;
        Ok(Self { seq: entry.seq, sender_id: entry.sender_id, message })
    }

    fn undeleted(self) -> Result<&'a Message, Refusal> {
        if self.message.is_deleted() { Err(Refusal::Deleted) } else { Ok(self.message) }
    }
}

fn sent(message: &Message, target: Option<&Entry>) -> Result<Change, Refusal> {
    if message.reply_to.is_some() && target.and_then(Entry::message).is_none() {
        return Err(Refusal::NoReplyTarget);
    }
    Ok(vec![Body::Message(message.clone())].into())
}

fn edited(
    target: Target<'_>,
    sender_id: UserId,
    content: &Content,
    at: Timestamp,
) -> Result<Change, Refusal> {
    if target.sender_id != sender_id {
        return Err(Refusal::NotTheSender);
    }
    let mut message = target.undeleted()?.clone();
    if message.content.as_ref() == Some(content) {
        return Ok(Change::default());
    }
    message.edit(content.clone(), at);
    Ok(Change::of(message, Body::Edit { target_seq: target.seq }))
}

fn deleted(target: Target<'_>, sender_id: UserId, is_admin: bool) -> Result<Change, Refusal> {
    if target.sender_id != sender_id && !is_admin {
        return Err(Refusal::NotTheSender);
    }
    let mut message = target.message.clone();
    if message.is_deleted() {
        return Ok(Change::default());
    }
    message.delete();
    Ok(Change::of(message, Body::Delete { target_seq: target.seq }))
}

fn reacted(
    target: Target<'_>,
    sender_id: UserId,
    emote: Emote,
    add: bool,
) -> Result<Change, Refusal> {
    // Removing a reaction from a deleted message is not an error: the message has no reactions, so nothing changes.
    let mut message = if add { target.undeleted()? } else { target.message }.clone();
    if message.reactions.has(sender_id, emote) == add {
        return Ok(Change::default());
    }
    let target_seq = target.seq;
    let body = match add {
        true => {
            message.react(sender_id, emote).map_err(|_| Refusal::TooManyEmotes)?;
            Body::ReactionAdded { target_seq, emote }
        }
        false => {
            message.reactions.remove(sender_id, emote);
            Body::ReactionRemoved { target_seq, emote }
        }
    };
    Ok(Change::of(message, body))
}

fn retitled(conversation: &Conversation, title: &Title) -> Result<Vec<Body>, Refusal> {
    is_group(conversation)?;
    Ok(match conversation.title.as_ref() == Some(title) {
        true => vec![],
        false => vec![Body::TitleChanged { title: title.clone() }],
    })
}

/// Decides which entries add members or change their roles. Any number of users is allowed.
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
    let current_role = |user_id: &UserId| conversation.member(*user_id).map(|member| member.role);
    let new = user_ids.iter().filter(|user_id| current_role(user_id).is_none()).count();
    if conversation.members.len() + new > limits::MEMBERS {
        return Err(Refusal::Full);
    }
    let is_admin_after = |member: &Member| match role {
        Some(role) if user_ids.contains(&member.user_id) => role == Role::Admin,
        _ => member.role == Role::Admin,
    };
    if role != Some(Role::Admin) && !conversation.members.iter().any(is_admin_after) {
        return Err(Refusal::LastAdmin);
    }
    let bodies = user_ids.iter().filter_map(|user_id| {
        let new_role = role.or(current_role(user_id)).unwrap_or(Role::Member);
        (current_role(user_id) != Some(new_role))
            .then_some(Body::MemberAdded { user_id: *user_id, role: new_role })
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
    // The last member may leave, which closes the group.
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

/// Builds the next entry and applies it to the conversation.
fn next(
    newest: Option<&Entry>,
    conversation: &mut Conversation,
    draft: &Draft,
    body: Body,
    recent: u32,
    at: Timestamp,
) -> Entry {
    let seq = newest.map_or(0, |entry| entry.seq) + 1;
    let is_same_write = newest.is_some_and(|entry| entry.write_id == draft.write_id);
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
        recent: if is_same_write { 0 } else { recent + 1 },
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
            // The next member in this slot starts without messages.
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

#[cfg(test)]
mod tests;
