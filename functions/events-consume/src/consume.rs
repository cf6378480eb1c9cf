//! Records the messages of one batch side by side, and says of each that failed why.

use crate::accounts::KnownAccounts;
use crate::delivery::Delivery;
use crate::message::{Message, MessageId};
use crate::tally::{Tallies, Tally};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use shared::event::AuditEvent;
use shared::input::faults::Faults;
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::{self, MessageLine};
use shared::store::{Put, StoreError};
use shared::values::day::Day;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Messages that are worked on at once. With the two consumers of the template that is 16 puts at once, of 3 to 8 ms each: 2,000
/// to 5,300 a second, while a partition takes 1,000. What is throttled waits half a second, as the SDK does, so some 3 % of the
/// puts are throttled and hardly one three times in a row. With 200 at once it was every third, and valid messages failed at
/// each delivery.
pub const MESSAGES_AT_ONCE: usize = 8;

/// Events of one message that are written at once.
pub const EVENTS_AT_ONCE: usize = 1;

/// Longest that a batch may take. The function has 25 s (`Timeout` in template.yaml): a message that is not done by then fails
/// alone, and those that are done stay done.
pub const TIME_MAX: Duration = Duration::from_secs(20);

/// One batch on its way.
pub(crate) struct Consumer<'a> {
    app: &'a App,
    accounts: &'a KnownAccounts,
    now: Timestamp,
    started: Instant,
    invocation: &'a Invocation,
}

/// Why a message failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("the message is malformed")]
    Malformed(#[from] Faults),
    #[error("there is no account {0}: it has no credential")]
    UnknownAccount(AccountId),
    /// The sort keys of those events.
    #[error("events are there with the same id and time and other content: {}", .0.join(", "))]
    Conflict(Vec<String>),
    #[error("the events could not be recorded")]
    Store(#[from] StoreError),
    #[error("the batch took more than {} s", TIME_MAX.as_secs())]
    OutOfTime,
}

impl<'a> Consumer<'a> {
    pub(crate) fn new(app: &'a App, accounts: &'a KnownAccounts, invocation: &'a Invocation) -> Self {
        Self { app, accounts, now: clock::now(), started: Instant::now(), invocation }
    }

    /// Records them, and writes what came of it to the log. Returns the messages that failed, in the order given.
    pub(crate) async fn consume<'d>(self, deliveries: &'d [Delivery<'_>]) -> Vec<&'d MessageId> {
        let parse = |delivery: &Delivery<'_>| Message::parse(delivery.body, &delivery.origin, self.now);
        let messages: Vec<_> = deliveries.iter().map(parse).collect();
        let tallies = Tallies::of(messages.iter().map(|message| account(message).cloned()));
        let settled = deliveries.iter().zip(messages).map(|(delivery, message)| {
            let tally = tallies.get(account(&message));
            self.settle(delivery, message, tally)
        });
        let failed = stream::iter(settled).buffered(MESSAGES_AT_ONCE).filter_map(async |failed| failed);
        let failed: Vec<_> = failed.collect().await;
        tallies.log(self.invocation, self.started.elapsed());
        failed
    }

    /// Records a message. Returns its id if it failed, and says why in the log.
    async fn settle<'d>(
        &self,
        delivery: &'d Delivery<'_>,
        message: Result<Message, Faults>,
        tally: &Tally,
    ) -> Option<&'d MessageId> {
        let outcome = timeout_at(self.started + TIME_MAX, self.record(message, tally)).await;
        let outcome = outcome.unwrap_or(Err(Failure::OutOfTime));
        tally.message(outcome.is_err());
        let failure = outcome.err()?;
        let id = &delivery.origin.id;
        let reason = log::chain(&failure);
        let line = MessageLine {
            endpoint: env!("CARGO_PKG_NAME"),
            message_id: id.as_str(),
            receive_count: delivery.receive_count,
            reason: &reason,
            invocation: self.invocation,
        };
        if failure.may_pass() {
            line.to_come_again();
        } else {
            line.in_vain();
        }
        Some(id)
    }

    async fn record(&self, message: Result<Message, Faults>, tally: &Tally) -> Result<(), Failure> {
        let message = message?;
        let account = &message.account;
        if !self.accounts.knows(self.app.store(), account, self.now, &tally.usage).await? {
            return Err(Failure::UnknownAccount(account.clone()));
        }
        tally.known();
        let store = self.app.store();
        // A message may have waited for days: what is of a day that may have been counted is an import.
        let is_recent = |event: &AuditEvent| Day::of(event.created_at).takes_events(self.now);
        let (recent, late): (Vec<_>, Vec<_>) = message.events.into_iter().partition(is_recent);
        let puts = stream::iter(recent.iter().map(|event| store.put_event(account, event, &tally.usage)));
        // The first error of the store ends the message: the events behind it come again with it. A conflict does not:
        // the others are true all the same, and nobody would record them later.
        let mut outcomes: Vec<_> = puts.buffered(EVENTS_AT_ONCE).try_collect().await?;
        outcomes.extend(store.put_each(account, &late, &tally.usage).await?);
        let mut conflicts = Vec::new();
        for (event, outcome) in recent.iter().chain(&late).zip(outcomes) {
            match outcome {
                Put::New => {}
                Put::Already => tally.there_already(),
                Put::Conflict(_) => conflicts.push(event.sort_key().to_string()),
            }
        }
        if conflicts.is_empty() { Ok(()) } else { Err(Failure::Conflict(conflicts)) }
    }
}

/// The account that a message names, known or not.
fn account(message: &Result<Message, Faults>) -> Option<&AccountId> {
    message.as_ref().ok().map(|message| &message.account)
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
