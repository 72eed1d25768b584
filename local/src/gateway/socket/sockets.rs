//! The open sockets: who can be posted to, and what tests do to them.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use shared::domain::Timestamp;
use tokio::sync::{mpsc, watch};

use crate::{aws::faults::Faults, host::tasks::locked};

/// The open sockets of the socket API; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Sockets(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    open: Mutex<BTreeMap<String, Arc<Connection>>>,
    losing: AtomicBool,
    posts: Mutex<Option<Vec<Post>>>,
    faults: Faults,
}

/// A post to a connection, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The function that posted.
    pub function: String,
    /// To whom.
    pub connection_id: String,
    /// What.
    pub body: String,
    /// The answer: 200 or 410, or that of the fault that kept it from the socket. Whatever became of it on its way back.
    pub status: u16,
}

/// One open socket.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) id: String,
    pub(super) source: IpAddr,
    pub(super) user_agent: String,
    pub(super) connected_at: Timestamp,
    last_active: AtomicU64,
    losing: AtomicBool,
    outbox: mpsc::Sender<Outgoing>,
    pub(super) state: watch::Sender<State>,
}

/// What waits to be written to a socket.
#[derive(Debug)]
pub(super) enum Outgoing {
    Text(String),
    Close(u16, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// A close frame waits in the outbox.
    Closing,
    /// The client does not read; the gateway gave it up.
    TooSlow,
    /// A test cut the line.
    Killed,
}

/// There is no such open socket.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Connection {
    pub(super) fn new(
        id: String,
        source: IpAddr,
        user_agent: String,
        connected_at: Timestamp,
        outbox: mpsc::Sender<Outgoing>,
    ) -> Self {
        Self {
            id,
            source,
            user_agent,
            connected_at,
            last_active: AtomicU64::new(connected_at.as_millis()),
            losing: AtomicBool::new(false),
            outbox,
            state: watch::Sender::new(State::Open),
        }
    }

    /// Something was read or written.
    pub(super) fn touch(&self, now: Timestamp) {
        self.last_active.fetch_max(now.as_millis(), Ordering::Relaxed);
    }

    pub(super) fn last_active(&self) -> Timestamp {
        Timestamp::from_millis(self.last_active.load(Ordering::Relaxed))
    }

    /// Queues a message. A client whose queue is full is cut off, so that it holds up nobody.
    pub(super) fn send(&self, text: String) -> Result<(), Gone> {
        self.outbox.try_send(Outgoing::Text(text)).map_err(|_| {
            self.turn(State::TooSlow);
            Gone
        })
    }

    /// Closes the socket once everything queued so far is written.
    pub(super) fn close(&self, code: u16, reason: &'static str) {
        let queued = self.outbox.try_send(Outgoing::Close(code, reason)).is_ok();
        self.turn(if queued { State::Closing } else { State::TooSlow });
    }

    fn turn(&self, to: State) {
        self.state.send_if_modified(|state| {
            let open = *state == State::Open;
            if open {
                *state = to;
            }
            open
        });
    }
}

impl Sockets {
    /// The ids of the open sockets.
    pub fn open(&self) -> Vec<String> {
        locked(&self.0.open).keys().cloned().collect()
    }

    /// Cuts a socket's line: `$disconnect` is not invoked and later posts are answered 410, as
    /// when a laptop falls asleep. Says whether it was open.
    pub fn kill(&self, connection_id: &str) -> bool {
        let connection = self.remove(connection_id);
        if let Some(connection) = &connection {
            connection.state.send_replace(State::Killed);
        }
        connection.is_some()
    }

    /// Answers posts to this socket with 200 and delivers nothing. Says whether it is open.
    pub fn lose_pushes(&self, connection_id: &str, lose: bool) -> bool {
        let connection = self.get(connection_id);
        if let Some(connection) = &connection {
            connection.losing.store(lose, Ordering::SeqCst);
        }
        connection.is_some()
    }

    /// The same for every socket, those to come included.
    pub fn lose_all_pushes(&self, lose: bool) {
        self.0.losing.store(lose, Ordering::SeqCst);
    }

    /// The faults to come, of `PostToConnection`, `DeleteConnection` and `GetConnection`.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Begins to record posts, forgetting earlier ones.
    pub fn record(&self) {
        *locked(&self.0.posts) = Some(Vec::new());
    }

    /// The posts since [`Sockets::record`], which it ends.
    pub fn recorded(&self) -> Vec<Post> {
        locked(&self.0.posts).take().unwrap_or_default()
    }

    pub(super) fn insert(&self, connection: Arc<Connection>) {
        locked(&self.0.open).insert(connection.id.clone(), connection);
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Connection>> {
        locked(&self.0.open).get(id).cloned()
    }

    pub(super) fn remove(&self, id: &str) -> Option<Arc<Connection>> {
        locked(&self.0.open).remove(id)
    }

    /// Hands a message to a socket's writer.
    pub(super) fn post(&self, function: &str, id: &str, body: &str) -> Result<(), Gone> {
        let outcome = match self.get(id) {
            None => Err(Gone),
            Some(connection) => {
                let losing = self.0.losing.load(Ordering::SeqCst)
                    || connection.losing.load(Ordering::SeqCst);
                if losing { Ok(()) } else { connection.send(body.to_owned()) }
            }
        };
        if outcome == Err(Gone) {
            self.remove(id);
        }
        self.note(function, id, body, if outcome.is_ok() { 200 } else { 410 });
        outcome
    }

    /// Records a post, if posts are recorded.
    pub(super) fn note(&self, function: &str, id: &str, body: &str, status: u16) {
        if let Some(posts) = locked(&self.0.posts).as_mut() {
            posts.push(Post {
                function: function.to_owned(),
                connection_id: id.to_owned(),
                body: body.to_owned(),
                status,
            });
        }
    }
}
