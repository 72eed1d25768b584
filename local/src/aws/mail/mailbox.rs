//! The caught emails. They contain addresses and links, so they are stored next to the table in a file that only its owner can
//! read.

use std::{
    collections::VecDeque,
    io,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use serde::{Deserialize, Serialize};
use shared::domain::Timestamp;
use tokio::sync::watch;

use crate::{
    Faults,
    host::{data, tasks::locked},
};

/// The maximum number of stored emails.
const CAPACITY: usize = 500;

/// An email to one of its recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// The sender as given in the request, including its display name, if any.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The plain text part.
    pub text: Option<String>,
    /// The HTML part.
    pub html: Option<String>,
    /// The time of sending, by the stack's clock.
    pub sent_at: Timestamp,
}

/// The emails that the stack caught, shared between clones.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    /// Oldest first.
    mails: Mutex<VecDeque<Stored>>,
    caught: watch::Sender<()>,
    file: Option<PathBuf>,
    faults: Faults,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    mail: Mail,
    /// Whether [`Mailbox::next_to`] has returned it.
    taken: bool,
}

impl Mailbox {
    /// Reads the stored emails, if there is a file.
    pub(crate) fn open(file: Option<PathBuf>) -> Result<Self, String> {
        let mails = Mutex::new(data::read_json(file.as_deref())?);
        let (caught, faults) = (watch::Sender::new(()), Faults::default());
        Ok(Self(Arc::new(Inner { mails, caught, file, faults })))
    }

    /// The newest 500 emails, newest first.
    pub fn mails(&self) -> Vec<Mail> {
        locked(&self.0.mails).iter().rev().map(|stored| stored.mail.clone()).collect()
    }

    /// Waits for an email to this address, and returns the oldest that no earlier call returned.
    pub async fn next_to(&self, address: &str) -> Mail {
        let mut caught = self.0.caught.subscribe();
        loop {
            caught.mark_unchanged();
            if let Some(mail) = self.take(address) {
                return mail;
            }
            // Cannot fail: `self` owns the sender.
            let _ = caught.changed().await;
        }
    }

    /// The recipients and subjects of emails that no test has read, for a check at the end of a test.
    pub fn unread(&self) -> Vec<(String, String)> {
        let mails = locked(&self.0.mails);
        let unread = mails.iter().filter(|stored| !stored.taken);
        unread.map(|stored| (stored.mail.to.clone(), stored.mail.subject.clone())).collect()
    }

    /// The faults to inject into future emails. Their operation is `SendEmail`.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Stores all of these emails, or none.
    pub(super) fn catch(&self, new: Vec<Mail>) -> io::Result<()> {
        let mut mails = locked(&self.0.mails);
        let mut all = mails.clone();
        all.extend(new.into_iter().map(|mail| Stored { mail, taken: false }));
        all.drain(..all.len().saturating_sub(CAPACITY));
        self.store(&all)?;
        *mails = all;
        self.0.caught.send_replace(());
        Ok(())
    }

    fn take(&self, address: &str) -> Option<Mail> {
        let mut mails = locked(&self.0.mails);
        let mut waiting = mails.iter_mut();
        let stored =
            waiting.find(|stored| !stored.taken && stored.mail.to.eq_ignore_ascii_case(address))?;
        stored.taken = true;
        let mail = stored.mail.clone();
        if let Err(error) = self.store(&mails) {
            tracing::error!(error = %error, "failed to store the mailbox");
        }
        Some(mail)
    }

    fn store(&self, mails: &VecDeque<Stored>) -> io::Result<()> {
        let Some(file) = &self.0.file else { return Ok(()) };
        data::replace(file, &serde_json::to_vec_pretty(mails)?)
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailbox").field("file", &self.0.file).finish_non_exhaustive()
    }
}
