//! One call: all destinations that are due, side by side, and the line of it.

use crate::called::Called;
use crate::outcome::Outcome;
use crate::run::Run;
use crate::send::Means;
use crate::send::https::endpoint::Reach;
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::process::log::{self, Call, DeliverLine};
use shared::store::StoreError;
use shared::values::timestamp::Timestamp;

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
