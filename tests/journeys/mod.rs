//! What people live through: across groups, processes and crashes.

mod budgets;
mod command;
mod killed;
mod two_people;
mod writers;
