//! Tests the rules of the log on logs that the rules built.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::domain::{Content, Conversation, Intent, Message, plan::Situation, plan::plan};

/// Gives each draft its own write id.
static WRITES: AtomicU64 = AtomicU64::new(1);
const LIMIT: u32 = 30;

struct Log {
    conversation: Conversation,
    entries: Vec<Entry>,
}

fn user(n: u128) -> UserId {
    UserId::new(Timestamp::from_secs(1), n)
}

fn client_id(at: Timestamp, n: u128) -> ClientId {
    ulid::Ulid::from_parts(at.as_millis(), n).to_string().parse().unwrap()
}

fn draft(sender: u128, client_id: ClientId) -> Draft {
    let content = Content::parse("hi").unwrap();
    Draft {
        sender_id: user(sender),
        intent: Intent::Send(Message::new(client_id, content, None)),
        write_id: WRITES.fetch_add(1, Ordering::Relaxed),
    }
}

impl Log {
    fn new() -> Self {
        let conversation = Conversation::direct(user(1), user(2), Timestamp::from_secs(1));
        Self { conversation, entries: Vec::new() }
    }

    /// Returns the verdict and how many entries it needed. Starts with the newest one and adds older ones on request.
    fn check_append(&self, draft: &Draft, now: Timestamp) -> (Verdict, usize) {
        let mut seen = 1;
        loop {
            let window = self.entries.iter().rev().take(seen);
            let complete = seen >= self.entries.len();
            match check_append(window, complete, draft, now, LIMIT) {
                Verdict::LookFurther { .. } => seen += 1,
                verdict => return (verdict, seen),
            }
        }
    }

    fn send(&mut self, sender: u128, at: Timestamp, n: u128) -> Verdict {
        let draft = draft(sender, client_id(at, n));
        let (verdict, _) = self.check_append(&draft, at);
        if let Verdict::Append { recent } = verdict {
            self.append(&draft, at, recent);
        }
        verdict
    }

    fn append(&mut self, draft: &Draft, now: Timestamp, recent: u32) {
        let newest = self.entries.last();
        let situation =
            Situation { conversation: &self.conversation, newest, target: None, recent, now };
        self.entries.extend(plan(draft, situation).unwrap().entries);
    }
}

#[test]
fn entries_are_numbered_from_one_without_a_gap() {
    let mut log = Log::new();
    for n in 0..50u64 {
        log.send(u128::from(n % 2 + 1), Timestamp::from_secs(100 + n), u128::from(n));
    }
    let seqs: Vec<u64> = log.entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=50).collect::<Vec<_>>());
    assert_eq!(log.entries[49].message_number, 50);
    assert_eq!(log.entries[49].sent.number(0), 49);
}

#[test]
fn a_duplicate_id_is_found_behind_many_newer_entries() {
    let mut log = Log::new();
    let at = Timestamp::from_secs(100);
    log.send(1, at, 7);
    for n in 0..300u64 {
        log.send(2, at + Duration::from_secs(n + 1), u128::from(n));
    }
    let again = draft(1, client_id(at, 7));
    let (verdict, _) = log.check_append(&again, at + Duration::from_secs(400));
    assert!(matches!(&verdict, Verdict::Duplicate(entries) if entries[0].seq == 1));
}

#[test]
fn a_duplicate_is_found_behind_an_entry_of_the_same_millisecond() {
    let mut log = Log::new();
    let at = Timestamp::from_secs(100);
    log.send(1, at, 7);
    log.send(2, at, 8);
    let (verdict, _) = log.check_append(&draft(1, client_id(at, 7)), at);
    assert!(matches!(&verdict, Verdict::Duplicate(entries) if entries[0].seq == 1));
}

#[test]
fn the_same_id_from_another_sender_is_another_message() {
    let mut log = Log::new();
    let at = Timestamp::from_secs(100);
    log.send(1, at, 7);
    assert!(matches!(log.send(2, at, 7), Verdict::Append { .. }));
}

#[test]
fn a_new_id_needs_one_entry_and_an_old_id_needs_a_search() {
    let mut log = Log::new();
    let at = Timestamp::from_secs(100);
    for n in 0..200u64 {
        log.send(1, at + Duration::from_secs(20 * n), u128::from(n));
    }
    let now = at + Duration::from_secs(20 * 200);
    assert_eq!(log.check_append(&draft(1, client_id(now, 1)), now).1, 1);
    let (verdict, seen) =
        log.check_append(&draft(1, client_id(at + Duration::from_secs(2_001), 1)), now);
    assert!(matches!(verdict, Verdict::Append { .. }));
    assert_eq!(seen, 100);
}

#[test]
fn a_clock_that_is_ahead_does_not_hide_a_duplicate() {
    let mut log = Log::new();
    let now = Timestamp::from_secs(100);
    log.send(1, now, 7);
    // Another client's clock is nine seconds ahead, then behind.
    log.send(2, now + Duration::from_secs(9), 8);
    let behind = draft(2, client_id(now - Duration::from_secs(30), 9));
    let (Verdict::Append { recent }, _) = log.check_append(&behind, now) else { panic!("denied") };
    log.append(&behind, now, recent);
    let (verdict, _) = log.check_append(&draft(1, client_id(now, 7)), now);
    assert!(matches!(&verdict, Verdict::Duplicate(entries) if entries[0].seq == 1));
}

#[test]
fn a_sender_may_add_thirty_entries_within_any_ten_seconds() {
    let mut log = Log::new();
    let start = Timestamp::from_secs(100);
    let (mut accepted, mut rejected) = (Vec::new(), 0);
    for n in 0..600u64 {
        // A steady stream of ten entries a second, alternating with another sender.
        let at = start + Duration::from_millis(n * 100);
        log.send(2, at, u128::from(n));
        match log.send(1, at, u128::from(n)) {
            Verdict::Append { .. } => accepted.push(at),
            Verdict::TooMany { retry_after } => {
                rejected += 1;
                assert!(retry_after <= limits::ENTRIES_PER_SENDER.window && !retry_after.is_zero());
                let oldest = accepted[accepted.len() - LIMIT as usize];
                assert_eq!(
                    at + retry_after,
                    oldest + limits::ENTRIES_PER_SENDER.window,
                    "retry_after is exact"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(rejected > 0);
    assert_eq!(accepted.len(), 6 * LIMIT as usize, "every window uses the whole limit");
    for window in accepted.windows(LIMIT as usize + 1) {
        assert!(window[LIMIT as usize].since(window[0]) >= limits::ENTRIES_PER_SENDER.window);
    }
}

#[test]
fn times_in_the_log_never_decrease() {
    let mut log = Log::new();
    log.send(1, Timestamp::from_secs(100), 1);
    log.send(2, Timestamp::from_secs(90), 2);
    assert!(log.entries[1].created_at >= log.entries[0].created_at);
}

#[test]
fn an_id_from_the_future_is_detected() {
    let now = Timestamp::from_secs(100);
    assert!(!is_in_future(&client_id(now + limits::CLIENT_ID_AHEAD, 1), now));
    assert!(is_in_future(
        &client_id(now + limits::CLIENT_ID_AHEAD + Duration::from_millis(1), 1),
        now
    ));
}
