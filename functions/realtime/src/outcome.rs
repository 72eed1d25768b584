//! The outcome of an action.

use shared::{protocol::frame::Reply, push::Pushes, store::Appended};

/// The reply, and what happens once the reply is posted.
pub(crate) struct Outcome {
    pub(crate) reply: Reply,
    pub(crate) after: After,
}

/// What happens after the reply.
pub(crate) enum After {
    Nothing,
    Push(Pushes),
    /// Announce what was added to a log. The entries may also have existed before.
    Announce(Box<Appended>),
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self { reply, after: After::Nothing }
    }
}
