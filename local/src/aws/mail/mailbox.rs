//! The caught mails, kept beside the table in a file that only its owner can read: they hold addresses and links.

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

/// How many mails are kept.
const KEPT: usize = 500;

/// A mail as one of its recipients has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// The sender as it was given, with its name if it has one.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The part in plain text.
    pub text: Option<String>,
    /// The part in HTML.
    pub html: Option<String>,
    /// When it was sent, by the stack's clock.
    pub sent_at: Timestamp,
}

/// The mails that the stack has caught; clones share them.
#[derive(Clone)]
pub struct Mailbox(Arc<Inner>);

struct Inner {
    /// The oldest first.
    mails: Mutex<VecDeque<Kept>>,
    caught: watch::Sender<()>,
    file: Option<PathBuf>,
    faults: Faults,
}

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    #[serde(flatten)]
    mail: Mail,
    /// Whether [`Mailbox::next_to`] has given it.
    taken: bool,
}

impl Mailbox {
    /// Reads the mails of the file, if there is one.
    pub(crate) fn open(file: Option<PathBuf>) -> Result<Self, String> {
        let mails = Mutex::new(data::kept(file.as_deref())?);
        let (caught, faults) = (watch::Sender::new(()), Faults::default());
        Ok(Self(Arc::new(Inner { mails, caught, file, faults })))
    }

    /// The newest 500 mails, the newest first.
    pub fn mails(&self) -> Vec<Mail> {
        locked(&self.0.mails).iter().rev().map(|kept| kept.mail.clone()).collect()
    }

    /// Takes the oldest mail to this address that was not taken yet; waits until there is one.
    pub async fn next_to(&self, address: &str) -> Mail {
        let mut caught = self.0.caught.subscribe();
        loop {
            caught.mark_unchanged();
            if let Some(mail) = self.take(address) {
                return mail;
            }
            // The sender lives as long as this mailbox.
            let _ = caught.changed().await;
        }
    }

    /// To whom the mails that nobody took are, and their subjects, for a test's end.
    pub fn unread(&self) -> Vec<(String, String)> {
        let mails = locked(&self.0.mails);
        let unread = mails.iter().filter(|kept| !kept.taken);
        unread.map(|kept| (kept.mail.to.clone(), kept.mail.subject.clone())).collect()
    }

    /// What shall go wrong with mails to come; their operation is `SendEmail`.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Keeps these mails, all or none.
    pub(super) fn catch(&self, new: Vec<Mail>) -> io::Result<()> {
        let mut mails = locked(&self.0.mails);
        let mut all = mails.clone();
        all.extend(new.into_iter().map(|mail| Kept { mail, taken: false }));
        all.drain(..all.len().saturating_sub(KEPT));
        self.keep(&all)?;
        *mails = all;
        self.0.caught.send_replace(());
        Ok(())
    }

    fn take(&self, address: &str) -> Option<Mail> {
        let mut mails = locked(&self.0.mails);
        let mut waiting = mails.iter_mut();
        let kept =
            waiting.find(|kept| !kept.taken && kept.mail.to.eq_ignore_ascii_case(address))?;
        kept.taken = true;
        let mail = kept.mail.clone();
        if let Err(error) = self.keep(&mails) {
            tracing::error!(error = %error, "the mailbox could not be kept");
        }
        Some(mail)
    }

    fn keep(&self, mails: &VecDeque<Kept>) -> io::Result<()> {
        let Some(file) = &self.0.file else { return Ok(()) };
        data::replace(file, &serde_json::to_vec_pretty(mails)?)
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailbox").field("file", &self.0.file).finish_non_exhaustive()
    }
}
