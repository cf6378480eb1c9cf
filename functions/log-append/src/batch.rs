//! A batch of the stream, account by account.

use crate::record::{Record, Told};
use futures_util::{StreamExt as _, stream};
use shared::log::append::Change;
use shared::log::entry::{Entry, EventRef, SequenceNumber};
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::{self, AppendLine, Call, HistoryLine};
use shared::process::request_id::RequestId;
use shared::store::usage::Usage;
use shared::store::{AppendError, Appended, StoreError};
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeMap;
use std::time::Instant;

/// Accounts whose logs are extended side by side.
pub const ACCOUNTS_AT_ONCE: usize = 8;

/// How long the log of one account may be out of reach while others are extended before they go on without it, in milliseconds
/// since its oldest change was made. The promise is 10 seconds for all of them.
pub const PATIENCE_MS: i64 = 60_000;

pub(crate) struct Batch<'a> {
    app: &'a App,
    invocation: &'a Invocation,
    started: Instant,
    usage: Usage,
    records: Vec<Record>,
}

/// What became of an account's changes.
#[derive(Debug)]
enum Outcome {
    Extended(Appended),
    /// They are to come again.
    Unavailable(AppendError),
    /// They are left to `log-reconcile`.
    Skipped(AppendError),
}

impl<'a> Batch<'a> {
    pub(crate) fn of(records: Vec<Record>, app: &'a App, invocation: &'a Invocation) -> Self {
        Self { app, invocation, started: Instant::now(), usage: Usage::default(), records }
    }

    /// Extends the logs. Gives the number of the first change that is to come again, if there is one.
    pub(crate) async fn append(&self) -> Option<SequenceNumber> {
        let mut accounts: BTreeMap<AccountId, Vec<Change>> = BTreeMap::new();
        for record in &self.records {
            match &record.told {
                Told::Change(account, change) => accounts.entry(account.clone()).or_default().push((**change).clone()),
                Told::LogChanged(item) => log::log_changed(&self.history(None), item),
                Told::Nameless(item) => log::history_changed(&self.history(None), item, "nameless"),
                Told::Nothing => {}
            }
        }
        let extending: Vec<_> = accounts.iter().map(|(account, changes)| self.extend(account, changes)).collect();
        let mut outcomes: Vec<_> = stream::iter(extending).buffer_unordered(ACCOUNTS_AT_ONCE).collect().await;
        self.give_up_on_some(&accounts, &mut outcomes);
        let marked = self.mark(&accounts).await;
        self.say(&accounts, &outcomes);
        let again = |record: &&Record| match &record.told {
            Told::Change(account, _) => {
                let outcome = outcomes.iter().find(|(of, _)| *of == account);
                !marked || matches!(outcome, Some((_, Outcome::Unavailable(_))))
            }
            Told::LogChanged(_) | Told::Nameless(_) | Told::Nothing => false,
        };
        self.records.iter().filter(again).map(|record| record.number.clone()).min()
    }

    async fn extend<'b>(&self, account: &'b AccountId, changes: &[Change]) -> (&'b AccountId, Outcome) {
        let outcome = match self.app.store().append_to_log(account, changes, clock::now, &self.usage).await {
            Ok(appended) => Outcome::Extended(appended),
            Err(error @ (AppendError::Store(StoreError::Unavailable(_)) | AppendError::Crowded)) => {
                Outcome::Unavailable(error)
            }
            Err(error @ (AppendError::Gap(_) | AppendError::Store(_))) => Outcome::Skipped(error),
        };
        (account, outcome)
    }

    /// Where other logs could be extended, the store is not at fault: an account that has been out of reach for long is left.
    fn give_up_on_some(&self, accounts: &BTreeMap<AccountId, Vec<Change>>, outcomes: &mut [(&AccountId, Outcome)]) {
        let is_reached = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Extended(_)));
        if !is_reached {
            return;
        }
        let patient_since_s = clock::now().plus_ms(-PATIENCE_MS).map_or(0, |at| at.epoch_ms().unsigned_abs() / 1_000);
        for (account, outcome) in outcomes {
            let oldest = accounts.get(*account).into_iter().flatten().filter_map(|change| change.created_at_s).min();
            if oldest.is_some_and(|oldest| oldest < patient_since_s) {
                let extended = Outcome::Extended(Appended::default());
                *outcome = match std::mem::replace(outcome, extended) {
                    Outcome::Unavailable(error) => Outcome::Skipped(error),
                    other @ (Outcome::Extended(_) | Outcome::Skipped(_)) => other,
                };
            }
        }
    }

    /// Notes that the logs have grown. Returns whether that is done.
    async fn mark(&self, accounts: &BTreeMap<AccountId, Vec<Change>>) -> bool {
        if accounts.is_empty() {
            return true;
        }
        let accounts: Vec<_> = accounts.keys().collect();
        let request_id = self.invocation.lambda_request_id.clone().unwrap_or_else(|| RequestId::random().to_string());
        match self.app.store().mark_logs_grown(&accounts, &request_id, clock::now(), &self.usage).await {
            Ok(()) => true,
            Err(error) => {
                log::not_extended_for_now(&self.history(None), &log::chain(&error));
                false
            }
        }
    }

    fn history<'b>(&'b self, account: Option<&'b AccountId>) -> HistoryLine<'b> {
        let account = account.map(AccountId::as_str);
        HistoryLine { endpoint: env!("CARGO_PKG_NAME"), account, invocation: self.invocation }
    }

    /// Writes what someone should act upon, and the line of the batch.
    fn say(&self, accounts: &BTreeMap<AccountId, Vec<Change>>, outcomes: &[(&AccountId, Outcome)]) {
        let (mut entries_appended, mut entries_there_already, mut accounts_failed) = (0, 0, 0);
        for (account, outcome) in outcomes {
            let history = self.history(Some(account));
            match outcome {
                Outcome::Extended(appended) => {
                    entries_appended += appended.entries;
                    entries_there_already += appended.there_already;
                    appended.out_of_place.iter().for_each(|first| log::out_of_place(&history, *first));
                }
                Outcome::Unavailable(error) => {
                    accounts_failed += 1;
                    log::not_extended_for_now(&history, &log::chain(error));
                }
                Outcome::Skipped(error) => {
                    accounts_failed += 1;
                    log::not_extended(&history, &log::chain(error));
                }
            }
            accounts.get(*account).into_iter().flatten().for_each(|change| say_changed(&history, &change.entry));
        }
        let now = clock::now();
        let oldest = self.records.iter().filter_map(|record| record.at).min();
        let lag_ms = oldest.map_or(0, |oldest: Timestamp| now.epoch_ms().saturating_sub(oldest.epoch_ms()).max(0));
        log::append(&AppendLine {
            call: Call {
                at: now,
                endpoint: env!("CARGO_PKG_NAME"),
                account: None,
                invocation: self.invocation,
                usage: &self.usage,
                took: self.started.elapsed(),
            },
            records: self.records.len(),
            entries_appended,
            entries_there_already,
            accounts: accounts.len(),
            accounts_failed,
            lag_ms: lag_ms.unsigned_abs(),
        });
    }
}

/// Tells of an event that was changed or deleted. No writer does that, so someone should know, each time that it is delivered.
fn say_changed(history: &HistoryLine<'_>, entry: &Entry) {
    let sk = |event: &EventRef| event.sk.clone();
    match entry {
        Entry::Changed(event, ..) => log::history_changed(history, &sk(event), "changed"),
        Entry::Removed(event, ..) => log::history_changed(history, &sk(event), "removed"),
        Entry::Event(..) | Entry::BackfillBegin | Entry::BackfillEnd => {} // as it should be
    }
}
