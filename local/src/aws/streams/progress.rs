//! How far each reader of the stream has come, and keeping that over a restart.

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

/// So many records may be skipped before the place behind them is kept: reading them again costs
/// less than a write to the disk for each.
const SKIPS: u64 = 1000;

/// The places of all readers, by name; clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Checkpoints(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    file: Option<PathBuf>,
    /// As text: JSON's numbers are too small.
    places: Mutex<BTreeMap<String, String>>,
}

impl Checkpoints {
    /// Reads the file, if there is one.
    pub(crate) fn open(file: Option<PathBuf>) -> Result<Self, String> {
        let places: BTreeMap<String, String> = data::kept(file.as_deref())?;
        if let Some((name, _)) = places.iter().find(|(_, place)| place.parse::<Sequence>().is_err())
        {
            return Err(format!("the place of {name} is no sequence number"));
        }
        Ok(Self(Arc::new(Inner { file, places: Mutex::new(places) })))
    }

    /// The place up to which all of these readers have come; those that are new begin behind what has expired.
    pub(crate) fn passed<'a>(&self, names: impl Iterator<Item = &'a str>) -> Option<Sequence> {
        names.filter_map(|name| self.place(name)).min()
    }

    pub(super) fn place(&self, name: &str) -> Option<Sequence> {
        locked(&self.0.places).get(name)?.parse().ok()
    }

    pub(super) fn keep(&self, name: &str, place: Sequence) {
        let mut places = locked(&self.0.places);
        places.insert(name.to_owned(), place.to_string());
        let Some(file) = &self.0.file else { return };
        let kept = serde_json::to_vec_pretty(&*places).map_err(std::io::Error::from);
        if let Err(error) = kept.and_then(|kept| data::replace(file, &kept)) {
            // Records are delivered at least once: after a restart they come again.
            tracing::error!(error = %error, "the place in the stream could not be kept");
        }
    }
}

/// Where a reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// How often it was sent back.
    pub(super) round: u64,
    /// Everything up to here is delivered, skipped or discarded.
    pub(super) passed: Sequence,
}

/// A reader was sent back to the start of the stream: what it has in hand is to be let go.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewound;

/// One reader's position, and those who wait for it.
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

    /// Returns when the reader has been sent back since this round.
    pub(super) async fn rewound(&self, round: u64) -> Rewound {
        // The sender lives as long as this.
        let _ = self.position.subscribe().wait_for(|position| position.round != round).await;
        Rewound
    }

    /// Returns when everything up to this place is dealt with.
    pub(super) async fn passed(&self, place: Sequence) {
        let _ = self.position.subscribe().wait_for(|position| position.passed >= place).await;
    }

    /// Notes the place; says whether it is worth keeping.
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

    /// Keeps the present place over a restart.
    pub(super) fn keep(&self) {
        self.skipped.store(0, Ordering::Relaxed);
        self.checkpoints.keep(&self.name, self.position().passed);
    }
}
