//! The outcome of an action.

use shared::{protocol::frame::Reply, push::Pushes, store::Appended};

/// The reply, and what happens after it is posted.
pub(crate) struct Outcome {
    pub(crate) reply: Reply,
    pub(crate) after: After,
}

/// What happens after the reply.
pub(crate) enum After {
    Nothing,
    Push(Pushes),
    /// Announce entries of a log. They are not new if the request was a duplicate.
    Announce(Box<Appended>),
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self { reply, after: After::Nothing }
    }
}
