//! A batch of the stream, account by account.

use crate::patience;
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
    /// They come again, or they are left to `log-reconcile`.
    Failed {
        error: AppendError,
        comes_again: bool,
    },
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
        let marked = self.mark(&accounts).await;
        if marked {
            self.give_up_on_some(&accounts, &mut outcomes).await;
        }
        self.say(&accounts, &outcomes);
        let again = |record: &&Record| match &record.told {
            Told::Change(account, _) => {
                let outcome = outcomes.iter().find(|(of, _)| *of == account);
                !marked || matches!(outcome, Some((_, Outcome::Failed { comes_again: true, .. })))
            }
            Told::LogChanged(_) | Told::Nameless(_) | Told::Nothing => false,
        };
        self.records.iter().filter(again).map(|record| record.number.clone()).min()
    }

    async fn extend<'b>(&self, account: &'b AccountId, changes: &[Change]) -> (&'b AccountId, Outcome) {
        let outcome = match self.app.store().append_to_log(account, changes, clock::now, &self.usage).await {
            Ok(appended) => Outcome::Extended(appended),
            Err(error) => {
                let comes_again = match &error {
                    AppendError::Store(error) => matches!(error, StoreError::Unavailable(_)),
                    AppendError::Crowded => true,
                    AppendError::Gap(_) => false,
                };
                Outcome::Failed { error, comes_again }
            }
        };
        (account, outcome)
    }

    /// Leaves the accounts that have been out of reach for too long, if it is they and not the store: it has just taken a mark, and
    /// it has extended another log, or at least reads one. Otherwise their changes come again, as long as it takes.
    async fn give_up_on_some(
        &self,
        accounts: &BTreeMap<AccountId, Vec<Change>>,
        outcomes: &mut [(&AccountId, Outcome)],
    ) {
        let now = clock::now();
        let is_extended = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Extended(_)));
        let is_over = |account| accounts.get(account).is_some_and(|changes| patience::is_over(changes, now));
        let overdue = outcomes.iter_mut().filter_map(|(account, outcome)| match outcome {
            Outcome::Failed { comes_again, .. } => Some(comes_again).filter(|again| **again && is_over(*account)),
            Outcome::Extended(_) => None,
        });
        let overdue: Vec<_> = overdue.collect();
        if !overdue.is_empty() && (is_extended || self.reads_elsewhere().await) {
            overdue.into_iter().for_each(|comes_again| *comes_again = false);
        }
    }

    /// Whether the store answers a read of the log of an account that there is not: another one each time, so that it is not
    /// always one whose partition is throttled with the account's. It takes one request.
    async fn reads_elsewhere(&self) -> bool {
        let nobody = AccountId::parse(RequestId::random().as_str()).expect("letters and digits are an id");
        self.app.store().log_end(&nobody, &self.usage).await.is_ok()
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
                Outcome::Failed { error, comes_again } => {
                    accounts_failed += 1;
                    let say = if *comes_again { log::not_extended_for_now } else { log::not_extended };
                    say(&history, &log::chain(error));
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
