//! The writes of an append: an entry by itself, or entries with all that they change.

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};

use super::super::{
    Error, Key, Store, Window, from_item, number, to_item,
    transact::{Outcome, action},
};
use crate::domain::{Body, Conversation, Entry, Head, Membership, plan::Plan};

/// What became of a write.
pub(super) enum Written {
    Done,
    /// Another entry stands there.
    Standing(Box<Entry>),
    /// Something was in the way, and what stands there was not told.
    Conflict,
}

impl Store {
    /// Writes entries and all that they change, or nothing.
    pub(super) async fn put_all(
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
                // I1: an entry is written where nothing stands. What it is decided by was true as of the one before it.
                .condition_expression("attribute_not_exists(pk)");
            actions.push(action!(self, put, put));
        }
        if let Some((before, after)) = target.zip(plan.target.as_ref()) {
            actions.push(self.put_target(before, after)?);
        }
        if let [entry] = &*plan.entries
            && let (Body::Delete { target_seq }, Some(after)) = (&entry.body, &plan.target)
        {
            // What was deleted is not shown by a list for one moment more, also by a head that was behind. No later entry
            // exists, and so no later head; and a message that changes after it was read here takes this entry's number.
            let seq = entry.last_message_seq;
            if seq == *target_seq {
                *last_message = Some(after.clone());
            } else if last_message.as_ref().is_none_or(|last| !window.is_as_of_now(last, seq)) {
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

    /// The message as it will stand, over the message as it was seen.
    fn put_target(&self, before: &Entry, after: &Entry) -> Result<TransactWriteItem, Error> {
        let key = Key::entry(&after.conversation_id, after.seq);
        let seen = before.message().map_or(0, |message| message.changed_seq);
        let put = Put::builder().set_item(Some(to_item("entry", &key, after)?));
        // What others changed meanwhile is not lost.
        let put = match seen {
            0 => put.condition_expression("attribute_not_exists(changed_seq)"),
            seen => put
                .condition_expression("changed_seq = :seen")
                .expression_attribute_values(":seen", number(seen)),
        };
        Ok(action!(self, put, put))
    }

    /// The membership that an entry makes or ends. Who is given another role keeps theirs.
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
                let membership = Membership::new(after, member, entry.read_from_here());
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

    pub(super) async fn put_entry(&self, entry: &Entry) -> Result<Written, Error> {
        let key = Key::entry(&entry.conversation_id, entry.seq);
        let result = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(to_item("entry", &key, entry)?))
            // I1, I2: an entry is written where nothing stands, and never over another.
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
                    Some(item) => Ok(Written::Standing(from_item("entry", item)?)),
                    None => Ok(Written::Conflict),
                }
            }
            Some(PutItemError::TransactionConflictException(_)) => Ok(Written::Conflict),
            _ => Err(Error::call("PutItem", &error)),
        }
    }
}
