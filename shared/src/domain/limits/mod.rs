//! The product's limits, each with its reason. AWS's quotas are in [`aws`], and bounds that no client sees are in [`internal`].

use std::time::Duration;

pub mod aws;
pub mod internal;

/// A rate limit: how many events are allowed within a window, which opens with the first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The maximum number of events in one window.
    pub count: u32,
    /// The length of the window.
    pub window: Duration,
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn minutes(minutes: u64) -> Duration {
    seconds(minutes * 60)
}

const fn hours(hours: u64) -> Duration {
    minutes(hours * 60)
}

// Accounts

/// Maximum characters of a user's name.
pub const NAME_CHARS: usize = 64;

/// Maximum characters of an email address: the longest path in SMTP, without its angle brackets
/// ([RFC 5321, 4.5.3.1.3](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3)).
pub const EMAIL_CHARS: usize = 254;

/// Minimum characters of a password ([NIST SP 800-63B, 3.1.1.2](https://pages.nist.gov/800-63-4/sp800-63b.html)).
pub const PASSWORD_MIN_CHARS: usize = 8;

/// Maximum characters of a password: enough for any passphrase, and a bound on what is hashed.
pub const PASSWORD_MAX_CHARS: usize = 128;

/// Maximum characters of a user agent that a session stores, so that the user can recognize the session.
pub const USER_AGENT_CHARS: usize = 256;

/// Maximum sessions of one account. The oldest one ends when another starts.
pub const SESSIONS: usize = 50;

/// Days from login until a session ends. The default of a deployment's parameter.
pub const SESSION_DAYS: u64 = 30;

/// Registrations from one source. `count` is the default of a deployment's parameter.
pub const REGISTRATIONS_PER_SOURCE: Rate = Rate { count: 300, window: hours(1) };

/// Changes of one account's name. Each rewrites every row that search finds the account by.
pub const RENAMES: Rate = Rate { count: 30, window: hours(1) };

// Logins and passwords

/// Failed logins of an address before delays begin.
pub const FREE_FAILED_LOGINS: u32 = 5;

/// The first delay after the free failures. Each further failure doubles it.
pub const FIRST_LOGIN_DELAY: Duration = seconds(1);

/// The longest delay.
pub const MAX_LOGIN_DELAY: Duration = minutes(15);

/// How long failed logins of an address count after the last failure.
pub const FAILED_LOGINS_RETENTION: Duration = hours(24);

/// Failed logins from one source. `count` is the default of a deployment's parameter.
pub const FAILED_LOGINS_PER_SOURCE: Rate = Rate { count: 100, window: minutes(10) };

/// Attempts to change a password in one session, right or wrong. Limits the guesses of a thief who has the token.
pub const PASSWORD_CHANGES: Rate = Rate { count: 10, window: minutes(10) };

/// Lifetime of a reset link
/// ([OWASP](https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html): single use, and short).
pub const RESET_LIFE: Duration = minutes(30);

/// Reset emails to one address, so that strangers cannot fill a mailbox.
pub const RESET_EMAILS: Rate = Rate { count: 3, window: hours(1) };

/// Requests for reset links from one source. `count` is the default of a deployment's parameter.
pub const RESET_REQUESTS_PER_SOURCE: Rate = Rate { count: 100, window: hours(1) };

// Conversations and messages

/// Maximum members of a group.
pub const MEMBERS: usize = 100;

/// Maximum characters of a group's title.
pub const TITLE_CHARS: usize = 100;

/// Maximum characters of a message.
pub const CONTENT_CHARS: usize = 4_000;

/// Maximum different emojis on one message.
pub const EMOTES: usize = 20;

/// Maximum characters of a search for emojis.
pub const EMOTE_SEARCH_CHARS: usize = 64;

/// Entries of one sender in one conversation. `count` is the default of a deployment's parameter.
pub const ENTRIES_PER_SENDER: Rate = Rate { count: 30, window: seconds(10) };

/// How far the time in a `client_id` may be ahead of the server's, because clocks differ.
pub const CLIENT_ID_AHEAD: Duration = seconds(10);

/// New conversations of one account.
pub const CONVERSATIONS_PER_ACCOUNT: Rate = Rate { count: 60, window: hours(1) };

// Requests, pages and responses

/// Maximum bytes of a request body. No endpoint needs more than half of it.
pub const BODY_BYTES: usize = 128 * 1024;

/// Maximum characters of the id that a client gives a socket request.
pub const FRAME_ID_CHARS: usize = 64;

/// Items of a numbered page: the default and the maximum.
pub const PAGE_SIZE: (u64, u64) = (30, 100);

/// Results of a search for users: the default and the maximum.
pub const SEARCH_SIZE: (u64, u64) = (30, 100);

/// Items of a page in a list with cursors: the default and the maximum.
pub const CURSOR_SIZE: (u64, u64) = (50, 100);

/// Maximum members of a conversation that a list shows.
pub const LISTED_MEMBERS: usize = 10;

/// Maximum users that a reaction names.
pub const LISTED_USERS: usize = 10;

/// Maximum conversations that one `sync` may name.
pub const SYNC_CONVERSATIONS: usize = 500;

// Sockets and presence

/// Maximum sockets of one account. The oldest one closes when another opens. This also bounds the size of the account's item.
pub const SOCKETS: usize = 20;

/// Lifetime of a ticket. It is short because a ticket may travel in a URL, which logs record.
pub const TICKET_LIFE: Duration = minutes(1);

/// How often a client should send a frame.
pub const HEARTBEAT: Duration = seconds(300);

/// Direct conversations whose partners learn that a user came online or went offline: the latest ones.
pub const PRESENCE_PARTNERS: usize = 50;

/// The largest conversation in which `typing` is pushed.
pub const TYPING_MEMBERS: usize = 20;

/// How long a `typing` event is valid.
pub const TYPING_LIFE: Duration = seconds(10);
