//! A schedule: holds the log of every account against the table, and mends what the stream lost.
//!
//! - What the table has and the log lacks is put in the log, unless it is so young that the stream may still bring it. Events that
//!   were recorded before there was a log are taken in so too, between two entries that say so.
//! - What the log has and the table lacks, or has otherwise, cannot be mended. The function writes a line that names the event, and an
//!   alarm follows.
//!
//! To read all of both each time would cost too much. Each log is folded into a count and a sum for each day, entry by entry and
//! once; a day of the table is read whole and must give the same. Days are compared whose log has grown, those that still take
//! events, and of all others a thirtieth each day. Only where a day differs are its events held against the log one by one.

mod account;
mod compare;
mod differences;
mod fold;
mod reconciler;
mod said;

use reconciler::Reconciler;
use serde::Serialize;
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::{self, Call, HistoryLine, ReconcileLine};
use shared::store::StoreError;
use shared::store::usage::Usage;
use std::time::{Duration, Instant};

/// The part of the function's time that is kept for the request under way: as long as one may take, and a little.
/// See [`OPERATION_TIMEOUT`](shared::process::client::OPERATION_TIMEOUT).
pub const LAST_REQUEST_TIME: Duration = Duration::from_secs(10);

/// What a call came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Accounts that there are.
    pub accounts: usize,
    /// Accounts that could not be reconciled; the function writes a line for each.
    pub accounts_failed: usize,
    /// Accounts that are left for the next call, because the time was over.
    pub accounts_left: usize,
    /// Days that were compared.
    pub days_compared: usize,
    /// Events that were read for it.
    pub events_compared: u64,
    /// Events that were missing from a log and have a position now.
    pub entries_appended: usize,
    /// Events that the table lacks, or has otherwise than the log; the function writes a line for each.
    pub differences: usize,
}

/// Why a call failed. What it did is done all the same.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The accounts could not be listed.
    #[error("the accounts could not be listed")]
    Accounts(#[source] StoreError),
    /// Some of them could not be reconciled; the function's lines say why.
    #[error("{} of {} accounts could not be reconciled", .0.accounts_failed, .0.accounts)]
    Some(Outcome),
}

/// Holds the logs of all accounts against the table, as long as there is time.
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
    for account in &accounts {
        if !goes_on() {
            outcome.accounts_left += 1;
            continue;
        }
        let endpoint = env!("CARGO_PKG_NAME");
        let history = HistoryLine { endpoint, account: Some(account.as_str()), invocation };
        let reconciler = Reconciler { store: app.store(), account, usage: &usage, history, now, goes_on: &goes_on };
        if let Err(error) = reconciler.run(&mut outcome).await {
            outcome.accounts_failed += 1;
            log::not_reconciled(&history, &log::chain(&error));
        }
    }
    outcome.log(invocation, &usage, started.elapsed());
    if outcome.accounts_failed == 0 { Ok(outcome) } else { Err(Failed::Some(outcome)) }
}

impl Outcome {
    fn log(&self, invocation: &Invocation, usage: &Usage, took: Duration) {
        let endpoint = env!("CARGO_PKG_NAME");
        log::reconcile(&ReconcileLine {
            call: Call { at: clock::now(), endpoint, account: None, invocation, usage, took },
            accounts: self.accounts,
            accounts_failed: self.accounts_failed,
            days_compared: self.days_compared,
            events_compared: self.events_compared,
            entries_appended: self.entries_appended,
            differences: self.differences,
        });
    }
}
