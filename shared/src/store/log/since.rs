//! Where a log stood at a time: the first position that was put then or later.

use crate::log::bundle::ENTRIES_MAX;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, key_attributes};
use crate::table::item::decode_log_item;
use crate::table::key::{self, Key};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use std::collections::HashMap;

/// Places that one request looks at. Each request leaves an eighth of the log, so a log of 10 million events takes 6 requests
/// and the largest that there can be, of 10^16, takes 16.
const PROBES: u64 = 7;

impl AuditStore {
    /// The first position of the account's log whose entry was put in it at that time or later: the end, if none was. `end` is the
    /// position behind the last entry.
    ///
    /// When entries were put never falls along positions, and an item begins at every multiple of 256: those are looked at.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn log_position_at(
        &self,
        account: &AccountId,
        at: Timestamp,
        end: u64,
        usage: &Usage,
    ) -> Result<u64, StoreError> {
        let block = ENTRIES_MAX as u64;
        // The entry looked for is in block `low - 1` or at the start of a block from `low` to `high`.
        let (mut low, mut high) = (0, end.div_ceil(block));
        while low < high {
            let step = (high - low).div_ceil(PROBES + 1).max(1);
            let probes: Vec<u64> =
                (0..PROBES).map(|at| low + (at + 1) * step - 1).filter(|&probe| probe < high).collect();
            let put_at = self.blocks_put_at(account, &probes, usage).await?;
            for probe in probes {
                let is_before = put_at.get(&probe).is_some_and(|put_at| *put_at < at);
                if is_before {
                    low = probe + 1;
                } else {
                    high = probe;
                    break;
                }
            }
        }
        let Some(before) = low.checked_sub(1) else { return Ok(0) };
        let entries = self.log_entries(account, None, before * block, (low * block).min(end), usage).await?;
        let first = entries.into_iter().find(|logged| logged.appended_at >= at);
        Ok(first.map_or((low * block).min(end), |logged| logged.position))
    }

    /// When the first item of each of these blocks was put.
    async fn blocks_put_at(
        &self,
        account: &AccountId,
        blocks: &[u64],
        usage: &Usage,
    ) -> Result<HashMap<u64, Timestamp>, StoreError> {
        let block_keys =
            blocks.iter().map(|block| Key { pk: key::log(account), sk: key::log_item(block * ENTRIES_MAX as u64) });
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(block_keys.map(key_attributes).collect()))
            .consistent_read(true)
            .build()?;
        let answer = send(self.client.batch_get_item().request_items(&self.table, keys), usage).await?;
        let left = answer.unprocessed_keys.unwrap_or_default().len();
        let items = answer.responses.unwrap_or_default().remove(&self.table).unwrap_or_default();
        let mut put_at = HashMap::new();
        for item in items {
            let item = decode_log_item(item)?;
            put_at.insert(item.first / ENTRIES_MAX as u64, item.appended_at);
        }
        if left > 0 || put_at.len() < blocks.len() {
            let what = format!("{} of {} items of the log were read", put_at.len(), blocks.len());
            return Err(StoreError::Unavailable(what.into()));
        }
        Ok(put_at)
    }
}
