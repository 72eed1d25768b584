//! Counts the events in histories, because histories are useful only if they are varied.

use std::collections::BTreeMap;

use super::{operation::What, room::Room};
use crate::support::replica::Replica;

/// How often each event happened.
pub type Counts = BTreeMap<&'static str, usize>;

/// The events that must happen in the fixed histories.
pub const WANTED: [&str; 20] = [
    "message",
    "reply",
    "resend",
    "edit",
    "deletion",
    "reaction",
    "reaction removed",
    "title",
    "group created later",
    "join",
    "several joins",
    "join again",
    "admin named",
    "admin demoted",
    "removal",
    "leaving",
    "closing",
    "abrupt end of a socket",
    "snapshot",
    "lost push",
];

/// The events that an operation caused in a room.
pub fn events_of(what: &What, before: &Replica, room: &Room) -> Vec<&'static str> {
    let now = &room.now;
    if before.seq == now.seq {
        return Vec::new();
    }
    match what {
        What::Say { reply_to: Some(_) } => vec!["message", "reply"],
        What::Say { reply_to: None } => vec!["message"],
        What::Edit { .. } => vec!["edit"],
        What::Delete { .. } => vec!["deletion"],
        What::React { .. } => vec!["reaction"],
        What::Unreact { .. } => vec!["reaction removed"],
        What::Retitle { .. } => vec!["title"],
        What::Add { .. } => {
            let is_new = |member: &&String| !before.members.contains_key(*member);
            let new: Vec<&String> = now.members.keys().filter(is_new).collect();
            let joins = new.iter().map(|member| match room.past.contains(*member) {
                true => "join again",
                false => "join",
            });
            let roles =
                before.members.iter().filter(|(member, role)| now.members[*member] != **role);
            let roles = roles.map(|(member, _)| match room.is_admin(member) {
                true => "admin named",
                false => "admin demoted",
            });
            let several = (new.len() > 1).then_some("several joins");
            joins.chain(roles).chain(several).collect()
        }
        What::Remove { .. } | What::Leave if now.members.is_empty() => vec!["closing"],
        What::Remove { .. } => vec!["removal"],
        What::Leave => vec!["leaving"],
        _ => Vec::new(),
    }
}
