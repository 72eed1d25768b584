//! What people do, one thing after the other. Each names its objects by an index into what there is at that moment, so that
//! a history that is shrunk still makes sense.

use proptest::{
    bool::weighted,
    collection::vec,
    option,
    prelude::{Just, Strategy, any, prop_oneof},
    sample::subsequence,
};

/// How many people a history is about.
pub const PEOPLE: usize = 4;

/// Somebody does something.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Who.
    pub who: usize,
    /// In the direct conversation of two of them; otherwise in a group.
    pub in_direct: bool,
    /// In which of the groups.
    pub group: usize,
    /// It is a member who does it there, and an admin who adds or removes, where there is one; otherwise whoever it is.
    pub is_insider: bool,
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
    /// All in one request.
    Add {
        whom: Vec<usize>,
        role: Option<&'static str>,
    },
    Remove {
        whom: usize,
    },
    Leave,
    /// Another group.
    MakeGroup {
        with: Vec<usize>,
    },
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
    /// One of one's own messages, or of those with a reaction of one's own to take back, if there is one; otherwise of all.
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

/// What happens in a group in which, at first, none, one or two are made admins besides its maker.
pub fn history() -> impl Strategy<Value = Vec<Operation>> {
    (0..3_usize, vec(operation(), 1..64)).prop_map(|(admins, history)| {
        let role = Some("admin");
        let named = (1..=admins).map(|whom| Operation {
            who: 0,
            in_direct: false,
            group: 0,
            is_insider: false,
            on_socket: false,
            what: What::Add { whom: vec![whom], role },
        });
        named.chain(history).collect()
    })
}

fn operation() -> impl Strategy<Value = Operation> {
    let in_direct = prop_oneof![5 => Just(false), 1 => Just(true)];
    let group = prop_oneof![3 => Just(0), 2 => 1..3_usize];
    (0..PEOPLE, in_direct, group, weighted(0.8), any::<bool>(), what()).prop_map(
        |(who, in_direct, group, is_insider, on_socket, what)| Operation {
            who,
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
    let whom = prop_oneof![1 => (0..PEOPLE).prop_map(|whom| vec![whom]), 1 => some(1)];
    let role = prop_oneof![4 => Just(None), 2 => Just(Some("admin")), 2 => Just(Some("member"))];
    prop_oneof![
        12 => option::weighted(0.3, target()).prop_map(|answering| What::Say { answering }),
        2 => index().prop_map(|which| What::SayAgain { which }),
        6 => (target(), weighted(0.8)).prop_map(|(target, anew)| What::Edit { target, anew }),
        2 => target().prop_map(|target| What::Delete { target }),
        6 => (target(), emote()).prop_map(|(target, emote)| What::React { target, emote }),
        6 => (target(), emote()).prop_map(|(target, emote)| What::Unreact { target, emote }),
        3 => index().prop_map(|up_to| What::Read { up_to }),
        2 => any::<bool>().prop_map(|anew| What::Retitle { anew }),
        6 => (whom, role).prop_map(|(whom, role)| What::Add { whom, role }),
        4 => (0..PEOPLE).prop_map(|whom| What::Remove { whom }),
        3 => Just(What::Leave),
        2 => some(0).prop_map(|with| What::MakeGroup { with }),
        3 => Just(What::LosePushes),
        3 => Just(What::Sync),
        1 => any::<bool>().prop_map(|abruptly| What::GoOffline { abruptly }),
        2 => Just(What::ComeOnline),
        2 => Just(What::LookAround),
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

/// An index into what there is, the oldest first. Half of all is about the very first, so that one thing after the other
/// happens to it.
fn index() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), 0..16_usize]
}
