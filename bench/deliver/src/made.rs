//! Events and destinations, as the bench makes them.

use anyhow::{Context as _, Result, anyhow};
use shared::destination::change::{Change, Deed};
use shared::destination::progress::Progress;
use shared::destination::target::Target;
use shared::destination::{Destination, Status};
use shared::event::AuditEvent;
use shared::event::input::EventInput;
use shared::process::clock;
use shared::process::event_ids::event_ids;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::destination_id::DestinationId;
use shared::values::format::Format;
use shared::values::ids::{AccountId, EventId};
use shared::values::timestamp::Timestamp;

/// An event of about 600 bytes in the feed.
const EVENT: &str = r#"{"event_type": "INVITED_USER", "event_description": "Ada invited Grace", "message": {"team": "engine", "seats": 7},
    "principal": {"name": "Ada", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"}}"#;

/// The account of the bench.
pub(crate) fn account() -> Result<AccountId> {
    Ok(AccountId::parse("acme")?)
}

/// The n-th event, of now.
pub(crate) fn event(n: usize) -> Result<AuditEvent> {
    let (input, now) = (EventInput::parse(EVENT).map_err(|_| anyhow!("an event"))?, clock::now());
    Ok(input.into_event(EventId::parse(&format!("e-{n:07}"))?, now, now))
}

/// Makes a destination that gets what comes from a position on.
pub(crate) async fn destination(store: &AuditStore, target: Target, position: u64) -> Result<Destination> {
    let now = clock::now();
    let made = Destination {
        id: DestinationId::of_random(fastrand::u64(..)),
        account: account()?,
        target,
        format: Format::Audit,
        created_at: now,
        changed_at: now,
        status: Status::Active,
        progress: Progress::from(position),
    };
    store.create_destination(&made, &deed(now), &Usage::default()).await?;
    Ok(made)
}

/// Removes it, so that the next one is alone.
pub(crate) async fn remove(store: &AuditStore, made: &Destination) -> Result<()> {
    let (usage, now) = (Usage::default(), clock::now());
    let seen = store.destination(&made.account, &made.id, &usage).await?.context("it is gone")?;
    store.change_destination(&seen, &Change::Remove, &deed(now), &usage).await?;
    Ok(())
}

fn deed(now: Timestamp) -> Deed {
    Deed::of_operator(None, event_ids(now)(), now)
}
