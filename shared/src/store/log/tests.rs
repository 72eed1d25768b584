//! What a query finds of a log and its conversation, at any moments: a window of it is right, or it is none.

use super::*;
use crate::domain::{
    Content, Draft, Intent, Message, Role, Timestamp, Title, plan::Situation, plan::plan,
};

/// A group's log, and the group after each write: what stands in the table then.
struct Group {
    log: Vec<Entry>,
    /// By how many entries there were.
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
    /// Every change of a group, of one entry and of several, with messages between them.
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

    /// The group as of an entry.
    fn as_of(&self, seq: u64) -> Conversation {
        let mut conversation = self.states[&0].clone();
        self.log
            .iter()
            .filter(|entry| entry.seq <= seq)
            .for_each(|entry| conversation.apply(entry));
        conversation
    }

    /// The newest so many of the first `head` entries, and the group as it stood at another moment.
    fn window(&self, head: u64, size: usize, group_at: u64) -> Window {
        let entries = self.log.iter().filter(|entry| entry.seq <= head);
        Window {
            conversation: self.states[&group_at].clone(),
            newest_first: entries.rev().take(size).cloned().collect(),
            consistent: true,
        }
    }

    /// Calls it with every window that there can be.
    fn with_every_window(&self, mut try_it: impl FnMut(u64, u64, Window)) {
        let moments: Vec<u64> = self.states.keys().copied().collect();
        for head in &moments {
            for group_at in &moments {
                for size in 1..=self.log.len() {
                    try_it(*head, *group_at, self.window(*head, size, *group_at));
                }
            }
        }
    }
}

#[test]
fn a_window_that_is_settled_shows_the_members_as_of_its_newest_entry() {
    let group = Group::new();
    let (mut settled, mut unsettled) = (0, 0);
    group.with_every_window(|head, group_at, mut window| {
        let is_settled = window.settle();
        if is_settled {
            assert_eq!(
                window.conversation,
                group.as_of(head),
                "{head} with the group of {group_at}"
            );
            settled += 1;
        } else {
            assert_ne!(head, group_at, "what was read at one moment is settled");
            unsettled += 1;
        }
    });
    assert!(settled > 100 && unsettled > 100, "{settled} {unsettled}");
}

#[test]
fn a_group_that_is_ahead_of_the_log_is_read_again() {
    let group = Group::new();
    group.with_every_window(|head, _, mut window| {
        if window.conversation.as_of_seq > head {
            assert!(!window.settle(), "{head}");
        }
    });
}

/// The ordinary case of a read during a write: the entries are there, the group is as it was before.
#[test]
fn a_group_that_is_behind_is_brought_up_by_the_entries() {
    let group = Group::new();
    let mut tried = 0;
    group.with_every_window(|head, group_at, mut window| {
        let oldest = window.newest_first.back().map_or(u64::MAX, |entry| entry.seq);
        if group_at <= head && oldest <= window.conversation.as_of_seq + 1 {
            assert!(window.settle(), "{head} with the group of {group_at}");
            tried += 1;
        }
    });
    assert!(tried > 100, "{tried}");
}

/// Of entries that came in one write a later one was seen, and an earlier not.
#[test]
fn a_window_with_a_gap_is_none() {
    let group = Group::new();
    group.with_every_window(|head, group_at, window| {
        for gap in 1..window.newest_first.len().saturating_sub(1) {
            let mut window = window.clone();
            window.newest_first.remove(gap);
            assert!(!window.settle(), "{head} with the group of {group_at}");
        }
    });
}

#[test]
fn entries_that_come_later_are_applied() {
    let group = Group::new();
    let mut window = group.window(1, 1, 1);
    assert!(window.settle());
    for entry in group.log.iter().skip(1) {
        window.push(entry.clone());
        assert_eq!(window.conversation, group.as_of(entry.seq));
        assert_eq!(window.admits(user(2)), group.as_of(entry.seq).member(user(2)).is_some());
    }
    assert_eq!(window.head_seq(), group.log.len() as u64);
}
