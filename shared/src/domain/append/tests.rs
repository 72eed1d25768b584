//! Tests each decision, with windows of a log that the rules built.

use super::*;
use crate::domain::{
    ClientId, Content, Conversation, ConversationId, Message, Title, UserId, limits,
};

const LIMIT: u32 = 30;
const START: u64 = 1_000;

fn user(n: u128) -> UserId {
    UserId::new(Timestamp::from_secs(1), n)
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_secs(START + second)
}

fn client_id(time: Timestamp, n: u128) -> ClientId {
    ulid::Ulid::from_parts(time.as_millis(), n).to_string().parse().unwrap()
}

fn message(time: Timestamp, n: u128, reply_to: Option<u64>) -> Intent {
    Intent::Send(Message::new(client_id(time, n), Content::parse("hi").unwrap(), reply_to))
}

fn draft(sender: u128, intent: Intent) -> Draft {
    Draft { sender_id: user(sender), intent, write_id: 1_000_000 }
}

fn edit(seq: u64) -> Intent {
    Intent::Edit { seq, content: Content::parse("hello").unwrap() }
}

/// A group of users 1 (admin) and 2, and its log. Each write has the number of its newest entry as its write id.
struct Group {
    conversation: Conversation,
    log: Vec<Entry>,
    now: Timestamp,
}

impl Group {
    fn new() -> Self {
        let id = ConversationId::group(at(0), 7);
        let title = Title::parse("Harbour").unwrap();
        let conversation = Conversation::group(id, title, user(1), &[user(2)], at(0));
        Self { conversation, log: Vec::new(), now: at(0) }
    }

    /// Carries out an intent, one second after the previous one.
    fn write(&mut self, sender: u128, intent: Intent) {
        self.now = self.now + Duration::from_secs(1);
        let write_id = self.log.len() as u64 + 1;
        let draft = Draft { write_id, ..draft(sender, intent) };
        let target = draft.intent.target_seq().map(|seq| self.log[seq as usize - 1].clone());
        let Decision::Write(plan) =
            decide(&draft, &self.window(usize::MAX, true), target.as_ref(), self.now, LIMIT)
        else {
            panic!("the rules reject {draft:?}")
        };
        self.log.extend(plan.entries);
        if let Some(changed) = plan.target {
            let index = changed.seq as usize - 1;
            self.log[index] = changed;
        }
        self.conversation = plan.conversation;
    }

    /// The newest entries, at most `size`.
    fn window(&self, size: usize, is_consistent: bool) -> Window {
        let newest_first = self.log.iter().rev().take(size).cloned();
        Window::new(self.conversation.clone(), newest_first, is_consistent).unwrap()
    }

    /// The decision from the whole log.
    fn decide(&self, draft: &Draft, is_consistent: bool) -> Decision {
        let target = draft.intent.target_seq().and_then(|seq| self.log.get(seq as usize - 1));
        decide(draft, &self.window(usize::MAX, is_consistent), target, self.now, LIMIT)
    }
}

/// A group in which user 1 sent message 1, user 2 sent message 2, and user 3 was added (entry 3) and left (entry 4).
fn group() -> Group {
    let mut group = Group::new();
    group.write(1, message(at(1), 1, None));
    group.write(2, message(at(2), 2, None));
    group.write(1, Intent::Add { user_ids: vec![user(3)], role: None });
    group.write(3, Intent::Remove { user_id: user(3) });
    group
}

#[test]
fn a_new_message_takes_the_next_number_even_from_a_stale_window() {
    let group = group();
    for is_consistent in [true, false] {
        let decision = group.decide(&draft(1, message(group.now, 9, Some(2))), is_consistent);
        let Decision::Write(plan) = decision else { panic!("{decision:?}") };
        assert_eq!(plan.entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [5]);
    }
}

#[test]
fn only_a_consistent_window_rejects_a_sender_or_an_intent() {
    let group = group();
    for (draft, refused) in [
        (draft(3, message(group.now, 9, None)), Refused::NotAMember),
        (draft(4, message(group.now, 9, None)), Refused::NotAMember),
        (draft(1, message(group.now, 9, Some(3))), Refused::Rule(Refusal::NoReplyTarget)),
        (draft(1, edit(9)), Refused::Rule(Refusal::NoSuchMessage)),
        (draft(2, edit(1)), Refused::Rule(Refusal::NotTheSender)),
        (draft(2, Intent::Remove { user_id: user(1) }), Refused::Rule(Refusal::NotAnAdmin)),
    ] {
        assert_eq!(group.decide(&draft, true), Decision::Refuse(refused), "{draft:?}");
        assert_eq!(group.decide(&draft, false), Decision::Reread, "{draft:?}");
    }
}

#[test]
fn a_repeated_message_is_found_in_a_consistent_window() {
    let group = group();
    let repeated = draft(1, message(at(1), 1, None));
    assert_eq!(group.decide(&repeated, false), Decision::Reread);
    assert_eq!(group.decide(&repeated, true), Decision::Found(vec![group.log[0].clone()]));
}

/// The response to the write was lost, so the same request decides again.
#[test]
fn a_member_who_left_by_this_request_gets_the_result() {
    let group = group();
    let leave = Draft { write_id: 4, ..draft(3, Intent::Remove { user_id: user(3) }) };
    assert_eq!(group.decide(&leave, true), Decision::Found(vec![group.log[3].clone()]));
    let by_another_request = Draft { write_id: 5, ..leave };
    let refused = Decision::Refuse(Refused::NotAMember);
    assert_eq!(group.decide(&by_another_request, true), refused);
}

#[test]
fn a_window_that_is_too_short_asks_for_older_entries() {
    let mut group = Group::new();
    for n in 1..=20 {
        group.write(1, message(at(n), u128::from(n), None));
    }
    let window = group.window(3, true);
    let decide = |draft: Draft, max| decide(&draft, &window, None, group.now, max);
    let old = draft(2, message(at(1), 1, None));
    assert_eq!(decide(old, LIMIT), Decision::LookFurther { for_copy: true });
    // Three of the sender's entries are in the window, and they counted more than the limit before them.
    let new = draft(1, message(group.now + Duration::from_secs(1), 99, None));
    assert_eq!(decide(new.clone(), 4), Decision::LookFurther { for_copy: false });
    assert!(matches!(decide(new, LIMIT), Decision::Write(_)));
}

#[test]
fn a_sender_at_the_limit_is_rejected_from_any_window() {
    let mut group = Group::new();
    for n in 1..=4 {
        group.write(1, message(at(n), u128::from(n), None));
    }
    let new = draft(1, message(group.now, 9, None));
    for is_consistent in [true, false] {
        let window = group.window(usize::MAX, is_consistent);
        let decision = decide(&new, &window, None, group.now, 4);
        let wait = limits::ENTRIES_PER_SENDER.window - Duration::from_secs(3);
        assert_eq!(decision, Decision::Refuse(Refused::TooMany(wait)));
    }
}

#[test]
fn an_id_from_the_future_is_rejected() {
    let group = group();
    let latest = group.now + limits::CLIENT_ID_AHEAD;
    assert!(matches!(group.decide(&draft(1, message(latest, 9, None)), true), Decision::Write(_)));
    let later = draft(1, message(latest + Duration::from_millis(1), 9, None));
    assert_eq!(group.decide(&later, true), Decision::Refuse(Refused::ClientIdInFuture));
}

/// The target was read after the window, so it may show what the sender was no longer allowed to see (I4).
#[test]
fn a_target_that_is_newer_than_the_window_is_not_used() {
    let mut group = group();
    let window = group.window(usize::MAX, true);
    group.write(1, edit(1));
    let newer = group.log.first();
    let decide = |intent| decide(&draft(1, intent), &window, newer, group.now, LIMIT);
    assert_eq!(decide(edit(1)), Decision::Reread);
    assert_eq!(decide(Intent::Delete { seq: 1 }), Decision::Reread);
    // A reply only needs to know that the message exists.
    assert!(matches!(decide(message(group.now, 9, Some(1))), Decision::Write(_)));
    assert!(matches!(group.decide(&draft(1, edit(1)), true), Decision::Write(_)));
}
