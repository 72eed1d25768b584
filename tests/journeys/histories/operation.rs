//! The operations of a history. Each names its objects by an index into those that exist at that moment, so a shrunk history
//! is still valid.

use proptest::{
    bool::weighted,
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::subsequence,
};

/// The number of users in a history.
pub const PEOPLE: usize = 4;

/// One operation by one user.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The index of the user.
    pub actor: usize,
    /// Whether it happens in the direct conversation rather than in a group.
    pub in_direct: bool,
    /// The index of the group.
    pub group: usize,
    /// Whether to pick the user only from those who may perform the operation, if there are any.
    pub is_insider: bool,
    /// Whether to use a socket, if the user has one and the action has a frame, rather than HTTP.
    pub on_socket: bool,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Say {
        reply_to: Option<Target>,
    },
    /// Sends one of the user's own messages again, with its `client_id`.
    SayAgain {
        which: usize,
    },
    /// Edits a message to a new text or, without `is_new`, to its current text.
    Edit {
        target: Target,
        is_new: bool,
    },
    Delete {
        target: Target,
    },
    React {
        target: Target,
        emote: Emote,
    },
    Unreact {
        target: Target,
        emote: Emote,
    },
    /// Marks as read up to an entry, which may not exist.
    Read {
        up_to: usize,
    },
    Retitle {
        is_new: bool,
    },
    /// Adds all of them in one request.
    Add {
        users: Vec<usize>,
        role: Option<&'static str>,
    },
    Remove {
        user: usize,
    },
    Leave,
    /// Creates a new group.
    MakeGroup {
        with: Vec<usize>,
    },
    /// Loses all pushes until the user's next request on the socket.
    LosePushes,
    Sync,
    GoOffline {
        abruptly: bool,
    },
    ComeOnline,
    /// Takes a snapshot, to which the log is applied at the end.
    TakeSnapshot,
}

/// The target of an operation.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// One of the user's own messages or, to remove a reaction, one that the user reacted to. If there is none, any message.
    Own(usize),
    /// Any message.
    Message(usize),
    /// Any entry, or the number after the last.
    Entry(usize),
}

/// An emoji and the spelling in the request.
#[derive(Debug, Clone, Copy)]
pub struct Emote {
    pub shortcode: &'static str,
    pub written: &'static str,
}

const EMOTES: [Emote; 4] = [
    Emote { shortcode: "tada", written: "tada" },
    Emote { shortcode: "+1", written: "+1" },
    Emote { shortcode: "tada", written: ":tada:" },
    Emote { shortcode: "+1", written: "👍" },
];

/// Operations in a group in which up to two users first become admins.
pub fn history() -> impl Strategy<Value = Vec<Operation>> {
    (0..3_usize, vec(operation(), 1..64)).prop_map(|(admins, history)| {
        let role = Some("admin");
        let named = (1..=admins).map(|user| Operation {
            actor: 0,
            in_direct: false,
            group: 0,
            is_insider: false,
            on_socket: false,
            what: What::Add { users: vec![user], role },
        });
        named.chain(history).collect()
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let in_direct = prop_oneof![5 => Just(false), 1 => Just(true)];
    let group = prop_oneof![3 => Just(0), 2 => 1..3_usize];
    (0..PEOPLE, in_direct, group, weighted(0.8), any::<bool>(), what()).prop_map(
        |(actor, in_direct, group, is_insider, on_socket, what)| Operation {
            actor,
            in_direct,
            group,
            is_insider,
            on_socket,
            what,
        },
    )
}

fn what() -> impl Strategy<Value = What> {
    let some = |least| subsequence((0..PEOPLE).collect::<Vec<_>>(), least..PEOPLE).prop_shuffle();
    let users = prop_oneof![1 => (0..PEOPLE).prop_map(|user| vec![user]), 1 => some(1)];
    let role = prop_oneof![4 => Just(None), 2 => Just(Some("admin")), 2 => Just(Some("member"))];
    prop_oneof![
        12 => option::weighted(0.3, target()).prop_map(|reply_to| What::Say { reply_to }),
        2 => index().prop_map(|which| What::SayAgain { which }),
        6 => (target(), weighted(0.8)).prop_map(|(target, is_new)| What::Edit { target, is_new }),
        2 => target().prop_map(|target| What::Delete { target }),
        6 => (target(), emote()).prop_map(|(target, emote)| What::React { target, emote }),
        6 => (target(), emote()).prop_map(|(target, emote)| What::Unreact { target, emote }),
        3 => index().prop_map(|up_to| What::Read { up_to }),
        2 => any::<bool>().prop_map(|is_new| What::Retitle { is_new }),
        6 => (users, role).prop_map(|(users, role)| What::Add { users, role }),
        4 => (0..PEOPLE).prop_map(|user| What::Remove { user }),
        3 => Just(What::Leave),
        2 => some(0).prop_map(|with| What::MakeGroup { with }),
        3 => Just(What::LosePushes),
        3 => Just(What::Sync),
        1 => any::<bool>().prop_map(|abruptly| What::GoOffline { abruptly }),
        2 => Just(What::ComeOnline),
        2 => Just(What::TakeSnapshot),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        6 => index().prop_map(Target::Own),
        3 => index().prop_map(Target::Message),
        1 => index().prop_map(Target::Entry),
    ]
}

fn emote() -> impl Strategy<Value = Emote> {
    (0..EMOTES.len()).prop_map(|index| EMOTES[index])
}

/// An index into existing objects, oldest first. Half of all indexes are 0, so that much happens to the first object.
fn index() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), 0..16_usize]
}
