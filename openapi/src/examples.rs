//! The examples, which all come from one conversation of Alice and Bob.
//!
//! They use the types of the real responses. If a type gains or loses a member, so does its example, and the schema must follow.

use std::str::FromStr;

use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    domain::{
        ClientId, Content, ConversationId, EmailAddress, Emote, Fields, Kind, Name, Role,
        SessionId, Timestamp, Title, UserId, page::Page,
    },
    protocol::view::{
        Conversation, CurrentUser, Entry, EntryFields, Member, MemberChange, Message,
        MessageChange, Reaction, ReactionChange, Session, TitleChange, User,
    },
};

pub(crate) const ALICE: &str = "01KB0Y5Z8QK3V7M2N4P6R8T0WX";
pub(crate) const BOB: &str = "01KB0Y6A9RM4W8N3P5Q7S9V1XY";
pub(crate) const SESSION: &str = "01KB0YCD3ST5X9P4Q6R8V0W2YZ";
pub(crate) const CONVERSATION: &str = "6T3PZ0WQ8N5V1X7M4K2R9Y0HBC";
pub(crate) const CLIENT_ID: &str = "01KB0YEF7VW6Y0Q5R7S9V1X3ZA";
pub(crate) const REQUEST_ID: &str = "UQx7hj2vIAMEJdQ=";
pub(crate) const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMUtCMFk1WjhRSyJ9.c2lnbmF0dXJl";
pub(crate) const TICKET: &str = "b2Z0ZW4gaGFzIGl0IGJlZW4gc2FpZCBhbmQgbmV2ZXI";
pub(crate) const EMAIL: &str = "alice@example.com";
pub(crate) const PASSWORD: &str = "a quiet harbour at dawn";

/// A time: 2026-11-25T12:00:00Z plus `secs`.
fn at(secs: u64) -> Timestamp {
    Timestamp::from_secs(1_795_608_000 + secs)
}

fn read<T: FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().expect("the example is valid")
}

fn json_of(thing: &impl Serialize) -> Value {
    serde_json::to_value(thing).expect("the example is serializable")
}

fn name(text: &str) -> Name {
    Name::parse(text).expect("the example is a name")
}

fn emote() -> Emote {
    Emote::parse("tada").expect("the example is an emoji")
}

fn title() -> Title {
    Title::parse("Harbour").expect("the example is a title")
}

/// A time as JSON.
pub(crate) fn time(secs: u64) -> Value {
    json_of(&at(secs))
}

pub(crate) fn alice() -> Value {
    let email = EmailAddress::parse(EMAIL).expect("the example is an address");
    json_of(&CurrentUser { id: read(ALICE), name: name("Alice"), email, created_at: at(0) })
}

fn user(id: &str, user_name: &str) -> User {
    User { id: read::<UserId>(id), name: name(user_name), created_at: at(1) }
}

pub(crate) fn bob() -> Value {
    json_of(&user(BOB, "Bob"))
}

pub(crate) fn session() -> Value {
    json_of(&Session {
        id: read::<SessionId>(SESSION),
        created_at: at(60),
        expires_at: at(60 + 30 * 24 * 60 * 60),
        user_agent: Some("curl/8.5.0".to_owned()),
        current: true,
    })
}

/// The pagination of the first page in a list of `total` items.
pub(crate) fn pagination(total: u64) -> Value {
    let first =
        Page::parse(&mut Fields::from_query(Vec::new())).expect("the default page is valid");
    json_of(&first.pagination(total))
}

fn sent() -> Message {
    Message {
        conversation_id: read::<ConversationId>(CONVERSATION),
        seq: 1,
        sender_id: read(ALICE),
        client_id: read::<ClientId>(CLIENT_ID),
        content: Some(Content::parse("We won :tada:").expect("the example is a text")),
        reply_to: None,
        created_at: at(120),
        edited_at: None,
        deleted: false,
        reactions: Vec::new(),
    }
}

fn reacted() -> Message {
    let (emote, emoji) = (emote().shortcode(), emote().emoji());
    let reaction = Reaction { emote, emoji, count: 1, mine: false, user_ids: vec![read(BOB)] };
    Message { reactions: vec![reaction], ..sent() }
}

pub(crate) fn new_message() -> Value {
    json_of(&sent())
}

/// The message with Bob's reaction.
pub(crate) fn message() -> Value {
    json_of(&reacted())
}

pub(crate) fn edited_message() -> Value {
    let content = Some(Content::parse("We won twice :tada:").expect("the example is a text"));
    json_of(&Message { content, edited_at: Some(at(180)), ..reacted() })
}

pub(crate) fn deleted_message() -> Value {
    json_of(&Message { content: None, deleted: true, ..sent() })
}

/// A conversation. `read_seq` is `None` for a conversation in a list.
fn conversation(kind: Kind, last_message: Option<Message>, read_seq: Option<u64>) -> Value {
    let (title, creator) = match kind {
        Kind::Direct => (None, Role::Member),
        Kind::Group => (Some(title()), Role::Admin),
    };
    let member = |user, role, online| Member { user, role, online, read_seq };
    let head_seq = last_message.as_ref().map_or(0, |message| message.seq);
    json_of(&Conversation {
        id: read(CONVERSATION),
        kind,
        title,
        member_count: 2,
        members: vec![
            member(user(ALICE, "Alice"), creator, true),
            member(user(BOB, "Bob"), Role::Member, false),
        ],
        head_seq,
        last_message,
        read_seq: 0,
        unread_count: 0,
        updated_at: at(120),
    })
}

pub(crate) fn new_direct() -> Value {
    conversation(Kind::Direct, None, Some(0))
}

pub(crate) fn direct() -> Value {
    conversation(Kind::Direct, Some(reacted()), Some(0))
}

pub(crate) fn group() -> Value {
    conversation(Kind::Group, Some(sent()), Some(0))
}

pub(crate) fn new_group() -> Value {
    conversation(Kind::Group, None, Some(0))
}

pub(crate) fn listed() -> Value {
    conversation(Kind::Group, Some(reacted()), None)
}

/// One entry of every type.
pub(crate) fn entries() -> Value {
    let common = |seq, sender: &str| EntryFields {
        conversation_id: read(CONVERSATION),
        seq,
        sender_id: read(sender),
        created_at: at(120 + seq),
    };
    let reaction = |seq| ReactionChange {
        common: common(seq, BOB),
        target_seq: 1,
        emote: emote().shortcode(),
    };
    let deleted = Message { content: None, deleted: true, edited_at: Some(at(124)), ..sent() };
    let changed =
        |seq| MessageChange { common: common(seq, ALICE), target_seq: 1, message: deleted.clone() };
    let joined =
        |seq, sender, role| MemberChange { common: common(seq, sender), user_id: read(BOB), role };
    json_of(&[
        Entry::Message(deleted.clone()),
        Entry::ReactionAdded(reaction(2)),
        Entry::ReactionRemoved(reaction(3)),
        Entry::Edit(changed(4)),
        Entry::MemberAdded(joined(5, ALICE, Role::Admin)),
        Entry::TitleChanged(TitleChange { common: common(6, BOB), title: title() }),
        Entry::Delete(changed(7)),
        Entry::MemberRemoved(joined(8, BOB, Role::Admin)),
    ])
}

/// An emoji in the list of emojis.
pub(crate) fn listed_emote() -> Value {
    let emote = emote();
    json!({
        "shortcode": emote.shortcode(),
        "emoji": emote.emoji(),
        "aliases": emote.aliases(),
        "group": emote.group(),
    })
}

/// A response that has only a message.
pub(crate) fn done(message: &str) -> Value {
    json!({ "message": message })
}
