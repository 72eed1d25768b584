//! Tests the rules of messages, reactions and groups on logs that the rules built.

use super::*;
use crate::domain::{ClientId, ConversationId, ReadMark, Sent};

struct Group {
    conversation: Conversation,
    log: Vec<Entry>,
    writes: u64,
}

const ALICE: u128 = 1;
const BOB: u128 = 2;
const CAROL: u128 = 3;

fn user(n: u128) -> UserId {
    UserId::new(Timestamp::from_secs(1), n)
}

fn text(text: &str) -> Content {
    Content::parse(text).unwrap()
}

fn emote(emoji: &str) -> Emote {
    Emote::parse(emoji).unwrap()
}

fn react(seq: u64, add: bool) -> Intent {
    Intent::React { seq, emote: emote("🎉"), add }
}

impl Group {
    /// A group with the admin Alice and the member Bob.
    fn new() -> Self {
        let now = Timestamp::from_secs(1);
        let (id, title) = (ConversationId::group(now, 7), Title::parse("Harbour").unwrap());
        let conversation = Conversation::group(id, title, user(ALICE), &[user(BOB)], now);
        Self { conversation, log: Vec::new(), writes: 0 }
    }

    fn direct() -> Self {
        let conversation = Conversation::direct(user(ALICE), user(BOB), Timestamp::from_secs(1));
        Self { conversation, ..Self::new() }
    }

    fn plan(&self, sender: u128, intent: Intent) -> Result<Plan, Refusal> {
        let target =
            intent.target_seq().and_then(|seq| self.log.iter().find(|entry| entry.seq == seq));
        let situation = Situation {
            conversation: &self.conversation,
            newest: self.log.last(),
            target,
            recent: 0,
            now: Timestamp::from_secs(100 + self.writes),
        };
        plan(&Draft { sender_id: user(sender), intent, write_id: self.writes + 1 }, situation)
    }

    /// Carries out an intent. Returns how many entries it added.
    fn does(&mut self, sender: u128, intent: Intent) -> Result<usize, Refusal> {
        let plan = self.plan(sender, intent)?;
        self.writes += 1;
        if let Some(target) = plan.target {
            let entry = self.log.iter_mut().find(|entry| entry.seq == target.seq).unwrap();
            *entry = target;
        }
        self.conversation = plan.conversation;
        let added = plan.entries.len();
        self.log.extend(plan.entries);
        Ok(added)
    }

    fn says(&mut self, sender: u128) -> u64 {
        let id: ClientId = ulid::Ulid::from_parts(self.writes, 1).to_string().parse().unwrap();
        self.does(sender, Intent::Send(Message::new(id, text("hi"), None))).unwrap();
        self.log.last().unwrap().seq
    }

    fn adds(&mut self, sender: u128, who: u128, role: Option<Role>) -> Result<usize, Refusal> {
        self.does(sender, Intent::Add { user_ids: vec![user(who)], role })
    }

    fn removes(&mut self, sender: u128, who: u128) -> Result<usize, Refusal> {
        self.does(sender, Intent::Remove { user_id: user(who) })
    }

    fn message(&self, seq: u64) -> &Message {
        self.log.iter().find(|entry| entry.seq == seq).unwrap().message().unwrap()
    }
}

#[test]
fn only_the_sender_edits_a_message_and_an_admin_can_delete_it_too() {
    let mut group = Group::new();
    let seq = group.says(BOB);
    let edit = |content: &str| Intent::Edit { seq, content: text(content) };
    assert_eq!(group.does(ALICE, edit("ho")), Err(Refusal::NotTheSender));
    assert_eq!(group.does(BOB, edit("ho")), Ok(1));
    assert_eq!(group.does(BOB, edit("ho")), Ok(0), "the text is the same");
    assert_eq!(group.message(seq).changed_seq, 2);
    assert_eq!(group.does(ALICE, Intent::Delete { seq }), Ok(1));
    assert_eq!(group.does(BOB, Intent::Delete { seq }), Ok(0));
    assert_eq!(group.does(BOB, edit("hi")), Err(Refusal::Deleted));
    assert!(group.message(seq).is_deleted());
    let of_alice = group.says(ALICE);
    assert_eq!(group.does(BOB, Intent::Delete { seq: of_alice }), Err(Refusal::NotTheSender));
}

#[test]
fn only_messages_can_be_targets_of_edits_reactions_and_replies() {
    let mut group = Group::new();
    let seq = group.says(ALICE);
    group.does(ALICE, Intent::Edit { seq, content: text("ho") }).unwrap();
    for seq in [2, 3] {
        let refused = Err(Refusal::NoSuchMessage);
        assert_eq!(group.does(ALICE, Intent::Delete { seq }), refused);
        assert_eq!(group.does(ALICE, react(seq, true)), refused);
        let id: ClientId = ulid::Ulid::from_parts(5, 1).to_string().parse().unwrap();
        let reply = Message::new(id, text("hi"), Some(seq));
        assert_eq!(group.does(ALICE, Intent::Send(reply)), Err(Refusal::NoReplyTarget));
    }
}

#[test]
fn a_user_reacts_once_with_each_emoji() {
    let mut group = Group::new();
    let seq = group.says(ALICE);
    let (react, unreact) = (react(seq, true), react(seq, false));
    assert_eq!(group.does(BOB, unreact.clone()), Ok(0));
    assert_eq!(group.does(BOB, react.clone()), Ok(1));
    assert_eq!(group.does(BOB, react.clone()), Ok(0));
    assert_eq!(group.does(ALICE, react.clone()), Ok(1));
    let reactions = &group.message(seq).reactions;
    assert_eq!(reactions.iter().map(|reaction| reaction.users.count()).collect::<Vec<_>>(), [2]);
    assert_eq!(group.does(BOB, unreact), Ok(1));
    assert!(!group.message(seq).reactions.has(user(BOB), emote("🎉")));
    group.does(ALICE, Intent::Delete { seq }).unwrap();
    assert!(group.message(seq).reactions.is_empty());
    assert_eq!(group.does(BOB, react), Err(Refusal::Deleted));
}

#[test]
fn a_group_with_members_always_has_an_admin() {
    let mut group = Group::new();
    assert_eq!(group.adds(BOB, CAROL, None), Err(Refusal::NotAnAdmin));
    assert_eq!(group.removes(BOB, ALICE), Err(Refusal::NotAnAdmin));
    assert_eq!(group.removes(ALICE, CAROL), Err(Refusal::NoSuchMember));
    assert_eq!(group.removes(ALICE, ALICE), Err(Refusal::LastAdmin));
    assert_eq!(group.adds(ALICE, ALICE, Some(Role::Member)), Err(Refusal::LastAdmin));
    assert_eq!(group.adds(ALICE, BOB, None), Ok(0), "already a member");
    assert_eq!(group.adds(ALICE, BOB, Some(Role::Admin)), Ok(1));
    assert_eq!(group.adds(ALICE, BOB, None), Ok(0), "remains an admin");
    assert_eq!(group.removes(ALICE, ALICE), Ok(1));
    assert_eq!(group.removes(BOB, BOB), Ok(1), "the last member may leave");
    assert!(group.conversation.members.is_empty());
}

#[test]
fn a_direct_conversation_rejects_group_actions() {
    let mut direct = Group::direct();
    let title = Intent::Retitle(Title::parse("Us").unwrap());
    assert_eq!(direct.does(ALICE, title), Err(Refusal::NotAGroup));
    assert_eq!(direct.adds(ALICE, CAROL, None), Err(Refusal::NotAGroup));
    assert_eq!(direct.removes(ALICE, BOB), Err(Refusal::NotAGroup));
    let seq = direct.says(BOB);
    assert_eq!(direct.does(ALICE, Intent::Delete { seq }), Err(Refusal::NotTheSender));
}

#[test]
fn a_group_has_at_most_a_hundred_members() {
    let mut group = Group::new();
    let all: Vec<UserId> = (10..108).map(user).collect();
    for some in all.chunks(limits::internal::MEMBERS_PER_WRITE) {
        let add = Intent::Add { user_ids: some.to_vec(), role: None };
        assert_eq!(group.does(ALICE, add), Ok(some.len()));
    }
    assert_eq!(group.conversation.members.len(), limits::MEMBERS);
    assert_eq!(group.adds(ALICE, CAROL, None), Err(Refusal::Full));
    assert_eq!(group.adds(ALICE, BOB, Some(Role::Admin)), Ok(1), "the role of a member changes");
    let counted = group.log.iter().filter(|entry| entry.recent > 0).count();
    assert_eq!(counted, 3, "each request counts once");
}

/// Entries carry these numbers forward, so that unread messages need no write.
#[test]
fn a_member_in_a_reused_slot_starts_without_messages() {
    let mut group = Group::new();
    let slot = |group: &Group, who| group.conversation.member(user(who)).unwrap().slot;
    group.says(BOB);
    let left = slot(&group, BOB);
    group.removes(ALICE, BOB).unwrap();
    group.adds(ALICE, CAROL, None).unwrap();
    assert_eq!(slot(&group, CAROL), left);
    let newest = group.log.last().unwrap();
    assert_eq!((newest.sent.clone(), newest.message_number), (Sent::default(), 1));
    assert_eq!(newest.joining_read_mark(), ReadMark { seq: 3, number: 1 });
    group.says(CAROL);
    let newest = group.log.last().unwrap();
    assert_eq!((newest.sent.number(left), newest.last_message_seq), (2, 4));
}

#[test]
fn applying_the_log_rebuilds_the_conversation() {
    let mut group = Group::new();
    let before = group.conversation.clone();
    group.adds(ALICE, CAROL, Some(Role::Admin)).unwrap();
    group.does(BOB, Intent::Retitle(Title::parse("Pier").unwrap())).unwrap();
    group.says(BOB);
    group.removes(CAROL, ALICE).unwrap();
    let mut rebuilt = before;
    for entry in &group.log {
        rebuilt.apply(entry);
        assert_eq!(entry.conversation_seq, rebuilt.as_of_seq);
    }
    assert_eq!(rebuilt, group.conversation);
    let stored: Conversation =
        serde_json::from_str(&serde_json::to_string(&rebuilt).unwrap()).unwrap();
    assert_eq!(stored, rebuilt);
}
