//! Counts what became of the messages of a batch, by account: each account has its own line in the log, with its own metrics.

use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::{self, Call, QueueLine};
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// The counts of all messages for one account.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) usage: Usage,
    messages: AtomicUsize,
    messages_failed: AtomicUsize,
    events_there_already: AtomicUsize,
    is_known: AtomicBool,
}

/// The counts of all messages of a batch. Malformed messages, which name no account, are counted together.
#[derive(Debug)]
pub(crate) struct Tallies(BTreeMap<Option<AccountId>, Tally>);

impl Tally {
    pub(crate) fn message(&self, failed: bool) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.messages_failed.fetch_add(usize::from(failed), Ordering::Relaxed);
    }

    pub(crate) fn there_already(&self) {
        self.events_there_already.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that the account has a credential. One without is only a word in a message, and gets no line and no metric.
    pub(crate) fn known(&self) {
        self.is_known.store(true, Ordering::Relaxed);
    }
}

impl Tallies {
    /// Empty counts for those accounts.
    pub(crate) fn of(accounts: impl Iterator<Item = Option<AccountId>>) -> Self {
        Self(accounts.map(|account| (account, Tally::default())).collect())
    }

    pub(crate) fn get(&self, account: Option<&AccountId>) -> &Tally {
        self.0.get(&account.cloned()).expect("there is one for every account of the batch")
    }

    /// Writes the line of each account.
    pub(crate) fn log(&self, invocation: &Invocation, took: Duration) {
        for (account, tally) in &self.0 {
            let account = account.as_ref().filter(|_| tally.is_known.load(Ordering::Relaxed));
            log::queue(&QueueLine {
                call: Call {
                    at: clock::now(),
                    endpoint: env!("CARGO_PKG_NAME"),
                    account: account.map(AccountId::as_str),
                    invocation,
                    usage: &tally.usage,
                    took,
                },
                messages: tally.messages.load(Ordering::Relaxed),
                messages_failed: tally.messages_failed.load(Ordering::Relaxed),
                events_there_already: tally.events_there_already.load(Ordering::Relaxed),
            });
        }
    }
}
