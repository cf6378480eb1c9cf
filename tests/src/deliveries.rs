//! Destinations of the suites: made, changed, sent to by `events-deliver`, on a clock that a test moves on.

use crate::account::Account;
use crate::bed::Bed;
use crate::requests_sent::as_function;
use events_deliver::send::Means;
use events_deliver::send::https::Https;
use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::s3::Objects;
use events_deliver::{Called, Failed, Outcome};
use shared::destination::change::{Change, Deed};
use shared::destination::progress::Progress;
use shared::destination::secret::WebhookSecret;
use shared::destination::target::{Target, Url};
use shared::destination::{Destination, Status};
use shared::process::app::App;
use shared::process::event_ids::event_ids;
use shared::process::invocation::Invocation;
use shared::store::usage::Usage;
use shared::values::destination_id::DestinationId;
use shared::values::format::Format;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A clock that a test moves on.
#[derive(Debug)]
pub struct Clock(AtomicI64);

impl Clock {
    /// One that stands at the beginning of 2025, which is behind all records of the suites.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_735_689_600_000))
    }

    /// The time on it.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_epoch_ms(self.0.load(Ordering::SeqCst)).expect("a time")
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).expect("a time"), Ordering::SeqCst);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

/// What parcels are sent with where webhooks go to this machine and objects into a folder.
pub fn means(folder: impl Into<PathBuf>, patience: Duration) -> Means {
    let https = Https::new(Reach::Loopback).with_patience(patience);
    Means { https, objects: Objects::Folder(folder.into()), event_bridge: None }
}

/// Calls `events-deliver`, held to its role.
///
/// # Errors
/// Those of the function.
pub async fn deliver(app: &App, means: &Means, called: &Called, clock: &Clock) -> Result<Outcome, Failed> {
    let now = || clock.now();
    let invocation = Invocation::default();
    let handled = events_deliver::handle(app, means, Reach::Loopback, called, &now, &invocation);
    as_function("events-deliver", handled).await
}

/// Calls it for one account, as the stream does.
pub fn stream_of(account: &Account) -> Called {
    Called::Stream([account.id.clone()].into())
}

/// The deed of an operator.
pub fn deed(now: Timestamp) -> Deed {
    Deed::of_operator(Some("ada".to_owned()), event_ids(now)(), now)
}

/// The secret of the webhooks of the suites: 32 bytes 7.
pub fn secret() -> WebhookSecret {
    WebhookSecret::of_random([7; 32])
}

/// A target at that URL.
pub fn webhook(url: &str) -> Target {
    Target::Https {
        url: Url::parse(url).expect("a URL"),
        secrets: vec![secret()],
        headers: Vec::new(),
        allows_private: false,
    }
}

/// A destination of the account that begins at the log's beginning, not yet made.
pub fn destination(account: &AccountId, target: Target, clock: &Clock) -> Destination {
    Destination {
        id: DestinationId::of_random(fastrand::u64(..)),
        account: account.clone(),
        target,
        format: Format::Audit,
        created_at: clock.now(),
        changed_at: clock.now(),
        status: Status::Active,
        progress: Progress::from(0),
    }
}

/// Makes it.
pub async fn make(bed: &Bed, account: &Account, target: Target, clock: &Clock) -> Destination {
    let destination = destination(&account.id, target, clock);
    let made = bed.store().create_destination(&destination, &deed(clock.now()), &Usage::default()).await;
    made.expect("the engine takes it");
    destination
}

/// The destination as it stands in the table.
pub async fn read(bed: &Bed, destination: &Destination) -> Destination {
    let (account, id) = (&destination.account, &destination.id);
    let read = bed.store().destination(account, id, &Usage::default()).await;
    read.expect("the engine answers").expect("it is there")
}

/// Changes a destination as it stands in the table.
pub async fn change(bed: &Bed, destination: &Destination, change: &Change, clock: &Clock) -> Destination {
    let seen = read(bed, destination).await;
    let changed = bed.store().change_destination(&seen, change, &deed(clock.now()), &Usage::default()).await;
    changed.expect("the engine takes it")
}

/// Records so many events of the account, a second apart from the n-th second of 2024 on, and gives each its position, as the stream would.
pub async fn grow(bed: &Bed, account: &Account, from: usize, count: usize) {
    let events: Vec<_> =
        (from..from + count).map(|n| crate::records::event(&format!("e-{n:05}"), &crate::records::at(n))).collect();
    bed.record(account, &events).await;
    let first = crate::records::at(from);
    let items = bed.event_items(account).await;
    let new = items.iter().filter(|item| item["sk"].as_s().is_ok_and(|sk| sk.as_str() >= first.as_str()));
    let records: Vec<_> = new.enumerate().map(|(at, item)| crate::stream::insert(from + at, item)).collect();
    for batch in records.chunks(1_000) {
        let answer = crate::stream::append(&bed.app, &crate::stream::batch(batch)).await;
        assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
    }
}
