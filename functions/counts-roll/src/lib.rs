//! A schedule: counts the closed days of every account, so that `totalRecords` of a long range needs no count of all of it.
//!
//! Each day is counted once. A call does what it can in its time and leaves the rest to the next; without it, or while it is
//! behind, readers count what has no count, and every number is the same. See `shared/src/store/counts/count.rs`.

use serde::Serialize;
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::{self, Call, RollLine};
use shared::store::usage::Usage;
use shared::store::{Rolled, StoreError};
use shared::values::ids::AccountId;
use std::time::{Duration, Instant};

/// The part of the function's time that is kept for the request under way: as long as one may take, and a little.
/// See [`OPERATION_TIMEOUT`](shared::process::client::OPERATION_TIMEOUT).
pub const LAST_REQUEST_TIME: Duration = Duration::from_secs(10);

/// What a call came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Accounts that there are.
    pub accounts: usize,
    /// Accounts that could not be counted, each with an error in the log.
    pub accounts_failed: usize,
    /// Days that have a count now and had none before.
    pub days_counted: usize,
    /// Events that were read to count them.
    pub events_read: u64,
    /// Closed days, of the accounts that it came to, that are left for the next call.
    pub days_left: usize,
}

/// Why a call failed. What it counted is counted all the same.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The accounts could not be listed.
    #[error("the accounts could not be listed")]
    Accounts(#[source] StoreError),
    /// Some of them could not be counted; the log says why.
    #[error("{} of {} accounts could not be counted", .0.accounts_failed, .0.accounts)]
    Some(Outcome),
}

/// Counts the closed days of every account that have no count, as long as there is time.
///
/// # Errors
/// [`Failed`], by variant. It is safe to call again.
pub async fn handle(app: &App, invocation: &Invocation) -> Result<Outcome, Failed> {
    let (started, now, usage) = (Instant::now(), clock::now(), Usage::default());
    let time = invocation.time_to_work(now).map(|time| time.saturating_sub(LAST_REQUEST_TIME));
    let goes_on = || time.is_none_or(|time| started.elapsed() < time);
    let mut accounts = app.store().accounts(&usage).await.map_err(Failed::Accounts)?;
    // One that takes many calls must not keep those behind it waiting each time.
    let first = fastrand::usize(..accounts.len().max(1));
    accounts.rotate_left(first);
    let mut outcome = Outcome { accounts: accounts.len(), ..Outcome::default() };
    for account in accounts.iter().take_while(|_| goes_on()) {
        match app.store().roll(account, clock::now, goes_on, &usage).await {
            Ok(rolled) => outcome.add(rolled),
            Err(error) => {
                outcome.accounts_failed += 1;
                log_failure(account, &error, invocation);
            }
        }
    }
    outcome.log(invocation, &usage, started.elapsed());
    if outcome.accounts_failed == 0 { Ok(outcome) } else { Err(Failed::Some(outcome)) }
}

impl Outcome {
    fn add(&mut self, rolled: Rolled) {
        self.days_counted += rolled.days;
        self.events_read += rolled.events;
        self.days_left += rolled.days_left;
    }

    fn log(&self, invocation: &Invocation, usage: &Usage, took: Duration) {
        let Self { accounts, accounts_failed, days_counted, events_read, days_left } = *self;
        let endpoint = env!("CARGO_PKG_NAME");
        let call = Call { at: clock::now(), endpoint, account: None, invocation, usage, took };
        log::roll(&RollLine { call, accounts, accounts_failed, days_counted, events_read, days_left });
    }
}

fn log_failure(account: &AccountId, error: &StoreError, invocation: &Invocation) {
    log::not_counted(env!("CARGO_PKG_NAME"), account.as_str(), &log::chain(error), invocation);
}
