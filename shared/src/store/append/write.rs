//! The writes of an append: a single entry, or entries with everything that they change.

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};

use super::super::{
    Error, Key, Store, from_item, number, to_item,
    transact::{Outcome, action},
};
use crate::domain::{
    Body, Conversation, Draft, Entry, Head, Intent, Membership, Window, plan::Plan,
};

/// The outcome of a write.
pub(super) enum Written {
    Done,
    /// The number is taken by this entry.
    Taken(Box<Entry>),
    /// A condition failed, or the table failed temporarily. What is stored now is unknown.
    Conflict,
}

impl Store {
    /// Writes a plan: a new message with a single put, any other plan in one transaction.
    pub(super) async fn write(
        &self,
        window: &Window,
        draft: &Draft,
        plan: &Plan,
        target: Option<&Entry>,
        last_message: &mut Option<Entry>,
    ) -> Result<Written, Error> {
        let written = match (&draft.intent, &*plan.entries) {
            (_, []) => Ok(Written::Done),
            (Intent::Send(_), [entry]) => self.put_entry(entry).await,
            _ => self.put_all(window, plan, target, last_message).await,
        };
        match written {
            // The write may have succeeded. Then the next read finds the entry by its id.
            Err(error) if error.is_transient() => Ok(Written::Conflict),
            written => written,
        }
    }

    /// Writes the entries and everything that they change, or nothing.
    async fn put_all(
        &self,
        window: &Window,
        plan: &Plan,
        target: Option<&Entry>,
        last_message: &mut Option<Entry>,
    ) -> Result<Written, Error> {
        let conversation = &plan.conversation;
        let mut actions: Vec<TransactWriteItem> = Vec::new();
        for entry in &plan.entries {
            let key = Key::entry(&conversation.id, entry.seq);
            let put = Put::builder()
                .set_item(Some(to_item("entry", &key, entry)?))
                // I1: the number is free. The decision is valid, because it is based on the previous entry.
                .condition_expression("attribute_not_exists(pk)");
            actions.push(action!(self, put, put));
        }
        if let Some((before, after)) = target.zip(plan.target.as_ref()) {
            actions.push(self.put_target(before, after)?);
        }
        if let [entry] = &*plan.entries
            && let (Body::Delete { target_seq }, Some(after)) = (&entry.body, &plan.target)
        {
            // Lists must not show a deleted message, so the head is written too, even if it was behind. It is the newest head,
            // because no later entry exists. If the message changes after this read, the other change takes this entry's number.
            let seq = entry.last_message_seq;
            if seq == *target_seq {
                *last_message = Some(after.clone());
            } else if last_message.as_ref().is_none_or(|last| !window.is_current(last, seq)) {
                *last_message = self.entry(&conversation.id, seq).await?;
            }
            let head = Head::new(conversation, Some(entry), last_message.as_ref());
            let item = to_item("head", &Key::head(&conversation.id), &head)?;
            actions.push(action!(self, put, Put::builder().set_item(Some(item))));
        }
        if *conversation != window.conversation {
            let item = to_item("conversation", &Key::conversation(&conversation.id), conversation)?;
            actions.push(action!(self, put, Put::builder().set_item(Some(item))));
        }
        for entry in &plan.entries {
            actions.extend(self.membership(&window.conversation, conversation, entry)?);
        }
        Ok(match self.transact(actions).await? {
            Outcome::Done => Written::Done,
            Outcome::Failed(_) => Written::Conflict,
        })
    }

    /// Overwrites the message that was read with the changed message.
    fn put_target(&self, before: &Entry, after: &Entry) -> Result<TransactWriteItem, Error> {
        let key = Key::entry(&after.conversation_id, after.seq);
        let seen = before.message().map_or(0, |message| message.changed_seq);
        let put = Put::builder().set_item(Some(to_item("entry", &key, after)?));
        // Concurrent changes are not lost: the message must not have changed since it was read.
        let put = match seen {
            0 => put.condition_expression("attribute_not_exists(changed_seq)"),
            seen => put
                .condition_expression("changed_seq = :seen")
                .expression_attribute_values(":seen", number(seen)),
        };
        Ok(action!(self, put, put))
    }

    /// Puts the membership of a new member, or deletes that of a removed member. A change of role leaves the row unchanged.
    fn membership(
        &self,
        before: &Conversation,
        after: &Conversation,
        entry: &Entry,
    ) -> Result<Option<TransactWriteItem>, Error> {
        match &entry.body {
            Body::MemberAdded { user_id, .. } => {
                let new = after.member(*user_id).filter(|_| before.member(*user_id).is_none());
                let Some(member) = new else { return Ok(None) };
                let membership = Membership::new(after, member, entry.joining_read_mark());
                let key = Key::membership(*user_id, &after.id);
                let item = to_item("membership", &key, &membership)?;
                Ok(Some(action!(self, put, Put::builder().set_item(Some(item)))))
            }
            Body::MemberRemoved { user_id, .. } => {
                let key = Key::membership(*user_id, &after.id).item();
                Ok(Some(action!(self, delete, Delete::builder().set_key(Some(key)))))
            }
            _ => Ok(None),
        }
    }

    async fn put_entry(&self, entry: &Entry) -> Result<Written, Error> {
        let key = Key::entry(&entry.conversation_id, entry.seq);
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item("entry", &key, entry)?))
            // I1, I2: the number is free. An entry never replaces another.
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let error = match result {
            Ok(_) => return Ok(Written::Done),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                match failed.item.clone() {
                    Some(item) => Ok(Written::Taken(from_item("entry", item)?)),
                    None => Ok(Written::Conflict),
                }
            }
            Some(PutItemError::TransactionConflictException(_)) => Ok(Written::Conflict),
            _ => Err(Error::call("PutItem", &error)),
        }
    }
}
