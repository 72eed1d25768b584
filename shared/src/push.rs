//! Posts to sockets. A push is a hint: it is tried under a deadline, again only where it was throttled, fails
//! nothing, and a socket that is gone is forgotten at the first 410 (I9).

use std::time::Duration;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use aws_sdk_apigatewaymanagement::{
    Client,
    config::{
        interceptors::InterceptorContext,
        retry::{ClassifyRetry, RetryAction, RetryConfig},
    },
    error::ProvideErrorMetadata,
    operation::{
        delete_connection::DeleteConnectionError, post_to_connection::PostToConnectionError,
    },
    primitives::Blob,
};
use futures::{StreamExt as _, stream};

use crate::{
    aws::Aws,
    config::Variables,
    domain::{
        Account, ConnectionId, Conversation, ConversationId, Kind, Presence, SessionId, UserId,
        limits,
    },
    protocol::frame::{Event, Frame},
    store::{self, Store},
};

/// Posts that are under way at once.
const CONCURRENCY: usize = 64;

/// Tries of a post that is throttled.
const TRIES: u32 = 6;

/// The first pause between them is anything up to this, and the bound doubles: together they take 0.8 s at most, so that
/// a throttled post ends well within [`limits::PUSH_DEADLINE`].
const FIRST_PAUSE: Duration = Duration::from_millis(25);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// Lets the SDK try again what the gateway answered 429, under whatever name: it has certainly not delivered that.
/// Anything else may have arrived although its answer was lost, and would be delivered twice.
#[derive(Debug)]
struct OnlyThrottled;

impl ClassifyRetry for OnlyThrottled {
    fn classify_retry(&self, call: &InterceptorContext) -> RetryAction {
        match call.response().map(|response| response.status().as_u16()) {
            Some(429) => RetryAction::throttling_error(),
            // Overrules every other classifier of the SDK, whatever their order.
            _ => RetryAction::RetryForbidden,
        }
    }

    fn name(&self) -> &'static str {
        "only what was throttled"
    }
}

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    /// The gateway took it.
    Delivered,
    /// There is no such socket any more.
    Gone,
}

/// A post failed for reasons that are not the socket's.
#[derive(Debug, thiserror::Error)]
#[error("posting to a socket failed: {0}")]
pub struct Error(String);

/// Posts to the sockets of this deployment.
#[derive(Debug, Clone)]
pub struct Pusher {
    client: Client,
}

impl Pusher {
    /// The gateway that `AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI` names.
    pub fn new(variables: &mut Variables, aws: &Aws) -> Self {
        // Named by the template: the SDK knows no default for it.
        variables.text("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI");
        let mut config = aws_sdk_apigatewaymanagement::config::Builder::from(&aws.config);
        config.set_endpoint_url(aws.sockets_url.clone());
        // The SDK's own retries: it has full jitter, so that posts which were throttled together part, and a budget for
        // the whole sandbox, so that tries do not pile up on a quota that stays exhausted.
        let retries = RetryConfig::standard()
            .with_max_attempts(TRIES)
            .with_initial_backoff(FIRST_PAUSE)
            .with_max_backoff(LONGEST_PAUSE);
        config.set_retry_config(Some(retries));
        Self { client: Client::from_conf(config.retry_classifier(OnlyThrottled).build()) }
    }

    /// Posts a text to a socket; again where it is throttled.
    ///
    /// # Errors
    /// [`Error`] where the gateway does not take it.
    pub async fn post(&self, connection_id: &ConnectionId, text: &str) -> Result<Posted, Error> {
        let request = self.client.post_to_connection().connection_id(&connection_id.0);
        let error = match request.data(Blob::new(text)).send().await {
            Ok(_) => return Ok(Posted::Delivered),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(PostToConnectionError::GoneException(_)) => Ok(Posted::Gone),
            _ => Err(Error(error.code().unwrap_or("no answer").to_owned())),
        }
    }

    /// Closes a socket, if it is still open; tries again where it is throttled.
    ///
    /// # Errors
    /// [`Error`] where the gateway does not answer.
    pub async fn close(&self, connection_id: &ConnectionId) -> Result<(), Error> {
        let request = self.client.delete_connection().connection_id(&connection_id.0);
        let Err(error) = request.send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(DeleteConnectionError::GoneException(_)) => Ok(()),
            _ => Err(Error(error.code().unwrap_or("no answer").to_owned())),
        }
    }

    /// Tells sockets whose sessions have ended, and closes them.
    pub async fn end(&self, sockets: &[(SessionId, ConnectionId)]) {
        let ends =
            stream::iter(sockets).for_each_concurrent(CONCURRENCY, |(session_id, socket)| async {
                let frame = Frame::Event(Event::SessionEnded { session_id: *session_id });
                if let Ok(text) = frame.to_text() {
                    log_failure(self.post(socket, &text).await);
                }
                log_failure(self.close(socket).await);
            });
        within_deadline(ends).await;
    }

    /// Closes sockets that another displaced.
    pub async fn close_all(&self, sockets: &[ConnectionId]) {
        let closes = stream::iter(sockets).for_each_concurrent(CONCURRENCY, |socket| async {
            log_failure(self.close(socket).await)
        });
        within_deadline(closes).await;
    }
}

/// What is to be pushed to whom. Each socket of a user gets the user's frames in order.
#[derive(Debug, Clone, Default)]
pub struct Pushes {
    frames: BTreeMap<UserId, Vec<Arc<str>>>,
    within: Option<(ConversationId, Option<UserId>)>,
}

impl Pushes {
    /// What happens in a conversation: who is no member of it when it is pushed, is pushed nothing of it (I4), but for the one
    /// whose own leaving it is.
    pub fn within(conversation: &Conversation, leaver: Option<UserId>) -> Self {
        let within = match conversation.kind {
            // Nobody leaves one.
            Kind::Direct => None,
            Kind::Group => Some((conversation.id.clone(), leaver)),
        };
        Self { within, ..Self::default() }
    }

    /// Adds an event for some users.
    #[must_use]
    pub fn and(mut self, user_ids: impl IntoIterator<Item = UserId>, event: Event) -> Self {
        let Ok(text) = Frame::Event(event).to_text() else { return self };
        let text: Arc<str> = text.into();
        for user_id in user_ids {
            self.frames.entry(user_id).or_default().push(Arc::clone(&text));
        }
        self
    }

    /// Pushes them to every reachable socket but `except`, and tells whom it found gone.
    ///
    /// Takes [`limits::PUSH_DEADLINE`] at most and fails nothing; what gets lost is found by `sync`.
    pub async fn send(self, store: &Store, pusher: &Pusher, except: Option<&ConnectionId>) {
        within_deadline(async {
            let gone = self.deliver(store, pusher, except).await;
            stream::iter(gone)
                .for_each_concurrent(CONCURRENCY, |presence| presence.told(store, pusher))
                .await;
        })
        .await;
    }

    /// Pushes them; gives who went offline by what it found.
    pub(crate) async fn deliver(
        self,
        store: &Store,
        pusher: &Pusher,
        except: Option<&ConnectionId>,
    ) -> Vec<Presence> {
        let user_ids: Vec<UserId> = self.frames.keys().copied().collect();
        // One after the other: the later the members are looked up, the fewer leave between that and the posts (I4).
        let found = match store.accounts(&user_ids).await {
            Ok(accounts) => self.members(store).await.map(|members| (accounts, members)),
            Err(error) => Err(error),
        };
        let (accounts, members) = match found {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(error.message = %error, "members could not be looked up for a push");
                return Vec::new();
            }
        };
        let now = store.clock().now();
        let mut sockets: Vec<(UserId, ConnectionId)> = Vec::new();
        let may_know = |account: &&Account| {
            members.as_ref().is_none_or(|members| members.contains(&account.user_id))
        };
        for account in accounts.values().filter(may_know) {
            let reachable = account.reachable(now).filter(|socket| Some(*socket) != except);
            sockets.extend(reachable.map(|socket| (account.user_id, socket.clone())));
        }
        let frames = &self.frames;
        stream::iter(sockets)
            .map(|(user_id, socket)| async move {
                for text in frames.get(&user_id).into_iter().flatten() {
                    let pushed = post_or_forget(store, pusher, user_id, &socket, text).await;
                    if let Pushed::Forgotten(presence) = pushed {
                        return presence;
                    }
                }
                None
            })
            .buffer_unordered(CONCURRENCY)
            .filter_map(async |presence| presence)
            .collect()
            .await
    }

    /// Who may be pushed this now; `None`: everybody whom it is for.
    async fn members(&self, store: &Store) -> Result<Option<BTreeSet<UserId>>, store::Error> {
        let Some((conversation_id, leaver)) = &self.within else { return Ok(None) };
        let conversation = store.conversation(conversation_id).await?;
        let members = conversation.map(|conversation| conversation.user_ids()).unwrap_or_default();
        Ok(Some(members.into_iter().chain(*leaver).collect()))
    }
}

/// What became of a push to one socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// The gateway took it.
    Delivered,
    /// Nobody knows; the socket may be there.
    Lost,
    /// There is no such socket any more, and it is forgotten. Its user may have gone offline by that.
    Forgotten(Option<Presence>),
}

/// Posts a text to a user's socket, and forgets the socket if it is gone.
pub async fn post_or_forget(
    store: &Store,
    pusher: &Pusher,
    user_id: UserId,
    connection_id: &ConnectionId,
    text: &str,
) -> Pushed {
    match pusher.post(connection_id, text).await {
        Ok(Posted::Delivered) => Pushed::Delivered,
        Ok(Posted::Gone) => match store.forget_socket(user_id, connection_id).await {
            Ok(went_offline) => {
                Pushed::Forgotten(went_offline.map(|at| Presence::offline(user_id, at)))
            }
            Err(error) => {
                tracing::warn!(error.message = %error, "a dead socket could not be forgotten");
                Pushed::Forgotten(None)
            }
        },
        Err(error) => {
            tracing::warn!(error.message = %error, "a push was lost");
            Pushed::Lost
        }
    }
}

/// Does what may be lost, for [`limits::PUSH_DEADLINE`] at most: an answer waits for it.
pub(crate) async fn within_deadline(hints: impl Future<Output = ()>) {
    if tokio::time::timeout(limits::PUSH_DEADLINE, hints).await.is_err() {
        tracing::warn!(
            push.deadline_ms = limits::PUSH_DEADLINE.as_millis(),
            "pushes took too long"
        );
    }
}

fn log_failure<T>(result: Result<T, Error>) {
    if let Err(error) = result {
        tracing::warn!(error.message = %error, "a socket could not be reached");
    }
}
