//! A read mark.

/// How far somebody has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadMark {
    /// The newest entry that they have read.
    pub seq: u64,
    /// How many messages the conversation had up to that entry.
    pub number: u64,
}
