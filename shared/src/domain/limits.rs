//! Every number of the product, with its reason. Those a deployment may set are defaults here.

use std::time::Duration;

/// Largest request body in bytes. The largest that any endpoint needs is half of it.
pub const BODY_BYTES: usize = 128 * 1024;

/// Largest socket frame in bytes, either way before the gateway splits or refuses it
/// ([API Gateway quotas](https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html)).
pub const FRAME_BYTES: usize = 32 * 1024;

/// Largest message that can be posted to a socket, from the same table of quotas.
pub const POST_BYTES: usize = 128 * 1024;

/// Characters of a user's name.
pub const NAME_CHARS: usize = 64;

/// Characters of a name that count when names are compared: as many as a name has, and a bound on what a few letters
/// that decompose into many would fill.
pub const FOLDED_CHARS: usize = 64;

/// Beginnings of further words by which a name is found: with the account's other rows they have to fit into one
/// transaction. Only a name of long words that signs join has more.
pub const BEGINNINGS: usize = 90;

/// Characters of an address: the longest path that SMTP carries, less its angle brackets
/// ([RFC 5321, 4.5.3.1.3](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1.3)).
pub const EMAIL_CHARS: usize = 254;

/// Fewest characters of a password ([NIST SP 800-63B, 3.1.1.2](https://pages.nist.gov/800-63-4/sp800-63b.html)).
pub const PASSWORD_MIN_CHARS: usize = 8;

/// Most characters of a password: enough for any passphrase, and a bound on what is hashed.
pub const PASSWORD_MAX_CHARS: usize = 128;

/// Characters of a message.
pub const CONTENT_CHARS: usize = 4_000;

/// Bytes of an emote, as clients may name one: the longest shortcode has 78, with its colons. What is longer is not looked up.
pub const EMOTE_BYTES: usize = 128;

/// Characters of a search for emotes.
pub const EMOTE_SEARCH_CHARS: usize = 64;

/// Characters of the id that a client gives a socket request.
pub const FRAME_ID_CHARS: usize = 64;

/// Characters of a user agent that are kept with a session, for people to recognise it by.
pub const USER_AGENT_CHARS: usize = 256;

/// Sessions of one account; the oldest ends when another begins.
pub const SESSIONS: usize = 50;

/// Life of a session from its login, in days (a deployment's setting).
pub const SESSION_DAYS: u64 = 30;

/// Sockets of one account; the oldest closes when another opens. Bounds the account's item too.
pub const SOCKETS: usize = 20;

/// Life of a ticket. It travels in a URL, where logs see it, so it is short.
pub const TICKET_LIFE: Duration = Duration::from_secs(60);

/// Life of a socket: API Gateway closes it then.
pub const SOCKET_LIFE: Duration = Duration::from_secs(2 * 60 * 60);

/// How long a socket may be silent: API Gateway closes it then.
pub const SOCKET_IDLE: Duration = Duration::from_secs(10 * 60);

/// How often a client should be heard on a socket.
pub const HEARTBEAT: Duration = Duration::from_secs(300);

/// How long a socket counts as alive after it was heard: API Gateway closes an idle one after
/// 10 minutes, so a longer silence means that it is gone.
pub const LEASE: Duration = Duration::from_secs(10 * 60 + 30);

/// A lease with less than this left is renewed by the next frame. A client that keeps to the heartbeat renews once for each.
pub const LEASE_RENEWAL: Duration = Duration::from_secs(10 * 60 + 30 - 240);

/// Window in which a sender's entries in a conversation are counted.
pub const ENTRIES_WINDOW: Duration = Duration::from_secs(10);

/// Entries of one sender in one conversation within [`ENTRIES_WINDOW`] (a deployment's setting).
pub const ENTRIES_PER_SENDER: u32 = 30;

/// How far ahead of ours the time in a client's id may be: clocks differ.
pub const CLIENT_ID_AHEAD: Duration = Duration::from_secs(10);

/// Entries that a search for an earlier copy of a message walks back over, at most.
pub const LOOK_BACK_ENTRIES: usize = 5_000;

/// Bytes that such a search holds, at most: room for 5,000 messages of usual length, and a bound where they are long.
pub const LOOK_BACK_BYTES: usize = 4 * 1024 * 1024;

/// A search that has seen so many entries and goes on is counted against [`LONG_LOOK_BACKS`].
pub const LONG_LOOK_BACK_ENTRIES: usize = 150;

/// And so is one that has seen so many bytes.
pub const LONG_LOOK_BACK_BYTES: usize = 256 * 1024;

/// Long searches of one account within [`ENTRIES_WINDOW`]: each may cost a thousand read units.
pub const LONG_LOOK_BACKS: u32 = 10;

/// Failed logins of an address before delays begin.
pub const FREE_FAILED_LOGINS: u32 = 5;

/// Logins of an address that may be under way at once while it has free failures left: a burst is
/// counted before any of it is looked at, so this and the free ones bound what it can guess.
pub const LOGINS_UNDER_WAY: u32 = 10;

/// A login that was begun so long ago and not counted as failed is under way no more.
pub const LOGIN_TIME: Duration = Duration::from_secs(30);

/// The first delay after that; each further failure doubles it.
pub const FIRST_LOGIN_DELAY: Duration = Duration::from_secs(1);

/// The longest delay.
pub const LAST_LOGIN_DELAY: Duration = Duration::from_secs(15 * 60);

/// How long failed logins of an address are remembered after the last one.
pub const FAILED_LOGINS_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// Failed logins of one source within [`FAILED_LOGINS_WINDOW`] (a deployment's setting).
pub const FAILED_LOGINS_PER_SOURCE: u32 = 100;

/// Window of [`FAILED_LOGINS_PER_SOURCE`].
pub const FAILED_LOGINS_WINDOW: Duration = Duration::from_secs(10 * 60);

/// Registrations of one source within [`REGISTRATIONS_WINDOW`] (a deployment's setting).
pub const REGISTRATIONS_PER_SOURCE: u32 = 300;

/// Window of [`REGISTRATIONS_PER_SOURCE`].
pub const REGISTRATIONS_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Life of a link that resets a password
/// ([OWASP](https://cheatsheetseries.owasp.org/cheatsheets/Forgot_Password_Cheat_Sheet.html): single use, and short).
pub const RESET_LIFE: Duration = Duration::from_secs(30 * 60);

/// Mails with such links to one address within [`RESET_MAILS_WINDOW`]: nobody's mailbox is filled by strangers.
pub const RESET_MAILS: u32 = 3;

/// Window of [`RESET_MAILS`].
pub const RESET_MAILS_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Requests for such links from one source within [`RESET_REQUESTS_WINDOW`] (a deployment's setting).
pub const RESET_REQUESTS_PER_SOURCE: u32 = 100;

/// Window of [`RESET_REQUESTS_PER_SOURCE`].
pub const RESET_REQUESTS_WINDOW: Duration = Duration::from_secs(60 * 60);

/// New names of one account within [`RENAMES_WINDOW`]: each rewrites every row that the account is found by.
pub const RENAMES: u32 = 30;

/// Window of [`RENAMES`].
pub const RENAMES_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Tries to change a password in one session within [`PASSWORD_CHANGES_WINDOW`], right or wrong: whoever holds a stolen
/// token may guess so often.
pub const PASSWORD_CHANGES: u32 = 10;

/// Window of [`PASSWORD_CHANGES`].
pub const PASSWORD_CHANGES_WINDOW: Duration = Duration::from_secs(10 * 60);

/// A mail that has waited so long is taken up by the sweep: the stream should have sent it by then.
pub const MAIL_OVERDUE: Duration = Duration::from_secs(5 * 60);

/// How far back the sweep looks for mails that were not sent.
pub const MAIL_SWEEP: Duration = Duration::from_secs(72 * 60 * 60);

/// How long a mail that was never sent is kept, for people to look at.
pub const MAIL_MEMORY: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// Direct conversations, the latest ones, whose partners are told that somebody came or went.
pub const PRESENCE_PARTNERS: usize = 50;

/// New conversations of one account within [`CONVERSATIONS_WINDOW`].
pub const CONVERSATIONS_PER_ACCOUNT: u32 = 60;

/// Window of [`CONVERSATIONS_PER_ACCOUNT`].
pub const CONVERSATIONS_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Members of a group.
pub const MEMBERS: usize = 100;

/// Characters of a group's title.
pub const TITLE_CHARS: usize = 100;

/// Members that are added in one write: each takes an entry and a membership, and the conversation itself one more of the
/// 100 actions of a transaction.
pub const ADDED_AT_ONCE: usize = 49;

/// Different emotes on one message.
pub const EMOTES: usize = 20;

/// Users that are shown of those who chose an emote.
pub const LISTED_USERS: usize = 10;

/// Members up to which `typing` is pushed in a conversation.
pub const TYPING_MEMBERS: usize = 20;

/// How long a `typing` event stays true.
pub const TYPING_LIFE: Duration = Duration::from_secs(10);

/// Bytes of a conversation's id, as clients may name one. Ours have 26; a longer name is nobody's.
pub const CONVERSATION_ID_BYTES: usize = 64;

/// Members that a list shows of a conversation.
pub const LISTED_MEMBERS: usize = 10;

/// Conversations that one `sync` may name.
pub const SYNC_CONVERSATIONS: usize = 500;

/// Bytes that the conversations of one `sync` answer may fill: what a socket message holds, less room for the frame around them.
pub const SYNC_BYTES: usize = 120 * 1024;

/// Items of a page, by default and at most, in lists with numbered pages.
pub const PAGE_SIZE: (u64, u64) = (30, 100);

/// Results of a search for users, by default and at most.
pub const SEARCH_SIZE: (u64, u64) = (30, 100);

/// Items of a page, by default and at most, in lists with cursors.
pub const CURSOR_SIZE: (u64, u64) = (50, 100);

/// How long a request may try to append an entry against other writers before it gives up.
pub const APPEND_DEADLINE: Duration = Duration::from_secs(10);

/// How long an answer waits for its pushes: they are hints, and a dead socket must not delay anybody.
pub const PUSH_DEADLINE: Duration = Duration::from_secs(2);
