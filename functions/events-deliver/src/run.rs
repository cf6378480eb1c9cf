//! What a call works with, which destinations it tries, and for how long.

use crate::called::Called;
use crate::deliver::Outcome;
use crate::send::Means;
use crate::send::https::endpoint::Reach;
use crate::turn::{Lag, TIME_OF_A_PARCEL, Turn, Turned};
use futures_util::stream::{self, StreamExt as _};
use shared::destination::Destination;
use shared::destination::target::Target;
use shared::dialect::outgoing::Source;
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::process::log::{self, DestinationLine};
use shared::store::usage::Usage;
use shared::store::{AuditStore, StoreError};
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Destinations that are worked on side by side.
pub const DESTINATIONS_AT_ONCE: usize = 64;

/// Accounts whose destinations are read side by side.
const ACCOUNTS_AT_ONCE: usize = 16;

/// For how long a call of the stream begins parcels: the changes behind it wait for it.
pub const TIME_OF_A_STREAM: Duration = Duration::from_secs(10);

/// For how long a call begins parcels that nobody ends.
pub const TIME_WITHOUT_A_DEADLINE: Duration = Duration::from_secs(60);

/// A destination whose last parcel took longer is left to the schedule, in milliseconds.
const SLOW_MS: u64 = 2_000;

/// A call.
pub(crate) struct Run<'a> {
    app: &'a App,
    pub(crate) store: &'a AuditStore,
    pub(crate) means: &'a Means,
    pub(crate) reach: Reach,
    pub(crate) clock: &'a (dyn Fn() -> Timestamp + Sync),
    pub(crate) invocation: &'a Invocation,
    pub(crate) usage: Usage,
    pub(crate) started: Instant,
    /// For how long it begins parcels.
    time: Duration,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        app: &'a App,
        means: &'a Means,
        reach: Reach,
        clock: &'a (dyn Fn() -> Timestamp + Sync),
        invocation: &'a Invocation,
        called: &Called,
    ) -> Self {
        let until_end = invocation.time_to_work(clock()).map(|time| time.saturating_sub(TIME_OF_A_PARCEL));
        let time = until_end.unwrap_or(TIME_WITHOUT_A_DEADLINE);
        let time = match called {
            Called::Stream(_) => time.min(TIME_OF_A_STREAM),
            Called::Schedule => time,
        };
        let (usage, started) = (Usage::default(), Instant::now());
        let store = app.store();
        Self { app, store, means, reach, clock, invocation, usage, started, time }
    }

    pub(crate) fn has_time(&self) -> bool {
        self.started.elapsed() < self.time
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// What rows of a destination are read with.
    pub(crate) fn source<'b>(&'b self, destination: &'b Destination) -> Source<'b> {
        let Destination { account, format, .. } = destination;
        let (store, mapping, usage) = (self.store, self.app.ocsf_mapping(), &self.usage);
        Source { store, account, format: *format, mapping, usage }
    }

    /// The line of a destination.
    pub(crate) fn of<'b>(&'b self, destination: &'b Destination) -> DestinationLine<'b> {
        let Destination { account, id, .. } = destination;
        DestinationLine {
            endpoint: env!("CARGO_PKG_NAME"),
            account: account.as_str(),
            destination: Some(id.as_str()),
            invocation: self.invocation,
        }
    }

    /// Tries all destinations that there are for this call.
    pub(crate) async fn deliver(&self, called: &Called) -> Result<Outcome, StoreError> {
        let accounts = match called {
            Called::Stream(accounts) => accounts.clone(),
            Called::Schedule => {
                let listed = self.store.listed_destinations(&self.usage).await?;
                listed.into_iter().map(|(account, _)| account).collect()
            }
        };
        let mut outcome = Outcome::default();
        let mut active = self.active(accounts, &mut outcome).await;
        outcome.destinations = active.len();
        fastrand::shuffle(&mut active); // if there are more than a call has time for, it is others each time
        let tries = active.into_iter().map(|destination| self.take(destination, called));
        let mut taken = stream::iter(tries).buffer_unordered(DESTINATIONS_AT_ONCE);
        while let Some(turned) = taken.next().await {
            outcome.add(turned);
        }
        Ok(outcome)
    }

    async fn active(&self, accounts: BTreeSet<AccountId>, outcome: &mut Outcome) -> Vec<Destination> {
        let read = accounts.into_iter().map(async |account| {
            let destinations = self.store.destinations(&account, &self.usage).await;
            (account, destinations)
        });
        let mut active = Vec::new();
        let mut read = stream::iter(read).buffer_unordered(ACCOUNTS_AT_ONCE);
        while let Some((account, destinations)) = read.next().await {
            match destinations {
                Ok(destinations) => active.extend(destinations.into_iter().filter(Destination::is_active)),
                Err(error) => {
                    outcome.accounts_failed += 1;
                    let endpoint = env!("CARGO_PKG_NAME");
                    let (account, destination, invocation) = (account.as_str(), None, self.invocation);
                    let line = DestinationLine { endpoint, account, destination, invocation };
                    log::not_delivered(&line, &log::chain(&error));
                }
            }
        }
        active
    }

    /// Works on a destination, if it is this call's, or sees how far it lags.
    async fn take(&self, destination: Destination, called: &Called) -> Turned {
        let now = self.now();
        let failing = destination.progress.failing.clone();
        let is_ours = match called {
            Called::Stream(_) => failing.is_none() && is_prompt(&destination),
            Called::Schedule => failing.as_ref().is_none_or(|failing| failing.next_try_at <= now),
        };
        let line = destination.clone();
        let turned = match (is_ours && !destination.progress.is_leased(now), called) {
            (true, _) => Turn::new(self, destination).take().await,
            (false, Called::Schedule) => {
                let lag = Lag::of(self, &destination).await;
                lag.map(|lag| Turned { lag, is_failing: failing.is_some(), ..Turned::default() })
            }
            (false, Called::Stream(_)) => Ok(Turned { is_failing: failing.is_some(), ..Turned::default() }),
        };
        turned.unwrap_or_else(|error| {
            log::not_delivered(&self.of(&line), &log::chain(&error));
            Turned { is_ours_to_mend: true, is_failing: failing.is_some(), ..Turned::default() }
        })
    }
}

/// Whether it takes what it gets at once: a bucket gathers events, and what was slow would hold up the stream.
fn is_prompt(destination: &Destination) -> bool {
    let gathers = match &destination.target {
        Target::S3 { window_s, .. } => *window_s > 0,
        Target::Https { .. } | Target::EventBridge { .. } => false,
    };
    !gathers && destination.progress.took_ms.is_none_or(|took_ms| took_ms <= SLOW_MS)
}

impl Outcome {
    fn add(&mut self, turned: Turned) {
        self.events_sent += turned.events;
        self.parcels_sent += turned.parcels;
        self.destinations_refusing += usize::from(turned.is_refusing);
        self.destinations_failing += usize::from(turned.is_failing);
        self.destinations_failed += usize::from(turned.is_ours_to_mend);
        self.lag_ms = self.lag_ms.max(turned.lag.ms);
        self.lag_events = self.lag_events.max(turned.lag.events);
    }
}
