//! Conversations, memberships and heads.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{Put, ReturnValuesOnConditionCheckFailure},
};

use super::{
    Error, Key, Store, from_item, number, to_item,
    transact::{self, Outcome, action},
    update_or_current,
};
use crate::domain::{Conversation, ConversationId, Entry, Head, Membership, ReadMark, UserId};

impl Store {
    /// Creates a conversation with its memberships. Returns false if it already exists.
    ///
    /// Memberships that do not fit into the transaction are written before it. They have no effect until the transaction
    /// succeeds, because every list reads the heads.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn create_conversation(&self, conversation: &Conversation) -> Result<bool, Error> {
        let id = &conversation.id;
        let row = Put::builder()
            .set_item(Some(to_item("conversation", &Key::conversation(id), conversation)?))
            // A direct conversation exists once, even if both users create it at the same time.
            .condition_expression("attribute_not_exists(pk)");
        let head = Put::builder().set_item(Some(to_item(
            "head",
            &Key::head(id),
            &Head::new(conversation, None, None),
        )?));
        let mut actions = vec![action!(self, put, row), action!(self, put, head)];
        let mut memberships = Vec::with_capacity(conversation.members.len());
        for member in &conversation.members {
            let membership = Membership::new(conversation, member, ReadMark::default());
            let key = Key::membership(member.user_id, id);
            let put = Put::builder().set_item(Some(to_item("membership", &key, &membership)?));
            memberships.push(action!(self, put, put));
        }
        let room = transact::ACTIONS - actions.len();
        let surplus = memberships.split_off(memberships.len().min(room));
        if !surplus.is_empty() {
            self.transact(surplus).await?;
        }
        actions.extend(memberships);
        Ok(self.transact(actions).await? == Outcome::Done)
    }

    /// A conversation. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn conversation(
        &self,
        conversation_id: &ConversationId,
    ) -> Result<Option<Conversation>, Error> {
        let item = self.get(&Key::conversation(conversation_id), true).await?;
        item.map(|item| from_item("conversation", item)).transpose()
    }

    /// All memberships of a user. A consistent read, because access depends on them.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn memberships(&self, user_id: UserId) -> Result<Vec<Membership>, Error> {
        let items = self.query_prefix(&Key::memberships(user_id)).await?;
        items.into_iter().map(|item| from_item("membership", item)).collect()
    }

    /// The memberships of some users in a conversation. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn memberships_in(
        &self,
        conversation_id: &ConversationId,
        user_ids: &[UserId],
    ) -> Result<BTreeMap<UserId, Membership>, Error> {
        let keys: Vec<Key> =
            user_ids.iter().map(|id| Key::membership(*id, conversation_id)).collect();
        let mut items = self.batch_get(&keys, true).await?;
        let mut memberships = BTreeMap::new();
        for (user_id, key) in user_ids.iter().zip(&keys) {
            if let Some(item) = items.remove(key) {
                memberships.insert(*user_id, from_item("membership", item)?);
            }
        }
        Ok(memberships)
    }

    /// Returns the conversations in `conversation_ids` that the user is currently a member of. A consistent read.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn still_member_of(
        &self,
        user_id: UserId,
        conversation_ids: &[ConversationId],
    ) -> Result<BTreeSet<ConversationId>, Error> {
        let keys: Vec<Key> =
            conversation_ids.iter().map(|id| Key::membership(user_id, id)).collect();
        let items = self.batch_get(&keys, true).await?;
        let current = conversation_ids.iter().zip(&keys).filter(|(_, key)| items.contains_key(key));
        Ok(current.map(|(id, _)| id.clone()).collect())
    }

    /// The heads of conversations, for lists. May be slightly stale. A head that is too new to be found this way is read again,
    /// consistently.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn heads(
        &self,
        ids: impl Iterator<Item = &ConversationId>,
    ) -> Result<Vec<Head>, Error> {
        let keys: Vec<Key> = ids.map(Key::head).collect();
        let items = self.batch_get_hints(&keys).await?;
        items.into_values().map(|item| from_item("head", item)).collect()
    }

    /// Moves the head to an entry, unless the head is already at or past it. Returns true if it moved.
    ///
    /// The head is a hint: the log is authoritative. If `known` is the newest message, it is not read again.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn put_head(
        &self,
        conversation: &Conversation,
        entry: &Entry,
        known: Option<&Entry>,
    ) -> Result<bool, Error> {
        let last_message = self.last_message(entry, known).await?;
        let head = Head::new(conversation, Some(entry), last_message.as_ref());
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item("head", &Key::head(&conversation.id), &head)?))
            // The head never moves back.
            .condition_expression("attribute_not_exists(pk) OR head_seq < :seq")
            .expression_attribute_values(":seq", number(entry.seq))
            .send()
            .await;
        match result {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(_)) => Ok(false),
                _ => Err(Error::call("PutItem", &error)),
            },
        }
    }

    /// The newest message up to an entry, in its current state. If `known` is that message, it is not read again.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn last_message(
        &self,
        newest: &Entry,
        known: Option<&Entry>,
    ) -> Result<Option<Entry>, Error> {
        match (newest.last_message_seq, known) {
            (0, _) => Ok(None),
            (seq, _) if seq == newest.seq => Ok(Some(newest.clone())),
            (seq, Some(known)) if seq == known.seq => Ok(Some(known.clone())),
            (seq, _) => self.entry(&newest.conversation_id, seq).await,
        }
    }

    /// Moves a member's read mark forward. Returns the current mark and whether it moved, or `None` if the user is not a member.
    ///
    /// # Errors
    /// [`Error`] if the table fails.
    pub async fn move_read_mark(
        &self,
        user_id: UserId,
        conversation_id: &ConversationId,
        mark: ReadMark,
    ) -> Result<Option<(ReadMark, bool)>, Error> {
        let update = self
            .update(&Key::membership(user_id, conversation_id))
            .update_expression("SET read_seq = :seq, read_number = :number")
            // A read mark never moves back, and only a member has one.
            .condition_expression("attribute_exists(pk) AND read_seq < :seq")
            .expression_attribute_values(":seq", number(mark.seq))
            .expression_attribute_values(":number", number(mark.number))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update_or_current(update).await? {
            Ok(()) => Ok(Some((mark, true))),
            Err(Some(item)) => {
                let current: Membership = from_item("membership", item)?;
                let mark = ReadMark { seq: current.read_seq, number: current.read_number };
                Ok(Some((mark, false)))
            }
            Err(None) => Ok(None),
        }
    }
}
