//! The expected state of a conversation, and the expected outcome of each operation by the contract's rules.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::{Emote, Target};
use crate::support::replica::{Message, Replica};

/// The status and code of an error.
pub type Rejection = (u16, String);

/// The expected state of a conversation.
#[derive(Debug)]
pub struct Room {
    pub id: String,
    pub is_group: bool,
    pub now: Replica,
    pub beginning: Replica,
    /// The read mark of each member.
    pub read: BTreeMap<String, u64>,
    /// Users who left or were removed at any time.
    pub past: BTreeSet<String>,
}

fn rejected<T>(status: u16, code: &str) -> Result<T, Rejection> {
    Err((status, code.to_owned()))
}

impl Room {
    pub fn new(id: String, is_group: bool, beginning: Replica) -> Self {
        let read = beginning.members.keys().map(|user_id| (user_id.clone(), 0)).collect();
        Self { id, is_group, now: beginning.clone(), beginning, read, past: BTreeSet::new() }
    }

    /// The number of the entry that an operation targets.
    pub fn seq_of(&self, target: Target, user_id: &str) -> u64 {
        let any = |index: usize| 1 + index as u64 % (self.now.seq + 1);
        let one_of =
            |seqs: &[u64], index: usize| (!seqs.is_empty()).then(|| seqs[index % seqs.len()]);
        let messages: Vec<u64> = self.now.messages.keys().copied().collect();
        match target {
            Target::Own(index) => {
                let is_own = |seq: &u64| self.now.messages[seq].sender_id == user_id;
                let own: Vec<u64> = messages.iter().copied().filter(is_own).collect();
                one_of(&own, index).or(one_of(&messages, index)).unwrap_or(any(index))
            }
            Target::Message(index) => one_of(&messages, index).unwrap_or(any(index)),
            Target::Entry(index) => any(index),
        }
    }

    /// A message to which the user reacted with this emoji.
    pub fn seq_with_reaction(&self, which: usize, user_id: &str, emote: Emote) -> Option<u64> {
        let messages = self.now.messages.iter();
        let with_it = messages.filter(|(_, message)| message.has(user_id, emote.shortcode));
        let seqs: Vec<u64> = with_it.map(|(seq, _)| *seq).collect();
        (!seqs.is_empty()).then(|| seqs[which % seqs.len()])
    }

    /// The conversation exists only for members.
    pub fn enters(&self, user_id: &str) -> Result<(), Rejection> {
        match self.is_member(user_id) {
            true => Ok(()),
            false => rejected(404, "not_found"),
        }
    }

    pub fn is_member(&self, user_id: &str) -> bool {
        self.now.members.contains_key(user_id)
    }

    pub fn is_admin(&self, user_id: &str) -> bool {
        self.now.members.get(user_id).is_some_and(|role| role == "admin")
    }

    fn message(&mut self, seq: u64) -> Result<&mut Message, Rejection> {
        self.now.messages.get_mut(&seq).map_or_else(|| rejected(404, "not_found"), Ok)
    }

    fn undeleted(&mut self, seq: u64) -> Result<&mut Message, Rejection> {
        match self.message(seq)? {
            message if message.deleted => rejected(409, "message_deleted"),
            message => Ok(message),
        }
    }

    fn requires_group(&self) -> Result<(), Rejection> {
        if self.is_group { Ok(()) } else { rejected(400, "not_a_group") }
    }

    /// Returns the number of the message.
    pub fn says(&mut self, user_id: &str, message: Message) -> Result<u64, Rejection> {
        self.enters(user_id)?;
        if message.reply_to.is_some_and(|seq| !self.now.messages.contains_key(&seq)) {
            return rejected(400, "invalid_request");
        }
        self.now.seq += 1;
        self.now.messages.insert(self.now.seq, message);
        Ok(self.now.seq)
    }

    /// Returns the text that this removes.
    pub fn edits(
        &mut self,
        user_id: &str,
        seq: u64,
        content: &str,
    ) -> Result<Option<String>, Rejection> {
        self.enters(user_id)?;
        if self.message(seq)?.sender_id != user_id {
            return rejected(403, "forbidden");
        }
        let message = self.undeleted(seq)?;
        if message.content.as_deref() == Some(content) {
            return Ok(None);
        }
        let gone = message.content.replace(content.to_owned());
        self.now.seq += 1;
        Ok(gone)
    }

    /// Returns the text that this removes.
    pub fn deletes(&mut self, user_id: &str, seq: u64) -> Result<Option<String>, Rejection> {
        self.enters(user_id)?;
        let is_admin = self.is_admin(user_id);
        let message = self.message(seq)?;
        if message.sender_id != user_id && !is_admin {
            return rejected(403, "forbidden");
        }
        let gone = message.content.take();
        if gone.is_some() {
            message.delete();
            self.now.seq += 1;
        }
        Ok(gone)
    }

    pub fn reacts(&mut self, user_id: &str, seq: u64, emote: Emote) -> Result<(), Rejection> {
        self.enters(user_id)?;
        let message = self.undeleted(seq)?;
        if !message.has(user_id, emote.shortcode) {
            message.react(user_id, emote.shortcode);
            self.now.seq += 1;
        }
        Ok(())
    }

    pub fn unreacts(&mut self, user_id: &str, seq: u64, emote: Emote) -> Result<(), Rejection> {
        self.enters(user_id)?;
        let message = self.message(seq)?;
        if message.has(user_id, emote.shortcode) {
            message.unreact(user_id, emote.shortcode);
            self.now.seq += 1;
        }
        Ok(())
    }

    pub fn reads(&mut self, user_id: &str, seq: u64) -> Result<(), Rejection> {
        self.enters(user_id)?;
        if seq > self.now.seq {
            return rejected(400, "invalid_request");
        }
        let mark = self.read.get_mut(user_id).unwrap();
        *mark = seq.max(*mark);
        Ok(())
    }

    pub fn retitles(&mut self, user_id: &str, title: &str) -> Result<(), Rejection> {
        self.enters(user_id)?;
        self.requires_group()?;
        if self.now.title.as_deref() != Some(title) {
            self.now.title = Some(title.to_owned());
            self.now.seq += 1;
        }
        Ok(())
    }

    /// Adds all of the users or none.
    pub fn adds(
        &mut self,
        user_id: &str,
        added: &[String],
        role: Option<&str>,
    ) -> Result<(), Rejection> {
        self.enters(user_id)?;
        self.requires_group()?;
        if !self.is_admin(user_id) {
            return rejected(403, "forbidden");
        }
        if role == Some("member") && self.admins().all(|admin| added.contains(admin)) {
            return rejected(409, "last_admin");
        }
        // A change of the user's own role comes after the other changes.
        let (own, others): (Vec<_>, Vec<_>) = added.iter().partition(|added| *added == user_id);
        for added in others.into_iter().chain(own) {
            let current = self.now.members.get(added).cloned();
            let becomes = role.or(current.as_deref()).unwrap_or("member").to_owned();
            if current.as_ref() == Some(&becomes) {
                continue;
            }
            self.now.seq += 1;
            if current.is_none() {
                // Earlier messages are not unread for a new member.
                self.read.insert(added.clone(), self.now.seq);
            }
            self.now.members.insert(added.clone(), becomes);
        }
        Ok(())
    }

    pub fn removes(&mut self, user_id: &str, removed: &str) -> Result<(), Rejection> {
        self.enters(user_id)?;
        self.requires_group()?;
        self.enters(removed)?;
        if user_id != removed && !self.is_admin(user_id) {
            return rejected(403, "forbidden");
        }
        if self.now.members.len() > 1 && self.is_last_admin(removed) {
            return rejected(409, "last_admin");
        }
        self.now.seq += 1;
        self.now.members.remove(removed);
        self.read.remove(removed);
        self.past.insert(removed.to_owned());
        Ok(())
    }

    pub fn admins(&self) -> impl Iterator<Item = &String> {
        self.now.members.keys().filter(|member| self.is_admin(member))
    }

    fn is_last_admin(&self, user_id: &str) -> bool {
        self.is_admin(user_id) && self.admins().all(|admin| admin == user_id)
    }

    /// Messages by others after the read mark or the user's own newest message, whichever is later.
    pub fn unread(&self, user_id: &str) -> usize {
        let messages = self.now.messages.iter();
        let own = messages.clone().filter(|(_, message)| message.sender_id == user_id);
        let newest = own.map(|(seq, _)| *seq).max().unwrap_or(0);
        let since = newest.max(self.read[user_id]);
        messages.filter(|(seq, message)| **seq > since && message.sender_id != user_id).count()
    }
}
