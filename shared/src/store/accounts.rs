//! The list of accounts: those for which a credential was ever made. It is for work that goes through all of them.

use super::{AuditStore, StoreError, key_attributes};
use crate::store::usage::Usage;
use crate::table::attribute;
use crate::table::item::ItemError;
use crate::table::key::{self, Key};
use crate::values::ids::AccountId;

impl AuditStore {
    /// All accounts, by id.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn accounts(&self, usage: &Usage) -> Result<Vec<AccountId>, StoreError> {
        let mut accounts = Vec::new();
        let mut position = None;
        loop {
            let request = self
                .query_partition(key::accounts())
                .consistent_read(false) // one that is missed comes at the next call
                .set_exclusive_start_key(position);
            let answer = usage.request(request.send()).await?;
            usage.consumed(answer.consumed_capacity());
            for item in answer.items() {
                let sk = item.get(attribute::SK).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
                let malformed = |_| {
                    let key = Key { pk: key::accounts(), sk: sk.clone() };
                    ItemError { key, attribute: attribute::SK, problem: "is malformed" }
                };
                accounts.push(AccountId::parse(&sk).map_err(malformed)?);
            }
            position = answer.last_evaluated_key;
            if position.is_none() {
                return Ok(accounts);
            }
        }
    }

    /// Enters an account in the list, where it may stand already.
    pub(super) async fn list_account(&self, account: &AccountId, usage: &Usage) -> Result<(), StoreError> {
        let item = key_attributes(Key { pk: key::accounts(), sk: account.to_string() });
        let request = self.client.put_item().table_name(&self.table).set_item(Some(item));
        usage.request(request.send()).await?;
        Ok(())
    }
}
