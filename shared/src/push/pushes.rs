//! Collects the frames to push, by user.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    domain::{Conversation, ConversationId, Kind, UserId},
    protocol::frame::{Event, Frame},
    store::{Error, Store},
};

/// Frames for users. Each socket of a user receives the user's frames in order.
#[derive(Debug, Clone, Default)]
pub struct Pushes {
    pub(super) frames: BTreeMap<UserId, Vec<Arc<str>>>,
    group: Option<Group>,
}

/// The group whose members may receive the frames.
#[derive(Debug, Clone)]
struct Group {
    id: ConversationId,
    leaver: Option<UserId>,
}

impl Pushes {
    /// Delivers only to current members (I4). The exception is `leaver`, whose own departure is being announced.
    pub fn to_members(conversation: &Conversation, leaver: Option<UserId>) -> Self {
        let group = match conversation.kind {
            // The members of a direct conversation never change.
            Kind::Direct => None,
            Kind::Group => Some(Group { id: conversation.id.clone(), leaver }),
        };
        Self { group, ..Self::default() }
    }

    /// Adds an event for some users.
    #[must_use]
    pub fn and(mut self, user_ids: impl IntoIterator<Item = UserId>, event: Event) -> Self {
        let Ok(text) = Frame::Event(event).to_text() else { return self };
        let text: Arc<str> = text.into();
        for user_id in user_ids {
            self.frames.entry(user_id).or_default().push(Arc::clone(&text));
        }
        self
    }

    /// The users who may receive the frames now, or `None` if there is no restriction.
    pub(super) async fn members(&self, store: &Store) -> Result<Option<BTreeSet<UserId>>, Error> {
        let Some(Group { id, leaver }) = &self.group else { return Ok(None) };
        let conversation = store.conversation(id).await?;
        let members = conversation.map(|conversation| conversation.user_ids()).unwrap_or_default();
        Ok(Some(members.into_iter().chain(*leaver).collect()))
    }
}
