//! The rules of the product: no I/O, no clock and no randomness inside; those are arguments.

pub mod account;
pub mod attempts;
pub mod content;
pub mod conversation;
pub mod credential;
pub mod directory;
pub mod fields;
pub mod head;
pub mod id;
pub mod limits;
pub mod log;
pub mod mail;
pub mod page;
pub mod password;
mod presence;
pub mod reset;
pub mod source;
mod timestamp;

pub use account::{Account, EmailAddress, Name, Socket};
pub use content::Content;
pub use conversation::{Conversation, Kind, Member, Role};
pub use credential::{Credential, Identity, PasswordHash, Session};
pub use directory::Listed;
pub use fields::{Fault, Fields, Invalid};
pub use head::Head;
pub use id::{ClientId, ConnectionId, ConversationId, MailId, SessionId, UserId};
pub use log::{Body, Draft, Entry, Message};
pub use mail::Mail;
pub use password::Password;
pub use presence::Presence;
pub use source::Source;
pub use timestamp::Timestamp;
