//! Scenarios across endpoint groups, processes and crashes.

mod addresses;
mod budgets;
mod command;
mod directory;
mod emoji;
mod heads;
mod histories;
mod killed;
mod large_groups;
mod logs;
mod mails;
mod mixed_writers;
mod old_messages;
mod racing_reads;
mod removed_members;
mod stale_reads;
mod two_people;
mod writers;
