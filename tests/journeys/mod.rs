//! What people live through: across groups, processes and crashes.

mod budgets;
mod command;
mod killed;
mod old_messages;
mod two_people;
mod writers;
