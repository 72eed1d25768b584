//! Bounds of the implementation. No client depends on them.

use std::time::Duration;

use super::{ENTRIES_PER_SENDER, Rate, hours, minutes, seconds};

/// Maximum characters of a folded name, as many as a name can have. This bounds names with letters that decompose into many.
pub const FOLDED_CHARS: usize = 64;

/// The maximum number of prefixes that a name is found by. With the account's other rows, they must fit into one transaction.
/// Only a name of long words joined by punctuation has more.
pub const PREFIXES: usize = 90;

/// Maximum bytes of an emoji or shortcode that is looked up. The longest shortcode has 78, with its colons.
pub const EMOTE_BYTES: usize = 128;

/// Maximum bytes of a conversation's id that is looked up. Real ids have 26.
pub const CONVERSATION_ID_BYTES: usize = 64;

/// How long a socket counts as alive after a frame: API Gateway closes it after 10 idle minutes, so a longer silence means that it
/// is gone.
pub const LEASE: Duration = seconds(10 * 60 + 30);

/// A frame renews a lease that has less than this left. A client that keeps to the heartbeat renews once per heartbeat.
pub const LEASE_RENEWAL: Duration = seconds(10 * 60 + 30 - 240);

/// Maximum entries that a search for an earlier copy of a message reads.
pub const LOOK_BACK_ENTRIES: usize = 5_000;

/// Maximum bytes that such a search keeps in memory: enough for 5,000 messages of usual length, and a bound if they are long.
pub const LOOK_BACK_BYTES: usize = 4 * 1024 * 1024;

/// A search that continues after this many entries counts against [`LONG_LOOK_BACKS`].
pub const LONG_LOOK_BACK_ENTRIES: usize = 150;

/// A search that continues after this many bytes counts too.
pub const LONG_LOOK_BACK_BYTES: usize = 256 * 1024;

/// Long searches of one account. Each may cost a thousand read units.
pub const LONG_LOOK_BACKS: Rate = Rate { count: 10, window: ENTRIES_PER_SENDER.window };

/// Logins of one address that may be in progress while it has free failures left. Each is counted before its password is checked,
/// so this number and the free failures limit the guesses of a burst.
pub const LOGINS_IN_PROGRESS: u32 = 10;

/// A login that began this long ago and did not fail no longer counts as in progress.
pub const LOGIN_TIMEOUT: Duration = seconds(30);

/// The sweep sends an email that has waited this long, because the stream should have sent it by then.
pub const MAIL_OVERDUE: Duration = minutes(5);

/// How far back the sweep looks for emails that were not sent.
pub const MAIL_SWEEP_RANGE: Duration = hours(72);

/// How long the outbox keeps an email that was never sent, so that an operator can inspect it.
pub const MAIL_RETENTION: Duration = hours(14 * 24);

/// Maximum members that one write adds. Each needs an entry and a membership, and the conversation itself needs one more of the
/// transaction's 100 actions.
pub const MEMBERS_PER_WRITE: usize = 49;

/// Maximum bytes that the conversations of one `sync` reply may fill: a socket message, less room for the frame around them.
pub const SYNC_BYTES: usize = 120 * 1024;

/// How long a request competes with other writers for the next entry before it gives up.
pub const APPEND_DEADLINE: Duration = seconds(10);

/// How long a response waits for its pushes. They are hints, and a dead socket must not delay anything.
pub const PUSH_DEADLINE: Duration = seconds(2);
