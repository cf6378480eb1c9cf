//! The destinations of a call: which are its own, and all of them side by side.

use crate::called::Called;
use crate::outcome::Outcome;
use crate::run::Run;
use crate::turn::{Lag, Turn, Turned};
use futures_util::stream::{self, StreamExt as _};
use shared::destination::Destination;
use shared::destination::target::Target;
use shared::process::log::{self, DestinationLine};
use shared::store::StoreError;
use shared::values::ids::AccountId;
use std::collections::BTreeSet;

/// Destinations that are worked on side by side.
pub const DESTINATIONS_AT_ONCE: usize = 64;

/// Accounts whose destinations are read side by side.
const ACCOUNTS_AT_ONCE: usize = 16;

/// A destination whose last parcel took longer is left to the schedule, in milliseconds.
const SLOW_MS: u64 = 2_000;

impl Run<'_> {
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
