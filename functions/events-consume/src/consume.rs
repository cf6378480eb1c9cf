//! Records the messages of one batch side by side, and says of each that failed why.

use crate::delivery::Delivery;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use shared::event::AuditEvent;
use shared::ids::AccountId;
use shared::input::Faults;
use shared::log::{self, BatchLine};
use shared::message::{Message, MessageId};
use shared::store::{Put, StoreError};
use shared::timestamp::Timestamp;
use shared::usage::Usage;
use shared::{App, clock};
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Messages that are worked on at once.
pub const MESSAGES_AT_ONCE: usize = 10;

/// Events of one message that are written at once.
pub const EVENTS_AT_ONCE: usize = 4;

/// Longest that a batch may take. The function has 25 s (`Timeout` in template.yaml): what is not done by then fails by
/// itself, and does not take with it what is done.
pub const TIME_MAX: Duration = Duration::from_secs(20);

/// One batch on its way.
pub(crate) struct Consumer<'a> {
    app: &'a App,
    now: Timestamp,
    started: Instant,
    usage: Usage,
    new: AtomicUsize,
    already: AtomicUsize,
}

/// Why a message failed.
#[derive(Debug)]
enum Failure {
    /// It is malformed.
    Malformed(Faults),
    /// There is no such account.
    UnknownAccount(AccountId),
    /// Events with the ids and times of these are there, with other content.
    Conflict(Vec<String>),
    /// The store did not do it.
    Store(StoreError),
    /// The batch took too long.
    OutOfTime,
}

impl<'a> Consumer<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self {
            app,
            now: clock::now(),
            started: Instant::now(),
            usage: Usage::default(),
            new: AtomicUsize::new(0),
            already: AtomicUsize::new(0),
        }
    }

    /// Records them. Returns the messages that failed, in the order given.
    pub(crate) async fn consume<'d>(self, deliveries: &'d [Delivery<'_>]) -> Vec<&'d MessageId> {
        let consumed = stream::iter(deliveries.iter().map(|delivery| self.settle(delivery)));
        let failed: Vec<_> = consumed.buffered(MESSAGES_AT_ONCE).filter_map(async |failed| failed).collect().await;
        log::batch(&BatchLine {
            endpoint: env!("CARGO_PKG_NAME"),
            messages: deliveries.len(),
            messages_failed: failed.len(),
            events_recorded: self.new.into_inner(),
            events_there_already: self.already.into_inner(),
            usage: &self.usage,
            took: self.started.elapsed(),
        });
        failed
    }

    /// Records a message. Returns its id if it failed, and says why in the log.
    async fn settle<'d>(&self, delivery: &'d Delivery<'_>) -> Option<&'d MessageId> {
        let outcome = timeout_at(self.started + TIME_MAX, self.record(delivery)).await;
        let failure = outcome.unwrap_or(Err(Failure::OutOfTime)).err()?;
        let id = &delivery.origin.id;
        let reason = log::chain(&failure);
        if failure.may_pass() {
            log::message_to_come_again(id.as_str(), delivery.receive_count, &reason);
        } else {
            log::message_in_vain(id.as_str(), delivery.receive_count, &reason);
        }
        Some(id)
    }

    async fn record(&self, delivery: &Delivery<'_>) -> Result<(), Failure> {
        let message = Message::parse(delivery.body, delivery.origin.clone(), self.now)?;
        let account = &message.account;
        if !self.app.accounts().knows(self.app.store(), account, self.now, &self.usage).await? {
            return Err(Failure::UnknownAccount(account.clone()));
        }
        let puts = stream::iter(message.events.iter().map(|event| self.put(account, event)));
        // The first error of the store ends the message: the events behind it come again with it. A conflict does not:
        // the others are true all the same, and nobody would record them later.
        let conflicts: Vec<_> =
            puts.buffered(EVENTS_AT_ONCE).try_filter_map(async |conflict| Ok(conflict)).try_collect().await?;
        if conflicts.is_empty() { Ok(()) } else { Err(Failure::Conflict(conflicts)) }
    }

    /// Writes an event. Returns its sort key if another stands there.
    async fn put(&self, account: &AccountId, event: &AuditEvent) -> Result<Option<String>, StoreError> {
        match self.app.store().put_event(account, event, &self.usage).await? {
            Put::New => self.new.fetch_add(1, Ordering::Relaxed),
            Put::Already => self.already.fetch_add(1, Ordering::Relaxed),
            Put::Conflict(_) => return Ok(Some(event.sort_key().to_string())),
        };
        Ok(None)
    }
}

impl Failure {
    /// Whether the message may succeed when it comes again, with nobody doing anything.
    fn may_pass(&self) -> bool {
        match self {
            Self::Store(StoreError::Unavailable(_)) | Self::OutOfTime => true,
            Self::Malformed(_) | Self::UnknownAccount(_) | Self::Conflict(_) | Self::Store(_) => false,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(_) => f.write_str("the message is malformed"),
            Self::UnknownAccount(account) => write!(f, "there is no account {account}: it has no credential"),
            Self::Conflict(sort_keys) => {
                write!(f, "events are there with the same id and time and other content: {}", sort_keys.join(", "))
            }
            Self::Store(_) => f.write_str("the events could not be recorded"),
            Self::OutOfTime => write!(f, "the batch took more than {} s", TIME_MAX.as_secs()),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Malformed(faults) => Some(faults),
            Self::Store(error) => Some(error),
            Self::UnknownAccount(_) | Self::Conflict(_) | Self::OutOfTime => None,
        }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Malformed(faults)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
