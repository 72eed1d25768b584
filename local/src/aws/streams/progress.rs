//! The position of each reader in the stream, kept across restarts.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use crate::{
    aws::table::Sequence,
    host::{data, tasks::locked},
};

/// The number of skipped records after which the position is stored. Reading them again after a restart costs less than a
/// disk write for each.
const SKIPS: u64 = 1000;

/// The positions of all readers by name, shared between clones.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoints(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<PathBuf>,
    /// Stored as text, because sequence numbers are too large for JSON numbers.
    places: Mutex<BTreeMap<String, String>>,
}

impl Checkpoints {
    /// Reads the stored positions, if there is a file.
    pub(crate) fn open(file: Option<PathBuf>) -> Result<Self, String> {
        let places: BTreeMap<String, String> = data::read_json(file.as_deref())?;
        if let Some((name, _)) = places.iter().find(|(_, place)| place.parse::<Sequence>().is_err())
        {
            return Err(format!("the position of {name} is not a sequence number"));
        }
        Ok(Self(Arc::new(Inner { file, places: Mutex::new(places) })))
    }

    /// The position that all of these readers have passed. Ignores new readers, because they start after expired records.
    pub(crate) fn passed<'a>(&self, names: impl Iterator<Item = &'a str>) -> Option<Sequence> {
        names.filter_map(|name| self.place(name)).min()
    }

    pub(super) fn place(&self, name: &str) -> Option<Sequence> {
        locked(&self.0.places).get(name)?.parse().ok()
    }

    pub(super) fn store(&self, name: &str, place: Sequence) {
        let mut places = locked(&self.0.places);
        places.insert(name.to_owned(), place.to_string());
        let Some(file) = &self.0.file else { return };
        let content = serde_json::to_vec_pretty(&*places).map_err(std::io::Error::from);
        if let Err(error) = content.and_then(|content| data::replace(file, &content)) {
            // Delivery is at least once, so the records are delivered again after a restart.
            tracing::error!(error = %error, "failed to store the position in the stream");
        }
    }
}

/// A reader's position in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// The number of times the reader was rewound.
    pub(super) round: u64,
    /// The sequence number up to which all records are delivered, skipped or discarded.
    pub(super) passed: Sequence,
}

/// The reader was rewound to the start of the stream and must drop its current records.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewound;

/// One reader's position. Others can wait for it to change.
#[derive(Debug)]
pub(super) struct Progress {
    name: String,
    position: watch::Sender<Position>,
    skipped: AtomicU64,
    checkpoints: Checkpoints,
}

impl Progress {
    pub(super) fn new(name: String, passed: Sequence, checkpoints: Checkpoints) -> Self {
        let position = watch::Sender::new(Position { round: 0, passed });
        Self { name, position, skipped: AtomicU64::new(0), checkpoints }
    }

    pub(super) fn position(&self) -> Position {
        *self.position.borrow()
    }

    pub(super) fn rewind(&self) {
        self.position.send_modify(|position| {
            *position = Position { round: position.round + 1, passed: 0 };
        });
    }

    /// Waits until the reader is rewound after this round.
    pub(super) async fn rewound(&self, round: u64) -> Rewound {
        // Cannot fail: `self` owns the sender.
        let _ = self.position.subscribe().wait_for(|position| position.round != round).await;
        Rewound
    }

    /// Waits until all records up to this sequence number are processed.
    pub(super) async fn passed(&self, place: Sequence) {
        let _ = self.position.subscribe().wait_for(|position| position.passed >= place).await;
    }

    /// Updates the position. Returns true if it should be stored now.
    pub(super) fn pass(
        &self,
        round: u64,
        place: Sequence,
        skipped: Option<u64>,
    ) -> Result<bool, Rewound> {
        let mut current = true;
        self.position.send_if_modified(|position| {
            current = position.round == round;
            let moves = current && position.passed < place;
            if moves {
                position.passed = place;
            }
            moves
        });
        if !current {
            return Err(Rewound);
        }
        let Some(skipped) = skipped else { return Ok(true) };
        let since = self.skipped.fetch_add(skipped, Ordering::Relaxed) + skipped;
        Ok(since >= SKIPS)
    }

    /// Stores the current position, so that a restart continues there.
    pub(super) fn store(&self) {
        self.skipped.store(0, Ordering::Relaxed);
        self.checkpoints.store(&self.name, self.position().passed);
    }
}
