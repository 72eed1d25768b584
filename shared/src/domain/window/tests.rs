//! A query may read a log and its conversation at different moments. A window of them is correct, or it is rejected.

use std::collections::BTreeMap;

use super::*;
use crate::domain::{
    Content, ConversationId, Draft, Intent, Message, Role, Timestamp, Title, plan::Situation,
    plan::plan,
};

/// A group's log, and the group in the table after each write.
struct Group {
    log: Vec<Entry>,
    /// The group's row, by the length of the log.
    states: BTreeMap<u64, Conversation>,
}

fn user(n: u128) -> UserId {
    UserId::new(Timestamp::from_secs(1), n)
}

fn send(n: u128) -> Intent {
    let id = ulid::Ulid::from_parts(1_000, n).to_string().parse().unwrap();
    Intent::Send(Message::new(id, Content::parse("hi").unwrap(), None))
}

impl Group {
    /// A log with every kind of change, of one entry and of several entries, with messages in between.
    fn new() -> Self {
        let now = Timestamp::from_secs(1);
        let title = |text| Title::parse(text).unwrap();
        let id = ConversationId::group(now, 7);
        let group = Conversation::group(id, title("Harbour"), user(1), &[user(2)], now);
        let (mut log, mut states) = (Vec::new(), BTreeMap::from([(0, group.clone())]));
        let mut conversation = group;
        let add = |users: &[u128], role| {
            let user_ids = users.iter().map(|n| user(*n)).collect();
            Intent::Add { user_ids, role }
        };
        let intents = [
            send(1),
            add(&[3], None),
            send(2),
            send(3),
            add(&[4, 5, 6], None),
            Intent::Remove { user_id: user(2) },
            Intent::Retitle(title("Pier")),
            send(4),
            send(5),
            send(6),
            add(&[2, 3], Some(Role::Admin)),
            send(7),
            Intent::Remove { user_id: user(5) },
            send(8),
            send(9),
        ];
        for (n, intent) in intents.into_iter().enumerate() {
            let draft = Draft { sender_id: user(1), intent, write_id: n as u64 + 1 };
            let newest: Option<&Entry> = log.last();
            let situation =
                Situation { conversation: &conversation, newest, target: None, recent: 0, now };
            let plan = plan(&draft, situation).unwrap();
            log.extend(plan.entries);
            conversation = plan.conversation;
            states.insert(log.len() as u64, conversation.clone());
        }
        Self { log, states }
    }

    /// The group after an entry.
    fn as_of(&self, seq: u64) -> Conversation {
        let mut conversation = self.states[&0].clone();
        self.log
            .iter()
            .filter(|entry| entry.seq <= seq)
            .for_each(|entry| conversation.apply(entry));
        conversation
    }

    /// The newest `size` of the first `head` entries, with the group from another moment.
    fn window(&self, head: u64, size: usize, group_at: u64) -> Window {
        let entries = self.log.iter().filter(|entry| entry.seq <= head);
        Window {
            conversation: self.states[&group_at].clone(),
            newest_first: entries.rev().take(size).cloned().collect(),
            is_consistent: true,
        }
    }

    /// Calls `check` with every possible window.
    fn with_every_window(&self, mut check: impl FnMut(u64, u64, Window)) {
        let moments: Vec<u64> = self.states.keys().copied().collect();
        for head in &moments {
            for group_at in &moments {
                for size in 1..=self.log.len() {
                    check(*head, *group_at, self.window(*head, size, *group_at));
                }
            }
        }
    }
}

#[test]
fn a_reconciled_window_has_the_members_after_its_newest_entry() {
    let group = Group::new();
    let (mut reconciled, mut unreconciled) = (0, 0);
    group.with_every_window(|head, group_at, mut window| {
        let is_reconciled = window.reconcile();
        if is_reconciled {
            assert_eq!(
                window.conversation,
                group.as_of(head),
                "entry {head} with the group of {group_at}"
            );
            reconciled += 1;
        } else {
            assert_ne!(head, group_at, "a window of one moment must reconcile");
            unreconciled += 1;
        }
    });
    assert!(reconciled > 100 && unreconciled > 100, "{reconciled} {unreconciled}");
}

#[test]
fn a_window_whose_group_is_ahead_of_the_log_does_not_reconcile() {
    let group = Group::new();
    group.with_every_window(|head, _, mut window| {
        if window.conversation.as_of_seq > head {
            assert!(!window.reconcile(), "{head}");
        }
    });
}

/// The common case of a read during a write: the entries are new, and the group is still old.
#[test]
fn the_entries_update_a_group_that_is_behind_the_log() {
    let group = Group::new();
    let mut tried = 0;
    group.with_every_window(|head, group_at, mut window| {
        let oldest = window.newest_first.back().map_or(u64::MAX, |entry| entry.seq);
        if group_at <= head && oldest <= window.conversation.as_of_seq + 1 {
            assert!(window.reconcile(), "entry {head} with the group of {group_at}");
            tried += 1;
        }
    });
    assert!(tried > 100, "{tried}");
}

/// Of the entries of one write, the query saw a later one but not an earlier one.
#[test]
fn a_window_with_a_gap_does_not_reconcile() {
    let group = Group::new();
    group.with_every_window(|head, group_at, window| {
        for gap in 1..window.newest_first.len().saturating_sub(1) {
            let mut window = window.clone();
            window.newest_first.remove(gap);
            assert!(!window.reconcile(), "entry {head} with the group of {group_at}");
        }
    });
}

#[test]
fn later_entries_update_the_conversation() {
    let group = Group::new();
    let mut window = group.window(1, 1, 1);
    assert!(window.reconcile());
    for entry in group.log.iter().skip(1) {
        window.push(entry.clone());
        assert_eq!(window.conversation, group.as_of(entry.seq));
        assert_eq!(window.has_member(user(2)), group.as_of(entry.seq).member(user(2)).is_some());
    }
    assert_eq!(window.head_seq(), group.log.len() as u64);
}
