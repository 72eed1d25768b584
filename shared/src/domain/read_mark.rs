//! A read mark: how far a member has read.

/// How far a member has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadMark {
    /// The newest entry that the member has read.
    pub seq: u64,
    /// The number of messages up to that entry.
    pub number: u64,
}
