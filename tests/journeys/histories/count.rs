//! What happens in histories, and how often: they are worth something only as far as they are rich.

use std::collections::BTreeMap;

use super::{operation::What, room::Room};
use crate::support::replica::Replica;

/// What happened, and how often.
pub type Counts = BTreeMap<&'static str, usize>;

/// All that the histories which are always tried have to bring about.
pub const WANTED: [&str; 20] = [
    "message",
    "answer",
    "resend",
    "edit",
    "deletion",
    "reaction",
    "reaction taken back",
    "title",
    "group made later",
    "join",
    "joins at once",
    "join again",
    "admin named",
    "admin no more",
    "removal",
    "leaving",
    "closing",
    "abrupt end of a socket",
    "snapshot",
    "lost push",
];

/// What an operation came to in a room.
pub fn came_to(what: &What, before: &Replica, room: &Room) -> Vec<&'static str> {
    let now = &room.now;
    if before.seq == now.seq {
        return Vec::new();
    }
    match what {
        What::Say { answering: Some(_) } => vec!["message", "answer"],
        What::Say { answering: None } => vec!["message"],
        What::Edit { .. } => vec!["edit"],
        What::Delete { .. } => vec!["deletion"],
        What::React { .. } => vec!["reaction"],
        What::Unreact { .. } => vec!["reaction taken back"],
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
                false => "admin no more",
            });
            let at_once = (new.len() > 1).then_some("joins at once");
            joins.chain(roles).chain(at_once).collect()
        }
        What::Remove { .. } | What::Leave if now.members.is_empty() => vec!["closing"],
        What::Remove { .. } => vec!["removal"],
        What::Leave => vec!["leaving"],
        _ => Vec::new(),
    }
}
