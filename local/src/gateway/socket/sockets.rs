//! The open sockets that functions can post to, and the controls that tests have over them.

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

/// The open sockets of the socket API, shared between clones.
#[derive(Debug, Clone, Default)]
pub struct Sockets(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    open: Mutex<BTreeMap<String, Arc<Connection>>>,
    losing: AtomicBool,
    posts: Mutex<Option<Vec<Post>>>,
    faults: Faults,
}

/// A recorded post to a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The function that posted.
    pub function: String,
    /// The connection that it was posted to.
    pub connection_id: String,
    /// The posted text.
    pub body: String,
    /// The response status: 200, 410, or the status of a fault that kept the post from reaching its socket. Faults that affect
    /// only the response do not change it.
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

/// A message in the outbox of a socket.
#[derive(Debug)]
pub(super) enum Outgoing {
    Text(String),
    Close(u16, &'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// The close frame is in the outbox.
    Closing,
    /// The client does not read, so the gateway disconnects it.
    TooSlow,
    /// A test cut the connection.
    Killed,
}

/// The socket is not open.
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

    /// Records activity on the socket.
    pub(super) fn touch(&self, now: Timestamp) {
        self.last_active.fetch_max(now.as_millis(), Ordering::Relaxed);
    }

    pub(super) fn last_active(&self) -> Timestamp {
        Timestamp::from_millis(self.last_active.load(Ordering::Relaxed))
    }

    /// Queues a message. Disconnects a client whose queue is full, so that it does not block others.
    pub(super) fn send(&self, text: String) -> Result<(), Gone> {
        self.outbox.try_send(Outgoing::Text(text)).map_err(|_| {
            self.leave_open(State::TooSlow);
            Gone
        })
    }

    /// Closes the socket after all queued messages are written.
    pub(super) fn close(&self, code: u16, reason: &'static str) {
        let queued = self.outbox.try_send(Outgoing::Close(code, reason)).is_ok();
        self.leave_open(if queued { State::Closing } else { State::TooSlow });
    }

    fn leave_open(&self, to: State) {
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

    /// Cuts a socket's connection, as when a laptop goes to sleep: `$disconnect` is not invoked, and later posts
    /// get 410. Returns true if the socket was open.
    pub fn kill(&self, connection_id: &str) -> bool {
        let connection = self.remove(connection_id);
        if let Some(connection) = &connection {
            connection.state.send_replace(State::Killed);
        }
        connection.is_some()
    }

    /// Accepts posts to this socket with 200, but does not deliver them. Returns true if the socket is open.
    pub fn lose_pushes(&self, connection_id: &str, lose: bool) -> bool {
        let connection = self.get(connection_id);
        if let Some(connection) = &connection {
            connection.losing.store(lose, Ordering::SeqCst);
        }
        connection.is_some()
    }

    /// Like [`Sockets::lose_pushes`], for all sockets, including future ones.
    pub fn lose_all_pushes(&self, lose: bool) {
        self.0.losing.store(lose, Ordering::SeqCst);
    }

    /// The injected faults of `PostToConnection`, `DeleteConnection` and `GetConnection`.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Starts to record posts, and clears earlier records.
    pub fn record(&self) {
        *locked(&self.0.posts) = Some(Vec::new());
    }

    /// Ends the recording and returns the posts since [`Sockets::record`].
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

    /// Queues a message for a socket.
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

    /// Records a post if recording is on.
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
