//! Logs of rounds: which there are, their rounds, and their checkpoints.

use crate::store::requests::project;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{
    CHECKPOINT, LOG_DIRTY, LOG_OF_ROUNDS, LogOfRounds, ROUND, RoundItem, decode_checkpoint, decode_log_dirty,
    decode_log_of_rounds, decode_round, encode_checkpoint, encode_log_of_rounds, encode_round,
};
use crate::table::key::{self, CHECKPOINTS, Generation, LOG_ITEMS};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;

impl AuditStore {
    /// The logs of rounds, the oldest first; none before the first round.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn logs_of_rounds(&self, usage: &Usage) -> Result<Vec<LogOfRounds>, StoreError> {
        let query = project(self.query_partition(key::logs_of_rounds()).consistent_read(true), LOG_OF_ROUNDS);
        let items = self.all(query, usage).await?;
        Ok(items.into_iter().map(decode_log_of_rounds).collect::<Result<_, _>>()?)
    }

    /// Enters a log of rounds in the list. Returns whether there was none of its generation.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_log_of_rounds(&self, log: &LogOfRounds, usage: &Usage) -> Result<bool, StoreError> {
        self.put_where_absent(encode_log_of_rounds(log), usage).await
    }

    /// The last round of a log of rounds; none before the first.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn last_round(&self, generation: Generation, usage: &Usage) -> Result<Option<RoundItem>, StoreError> {
        let query = self.query_between(key::rounds(generation), LOG_ITEMS, ROUND).scan_index_forward(false).limit(1);
        let item = send(query, usage).await?.items.unwrap_or_default().pop();
        Ok(item.map(decode_round).transpose()?)
    }

    /// The rounds from one index up to another, which is not among them; fewer where the log ends.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn rounds(
        &self,
        generation: Generation,
        from: u64,
        to: u64,
        usage: &Usage,
    ) -> Result<Vec<RoundItem>, StoreError> {
        let between = (key::log_item(from), key::log_item(to.saturating_sub(1)));
        let items = self.all(self.query_between(key::rounds(generation), between, ROUND), usage).await?;
        Ok(items.into_iter().map(decode_round).collect::<Result<_, _>>()?)
    }

    /// Puts a round at its index, unless one stands there. Returns whether it was put.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_round(
        &self,
        generation: Generation,
        round: &RoundItem,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        self.put_where_absent(encode_round(generation, round), usage).await
    }

    /// The newest checkpoint of a log of rounds, or that of a size: its size and the note. None if there is none.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn checkpoint(
        &self,
        generation: Generation,
        size: Option<u64>,
        usage: &Usage,
    ) -> Result<Option<(u64, String)>, StoreError> {
        let between = match size {
            None => (CHECKPOINTS.0.to_owned(), CHECKPOINTS.1.to_owned()),
            Some(size) => {
                let sk = key::checkpoint(generation, size).sk;
                (sk.clone(), sk)
            }
        };
        let query = self.query_between(key::rounds(generation), between, CHECKPOINT);
        let item = send(query.scan_index_forward(false).limit(1), usage).await?.items.unwrap_or_default().pop();
        Ok(item.map(decode_checkpoint).transpose()?)
    }

    /// Puts a checkpoint of a size, unless one stands there.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_checkpoint(
        &self,
        generation: Generation,
        size: u64,
        note: &str,
        usage: &Usage,
    ) -> Result<(), StoreError> {
        self.put_where_absent(encode_checkpoint(generation, size, note), usage).await.map(|_| ())
    }

    /// The accounts whose log may have grown in a minute, some more than once.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn logs_grown(&self, minute: Timestamp, usage: &Usage) -> Result<Vec<AccountId>, StoreError> {
        let query = self.query_partition(key::log_dirty_at(minute)).consistent_read(true);
        let items = self.all(project(query, LOG_DIRTY), usage).await?;
        let accounts = items.into_iter().map(decode_log_dirty).collect::<Result<Vec<_>, _>>()?;
        Ok(accounts.into_iter().flatten().collect())
    }
}
