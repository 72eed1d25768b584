//! What ought to be: a conversation by the contract's rules, and what they say of each thing that somebody tries.

use std::collections::{BTreeMap, BTreeSet};

use super::operation::{Emote, Target};
use crate::support::replica::{Message, Replica};

/// A status and a code.
pub type Refusal = (u16, String);

/// A conversation as it ought to be.
#[derive(Debug)]
pub struct Room {
    pub id: String,
    pub is_group: bool,
    pub now: Replica,
    pub beginning: Replica,
    /// How far each member has read.
    pub read: BTreeMap<String, u64>,
    /// Who left it or was removed, at any time.
    pub past: BTreeSet<String>,
}

fn refused<T>(status: u16, code: &str) -> Result<T, Refusal> {
    Err((status, code.to_owned()))
}

impl Room {
    pub fn new(id: String, is_group: bool, beginning: Replica) -> Self {
        let read = beginning.members.keys().map(|user_id| (user_id.clone(), 0)).collect();
        Self { id, is_group, now: beginning.clone(), beginning, read, past: BTreeSet::new() }
    }

    /// The entry that an operation is about.
    pub fn seq_of(&self, target: Target, who: &str) -> u64 {
        let any = |index: usize| 1 + index as u64 % (self.now.seq + 1);
        let one_of =
            |seqs: &[u64], index: usize| (!seqs.is_empty()).then(|| seqs[index % seqs.len()]);
        let messages: Vec<u64> = self.now.messages.keys().copied().collect();
        match target {
            Target::Own(index) => {
                let is_own = |seq: &u64| self.now.messages[seq].sender_id == who;
                let own: Vec<u64> = messages.iter().copied().filter(is_own).collect();
                one_of(&own, index).or(one_of(&messages, index)).unwrap_or(any(index))
            }
            Target::Message(index) => one_of(&messages, index).unwrap_or(any(index)),
            Target::Entry(index) => any(index),
        }
    }

    /// A message to which somebody reacted so.
    pub fn seq_with_reaction(&self, which: usize, who: &str, emote: Emote) -> Option<u64> {
        let messages = self.now.messages.iter();
        let with_it = messages.filter(|(_, message)| message.has(who, emote.shortcode));
        let seqs: Vec<u64> = with_it.map(|(seq, _)| *seq).collect();
        (!seqs.is_empty()).then(|| seqs[which % seqs.len()])
    }

    /// Only a member finds it.
    pub fn enters(&self, who: &str) -> Result<(), Refusal> {
        match self.is_member(who) {
            true => Ok(()),
            false => refused(404, "not_found"),
        }
    }

    pub fn is_member(&self, who: &str) -> bool {
        self.now.members.contains_key(who)
    }

    pub fn is_admin(&self, who: &str) -> bool {
        self.now.members.get(who).is_some_and(|role| role == "admin")
    }

    fn message(&mut self, seq: u64) -> Result<&mut Message, Refusal> {
        self.now.messages.get_mut(&seq).map_or_else(|| refused(404, "not_found"), Ok)
    }

    fn undeleted(&mut self, seq: u64) -> Result<&mut Message, Refusal> {
        match self.message(seq)? {
            message if message.deleted => refused(409, "message_deleted"),
            message => Ok(message),
        }
    }

    fn is_for_groups(&self) -> Result<(), Refusal> {
        if self.is_group { Ok(()) } else { refused(400, "not_a_group") }
    }

    /// Gives the number that the message gets.
    pub fn says(&mut self, who: &str, message: Message) -> Result<u64, Refusal> {
        self.enters(who)?;
        if message.reply_to.is_some_and(|seq| !self.now.messages.contains_key(&seq)) {
            return refused(400, "invalid_request");
        }
        self.now.seq += 1;
        self.now.messages.insert(self.now.seq, message);
        Ok(self.now.seq)
    }

    /// Gives the text that is gone by it.
    pub fn edits(&mut self, who: &str, seq: u64, content: &str) -> Result<Option<String>, Refusal> {
        self.enters(who)?;
        if self.message(seq)?.sender_id != who {
            return refused(403, "forbidden");
        }
        let message = self.undeleted(seq)?;
        if message.content.as_deref() == Some(content) {
            return Ok(None);
        }
        let gone = message.content.replace(content.to_owned());
        self.now.seq += 1;
        Ok(gone)
    }

    /// Gives the text that is gone by it.
    pub fn deletes(&mut self, who: &str, seq: u64) -> Result<Option<String>, Refusal> {
        self.enters(who)?;
        let is_admin = self.is_admin(who);
        let message = self.message(seq)?;
        if message.sender_id != who && !is_admin {
            return refused(403, "forbidden");
        }
        let gone = message.content.take();
        if gone.is_some() {
            message.delete();
            self.now.seq += 1;
        }
        Ok(gone)
    }

    pub fn reacts(&mut self, who: &str, seq: u64, emote: Emote) -> Result<(), Refusal> {
        self.enters(who)?;
        let message = self.undeleted(seq)?;
        if !message.has(who, emote.shortcode) {
            message.react(who, emote.shortcode);
            self.now.seq += 1;
        }
        Ok(())
    }

    pub fn unreacts(&mut self, who: &str, seq: u64, emote: Emote) -> Result<(), Refusal> {
        self.enters(who)?;
        let message = self.message(seq)?;
        if message.has(who, emote.shortcode) {
            message.unreact(who, emote.shortcode);
            self.now.seq += 1;
        }
        Ok(())
    }

    pub fn reads(&mut self, who: &str, seq: u64) -> Result<(), Refusal> {
        self.enters(who)?;
        if seq > self.now.seq {
            return refused(400, "invalid_request");
        }
        let mark = self.read.get_mut(who).unwrap();
        *mark = seq.max(*mark);
        Ok(())
    }

    pub fn retitles(&mut self, who: &str, title: &str) -> Result<(), Refusal> {
        self.enters(who)?;
        self.is_for_groups()?;
        if self.now.title.as_deref() != Some(title) {
            self.now.title = Some(title.to_owned());
            self.now.seq += 1;
        }
        Ok(())
    }

    /// All of them, or nobody.
    pub fn adds(&mut self, who: &str, whom: &[String], role: Option<&str>) -> Result<(), Refusal> {
        self.enters(who)?;
        self.is_for_groups()?;
        if !self.is_admin(who) {
            return refused(403, "forbidden");
        }
        if role == Some("member") && self.admins().all(|admin| whom.contains(admin)) {
            return refused(409, "last_admin");
        }
        // Who gives up their own role does so when the others have theirs.
        let (own, others): (Vec<_>, Vec<_>) = whom.iter().partition(|whom| *whom == who);
        for whom in others.into_iter().chain(own) {
            let standing = self.now.members.get(whom).cloned();
            let becomes = role.or(standing.as_deref()).unwrap_or("member").to_owned();
            if standing.as_ref() == Some(&becomes) {
                continue;
            }
            self.now.seq += 1;
            if standing.is_none() {
                // What was said before is not news to them.
                self.read.insert(whom.clone(), self.now.seq);
            }
            self.now.members.insert(whom.clone(), becomes);
        }
        Ok(())
    }

    pub fn removes(&mut self, who: &str, whom: &str) -> Result<(), Refusal> {
        self.enters(who)?;
        self.is_for_groups()?;
        self.enters(whom)?;
        if who != whom && !self.is_admin(who) {
            return refused(403, "forbidden");
        }
        if self.now.members.len() > 1 && self.is_last_admin(whom) {
            return refused(409, "last_admin");
        }
        self.now.seq += 1;
        self.now.members.remove(whom);
        self.read.remove(whom);
        self.past.insert(whom.to_owned());
        Ok(())
    }

    pub fn admins(&self) -> impl Iterator<Item = &String> {
        self.now.members.keys().filter(|member| self.is_admin(member))
    }

    fn is_last_admin(&self, who: &str) -> bool {
        self.is_admin(who) && self.admins().all(|admin| admin == who)
    }

    /// Messages of others after the later of one's read mark and one's own newest message.
    pub fn unread(&self, who: &str) -> usize {
        let messages = self.now.messages.iter();
        let own = messages.clone().filter(|(_, message)| message.sender_id == who);
        let newest = own.map(|(seq, _)| *seq).max().unwrap_or(0);
        let since = newest.max(self.read[who]);
        messages.filter(|(seq, message)| **seq > since && message.sender_id != who).count()
    }
}
