//! Changes put behind the end of a log: see [`crate::log::append`] for why that is exactly once.

use crate::log::append::{Change, Gap, Next, Progress, Walk};
use crate::store::back_off::pause_before;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{LOG_ITEM, decode_log_item, encode_log_dirty, encode_log_item};
use crate::table::key::{self, LOG_ITEMS};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

/// Most times that a batch begins again because another consumer has put an item at its place.
const LOST_MAX: u32 = 20;

/// Items that the first request of a walk reads: the one at the end, and the one below it, which shows that it is in place.
const WALK_ITEMS_FIRST: i32 = 2;

/// Items that each further request reads.
const WALK_ITEMS: i32 = 32;

/// What became of changes that were to be put in a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Appended {
    /// Entries that are in the log now and were not before.
    pub entries: usize,
    /// Changes that were in it already.
    pub there_already: usize,
    /// First positions of items that stand beside the log.
    pub out_of_place: Vec<u64>,
}

/// Why changes are not all in the log. Some may be; trying again is safe.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The log has a gap.
    #[error(transparent)]
    Gap(#[from] Gap),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others put items at its place again and again.
    #[error("others were {LOST_MAX} times quicker to extend the log")]
    Crowded,
}

impl AuditStore {
    /// Puts those changes behind the end of the account's log that are not in it yet, in their order.
    ///
    /// # Errors
    /// [`AppendError`], by variant.
    pub async fn append_to_log(
        &self,
        account: &AccountId,
        changes: &[Change],
        now: impl Fn() -> Timestamp,
        usage: &Usage,
    ) -> Result<Appended, AppendError> {
        let begin = || Walk::for_changes(changes, now());
        self.append_from(account, changes, begin, &now, usage).await
    }

    /// Puts those changes behind the end of the account's log that are not in it from `position` on; below it, the caller has
    /// looked.
    ///
    /// # Errors
    /// [`AppendError`], by variant.
    pub async fn append_to_log_known_below(
        &self,
        account: &AccountId,
        position: u64,
        changes: &[Change],
        now: impl Fn() -> Timestamp,
        usage: &Usage,
    ) -> Result<Appended, AppendError> {
        self.append_from(account, changes, || Walk::down_to(position), &now, usage).await
    }

    async fn append_from(
        &self,
        account: &AccountId,
        changes: &[Change],
        begin: impl Fn() -> Walk,
        now: impl Fn() -> Timestamp,
        usage: &Usage,
    ) -> Result<Appended, AppendError> {
        let mut progress = Progress::default();
        while progress.lost() < LOST_MAX {
            match progress.next(changes, now()) {
                Next::Walk => {
                    pause_before(progress.lost()).await;
                    progress.walked(self.walk_log(account, begin(), usage).await?);
                }
                Next::Put(item) => {
                    let was_put = self.put_where_absent(encode_log_item(account, &item), usage).await?;
                    progress.put(item, was_put);
                }
                Next::Nothing(entries) => {
                    let out_of_place = progress.walk().map_or(Vec::new(), |walk| walk.out_of_place().to_vec());
                    return Ok(Appended { entries, there_already: changes.len() - entries, out_of_place });
                }
            }
        }
        Err(AppendError::Crowded)
    }

    /// Walks back from the end of the account's log until the walk is over.
    pub(super) async fn walk_log(
        &self,
        account: &AccountId,
        mut walk: Walk,
        usage: &Usage,
    ) -> Result<Walk, AppendError> {
        let query = self.log_backwards(account);
        let (mut limit, mut position) = (WALK_ITEMS_FIRST, None);
        while !walk.is_over() {
            let request = query.clone().limit(limit).set_exclusive_start_key(position);
            let answer = send(request, usage).await.map_err(StoreError::from)?;
            for item in answer.items.unwrap_or_default() {
                walk.take(decode_log_item(item).map_err(StoreError::from)?)?;
            }
            (limit, position) = (WALK_ITEMS, answer.last_evaluated_key);
            if position.is_none() {
                walk.finish()?;
            }
        }
        Ok(walk)
    }

    /// A query for the items of the account's log, from the end down, consistently.
    pub(super) fn log_backwards(&self, account: &AccountId) -> QueryFluentBuilder {
        self.query_between(key::log(account), LOG_ITEMS, LOG_ITEM).scan_index_forward(false)
    }

    /// Notes that the logs of these accounts have grown, or may have.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn mark_logs_grown(
        &self,
        accounts: &[&AccountId],
        request_id: &str,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<(), StoreError> {
        let item = encode_log_dirty(accounts.iter().copied(), request_id, now);
        send(self.client.put_item().table_name(&self.table).set_item(Some(item)), usage).await?;
        Ok(())
    }
}
