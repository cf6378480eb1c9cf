//! The list of accounts: those for which a credential was ever made. It is for work that goes through all of them.

use super::send::send;
use super::{AuditStore, StoreError, key_attributes};
use crate::store::usage::Usage;
use crate::table::item::decode_listed_account;
use crate::table::key::{self, Key};
use crate::values::ids::AccountId;

impl AuditStore {
    /// All accounts, by id.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn accounts(&self, usage: &Usage) -> Result<Vec<AccountId>, StoreError> {
        let query = self.query_partition(key::accounts()).consistent_read(false); // one that is missed comes at the next call
        let items = self.all(query, usage).await?;
        Ok(items.into_iter().map(decode_listed_account).collect::<Result<_, _>>()?)
    }

    /// Enters an account in the list, where it may stand already.
    pub(super) async fn list_account(&self, account: &AccountId, usage: &Usage) -> Result<(), StoreError> {
        let item = key_attributes(Key { pk: key::accounts(), sk: account.to_string() });
        send(self.client.put_item().table_name(&self.table).set_item(Some(item)), usage).await?;
        Ok(())
    }
}
