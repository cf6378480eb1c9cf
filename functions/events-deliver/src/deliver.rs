//! One call: all destinations that are due, side by side, and the line of it.

use crate::called::Called;
use crate::run::Run;
use crate::send::Means;
use crate::send::https::endpoint::Reach;
use serde::Serialize;
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::process::log::{self, Call, DeliverLine};
use shared::store::StoreError;
use shared::values::timestamp::Timestamp;

/// What a call came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Destinations that get events.
    pub destinations: usize,
    /// Accounts whose destinations could not be read.
    pub accounts_failed: usize,
    /// Events that destinations acknowledged.
    pub events_sent: u64,
    /// Parcels that they came in.
    pub parcels_sent: u64,
    /// Destinations that did not take what they were sent, in this call.
    pub destinations_refusing: usize,
    /// Destinations whose last try failed, in this call or before.
    pub destinations_failing: usize,
    /// Destinations that could not be worked on for a reason of ours.
    pub destinations_failed: usize,
    /// The greatest lag of a destination, in milliseconds.
    pub lag_ms: u64,
    /// The most entries that are due at a destination and not there.
    pub lag_events: u64,
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The list of destinations could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Sends what is due. `clock` says when leases end and waits are over; `reach` says which URLs there may be.
///
/// # Errors
/// [`Failed`], by variant. Of a call of the stream there is none: the schedule comes by.
pub async fn handle(
    app: &App,
    means: &Means,
    reach: Reach,
    called: &Called,
    clock: &(dyn Fn() -> Timestamp + Sync),
    invocation: &Invocation,
) -> Result<Outcome, Failed> {
    let run = Run::new(app, means, reach, clock, invocation, called);
    let outcome = run.deliver(called).await?;
    let has_nothing = outcome.destinations == 0 && outcome.accounts_failed == 0;
    // A stack without destinations pays for no metric, and its log is not filled by a clock.
    if !has_nothing {
        log::delivered(&DeliverLine {
            call: Call {
                at: clock(),
                endpoint: env!("CARGO_PKG_NAME"),
                account: None,
                invocation,
                usage: &run.usage,
                took: run.started.elapsed(),
            },
            lag_ms: outcome.lag_ms,
            lag_events: outcome.lag_events,
            destinations_failing: outcome.destinations_failing,
            destinations: outcome.destinations,
            accounts_failed: outcome.accounts_failed,
            events_sent: outcome.events_sent,
            parcels_sent: outcome.parcels_sent,
            destinations_refusing: outcome.destinations_refusing,
        });
    }
    Ok(outcome)
}
