//! What people do, one thing after the other. Each names its objects by an index into what there is at that moment, so that
//! a history that is shrunk still makes sense.

use proptest::{
    bool::weighted,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
};

/// How many people a history is about.
pub const PEOPLE: usize = 4;

/// Somebody does something.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Who.
    pub who: usize,
    /// In the direct conversation of two of them; otherwise in the group.
    pub in_direct: bool,
    /// On their socket, where they have one and the action has a frame; otherwise over HTTP.
    pub on_socket: bool,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    Say {
        answering: Option<Target>,
    },
    /// A message of one's own once more, under its `client_id`.
    SayAgain {
        which: usize,
    },
    /// `anew`: to another text, otherwise to the one that it has.
    Edit {
        target: Target,
        anew: bool,
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
    /// Reads up to an entry, perhaps one that is not there.
    Read {
        up_to: usize,
    },
    Retitle {
        anew: bool,
    },
    Add {
        whom: usize,
        role: Option<&'static str>,
    },
    Remove {
        whom: usize,
    },
    Leave,
    /// What is pushed to them is lost, until they ask something on their socket.
    LosePushes,
    Sync,
    GoOffline {
        abruptly: bool,
    },
    ComeOnline,
    /// Takes a snapshot, to go on from it with the log.
    LookAround,
}

/// What an operation is about.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// One of one's own messages, if there is one; otherwise of all.
    Own(usize),
    /// One of the messages.
    Message(usize),
    /// Any entry, or the one behind the last.
    Entry(usize),
}

/// An emote, and how it is written.
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

pub fn operation() -> impl Strategy<Value = Operation> {
    let in_direct = prop_oneof![5 => Just(false), 1 => Just(true)];
    (0..PEOPLE, in_direct, any::<bool>(), what())
        .prop_map(|(who, in_direct, on_socket, what)| Operation { who, in_direct, on_socket, what })
}

fn what() -> impl Strategy<Value = What> {
    let whom = || 0..PEOPLE;
    let role = prop_oneof![3 => Just(None), 2 => Just(Some("admin")), 1 => Just(Some("member"))];
    prop_oneof![
        8 => option::weighted(0.3, target()).prop_map(|answering| What::Say { answering }),
        2 => index().prop_map(|which| What::SayAgain { which }),
        6 => (target(), weighted(0.8)).prop_map(|(target, anew)| What::Edit { target, anew }),
        3 => target().prop_map(|target| What::Delete { target }),
        6 => (target(), emote()).prop_map(|(target, emote)| What::React { target, emote }),
        4 => (target(), emote()).prop_map(|(target, emote)| What::Unreact { target, emote }),
        3 => index().prop_map(|up_to| What::Read { up_to }),
        2 => any::<bool>().prop_map(|anew| What::Retitle { anew }),
        4 => (whom(), role).prop_map(|(whom, role)| What::Add { whom, role }),
        2 => whom().prop_map(|whom| What::Remove { whom }),
        1 => Just(What::Leave),
        2 => Just(What::LosePushes),
        3 => Just(What::Sync),
        1 => any::<bool>().prop_map(|abruptly| What::GoOffline { abruptly }),
        2 => Just(What::ComeOnline),
        2 => Just(What::LookAround),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        4 => index().prop_map(Target::Own),
        4 => index().prop_map(Target::Message),
        1 => index().prop_map(Target::Entry),
    ]
}

fn emote() -> impl Strategy<Value = Emote> {
    (0..EMOTES.len()).prop_map(|index| EMOTES[index])
}

/// An index into what there is, the oldest first. Half of all is about the very first, so that one thing after the other
/// happens to it.
fn index() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), 0..16_usize]
}
