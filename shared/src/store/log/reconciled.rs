//! How far the log of an account is folded into days, and what it says of each.

use super::events::can_stand;
use crate::log::reconciled::{ReconciledCursor, ReconciledDay};
use crate::store::transaction::Transaction;
use crate::store::usage::Usage;
use crate::store::{ABSENT, AuditStore, StoreError};
use crate::table::attribute;
use crate::table::item::{
    Item, decode_reconciled_cursor, decode_reconciled_day, encode_reconciled_cursor, encode_reconciled_day, number,
};
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::AccountId;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use std::collections::BTreeMap;

/// Most days that one step folds entries into: with the position, they are one transaction.
pub const FOLD_DAYS_MAX: usize = 99;

impl AuditStore {
    /// The position up to which the account's log is folded into days; none before the first time.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn reconciled_up_to(
        &self,
        account: &AccountId,
        usage: &Usage,
    ) -> Result<Option<ReconciledCursor>, StoreError> {
        let item = self.get(key::reconciled_cursor(account), usage).await?;
        Ok(item.map(decode_reconciled_cursor).transpose()?)
    }

    /// What the account's log says of each day, as far as it is folded.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn reconciled_days(
        &self,
        account: &AccountId,
        usage: &Usage,
    ) -> Result<BTreeMap<Day, ReconciledDay>, StoreError> {
        let items = self.all(self.query_partition(key::reconciled(account)), usage).await?;
        let is_day = |item: &Item| item.get(attribute::SK) != Some(&AttributeValue::S("cursor".to_owned()));
        Ok(items.into_iter().filter(is_day).map(decode_reconciled_day).collect::<Result<_, _>>()?)
    }

    /// Notes that the log is folded up to `to`, and what it says of the days that its entries since `from` are of: at
    /// most [`FOLD_DAYS_MAX`]. Returns whether it did: not if another call has folded meanwhile.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn fold_log(
        &self,
        account: &AccountId,
        from: Option<u64>,
        to: ReconciledCursor,
        days: &BTreeMap<Day, ReconciledDay>,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        let mut writes = vec![self.put_position(account, from, to)?];
        for (day, sum) in days {
            let put = Put::builder().table_name(&self.table).set_item(Some(encode_reconciled_day(account, *day, sum)));
            writes.push(TransactWriteItem::builder().put(put.build()?).build());
        }
        match self.transact(writes, usage).await? {
            Transaction::Written => Ok(true),
            Transaction::Cancelled(_) => Ok(false),
        }
    }

    fn put_position(
        &self,
        account: &AccountId,
        from: Option<u64>,
        to: ReconciledCursor,
    ) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(encode_reconciled_cursor(account, to)));
        let put = match from {
            None => put.condition_expression(ABSENT).expression_attribute_names("#pk", attribute::PK),
            Some(from) => put
                .condition_expression("#position = :from")
                .expression_attribute_names("#position", attribute::POSITION)
                .expression_attribute_values(":from", number(from)),
        };
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }

    /// One item of the account's events as it stands now, read by its key and consistently.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn event_item(
        &self,
        account: &AccountId,
        shard: &str,
        sk: &str,
        usage: &Usage,
    ) -> Result<Option<Item>, StoreError> {
        if can_stand(sk) { self.get(key::event_at(account, shard, sk), usage).await } else { Ok(None) }
    }
}
