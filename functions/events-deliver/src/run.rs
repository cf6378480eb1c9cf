//! What a call works with, and for how long.

use crate::called::Called;
use crate::send::Means;
use crate::send::https::endpoint::Reach;
use shared::destination::Destination;
use shared::dialect::outgoing::Source;
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::process::log::DestinationLine;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::timestamp::Timestamp;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Longest that a parcel may take: what a receiver has to answer, and more.
pub const TIME_OF_A_PARCEL: Duration = Duration::from_secs(25);

/// For how long a call of the stream begins parcels: the changes behind it wait for it.
pub const TIME_OF_A_STREAM: Duration = Duration::from_secs(10);

/// For how long a call begins parcels if Lambda gave it no deadline.
pub const TIME_WITHOUT_A_DEADLINE: Duration = Duration::from_secs(60);

/// Buckets that are worked on side by side, each with an object of 8 MB in memory.
const BUCKETS_AT_ONCE: usize = 8;

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
    /// Room in memory for the objects of buckets.
    pub(crate) room: Semaphore,
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
        let (usage, started, room) = (Usage::default(), Instant::now(), Semaphore::new(BUCKETS_AT_ONCE));
        let store = app.store();
        Self { app, store, means, reach, clock, invocation, usage, started, room, time }
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

    /// What the log lines about a destination begin with.
    pub(crate) fn of<'b>(&'b self, destination: &'b Destination) -> DestinationLine<'b> {
        let Destination { account, id, .. } = destination;
        DestinationLine {
            endpoint: env!("CARGO_PKG_NAME"),
            account: account.as_str(),
            destination: Some(id.as_str()),
            invocation: self.invocation,
        }
    }
}
