//! The entries of a log folded into its days, each once, as far as the log goes.

use crate::reconciler::{Folded, Reconciler};
use shared::log::reconciled::{ReconciledCursor, ReconciledDay};
use shared::process::clock;
use shared::process::request_id::RequestId;
use shared::store::{FOLD_DAYS_MAX, Logged, StoreError};
use shared::values::day::Day;
use std::collections::BTreeMap;

/// Entries that are read at a time: with the requests for them, about 2 MB.
const ENTRIES_AT_ONCE: u64 = 10_000;

impl Reconciler<'_> {
    /// Folds what has come since the last time. None if another call does so at this moment.
    pub(crate) async fn fold(&self) -> Result<Option<Folded>, StoreError> {
        let (store, account, usage) = (self.store, self.account, self.usage);
        let before = store.reconciled_up_to(account, usage).await?;
        let at = before.unwrap_or(ReconciledCursor { position: 0, is_first: true });
        if before.is_none() && !store.fold_log(account, None, at, &BTreeMap::new(), usage).await? {
            return Ok(None);
        }
        let mut folded = Folded { at, days: store.reconciled_days(account, usage).await? };
        Ok(self.fold_on(&mut folded).await?.then_some(folded))
    }

    /// Folds what has come since. Returns whether it could: not if another call folds.
    pub(crate) async fn fold_on(&self, folded: &mut Folded) -> Result<bool, StoreError> {
        loop {
            let (from, to) = (folded.at.position, folded.at.position + ENTRIES_AT_ONCE);
            let logged = self.store.log_entries(self.account, None, from, to, self.usage).await?;
            if logged.is_empty() {
                return Ok(true);
            }
            self.mark().await?;
            if !self.fold_entries(folded, &logged).await? {
                return Ok(false);
            }
        }
    }

    /// Notes that the log has grown, for `log-sign`: nobody else may have, since a call that put entries may have stopped
    /// before this. The cursor passes over no entry before that is noted.
    async fn mark(&self) -> Result<(), StoreError> {
        let request_id = RequestId::random().to_string(); // one that marks another account in this minute has a place of its own
        self.store.mark_logs_grown(&[self.account], &request_id, clock::now(), self.usage).await
    }

    /// Folds these entries, as many at a time as fit into a transaction.
    async fn fold_entries(&self, folded: &mut Folded, mut logged: &[Logged]) -> Result<bool, StoreError> {
        while !logged.is_empty() {
            let mut changed: BTreeMap<Day, ReconciledDay> = BTreeMap::new();
            let mut taken = 0;
            for entry in logged {
                if let Some(event) = entry.entry.event() {
                    let day = Day::holding(&event.sk);
                    if changed.len() == FOLD_DAYS_MAX && !changed.contains_key(&day) {
                        break;
                    }
                    let so_far = folded.days.get(&day).copied().unwrap_or_default();
                    let of_day = changed.entry(day).or_insert(so_far);
                    of_day.sum.fold(&entry.entry);
                    of_day.is_pending = true;
                }
                taken += 1;
            }
            let to = ReconciledCursor { position: folded.at.position + taken as u64, ..folded.at };
            if !self.store.fold_log(self.account, Some(folded.at.position), to, &changed, self.usage).await? {
                return Ok(false);
            }
            folded.at = to;
            folded.days.append(&mut changed);
            logged = logged.get(taken..).unwrap_or_default();
        }
        Ok(true)
    }

    /// Notes that a day has been compared, if it was to be. Returns whether that could be noted: not if another call folds.
    pub(crate) async fn has_been_compared(&self, folded: &mut Folded, day: Day) -> Result<bool, StoreError> {
        let Some(of_day) = folded.days.get_mut(&day).filter(|of_day| of_day.is_pending) else { return Ok(true) };
        of_day.is_pending = false;
        let (days, at) = (BTreeMap::from([(day, *of_day)]), folded.at);
        self.store.fold_log(self.account, Some(at.position), at, &days, self.usage).await
    }

    /// Notes that the table has been compared whole.
    pub(crate) async fn has_been_compared_whole(&self, folded: &Folded) -> Result<(), StoreError> {
        let at = ReconciledCursor { is_first: false, ..folded.at };
        if folded.at.is_first {
            self.store.fold_log(self.account, Some(at.position), at, &BTreeMap::new(), self.usage).await?;
        }
        Ok(())
    }
}
