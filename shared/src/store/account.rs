//! One account, as the list of accounts has it: for the operator's tool, which would otherwise write to a misspelt one.

use super::{AuditStore, StoreError};
use crate::store::usage::Usage;
use crate::table::key::{self, Key};
use crate::values::ids::AccountId;

impl AuditStore {
    /// Whether there is such an account. The read is consistent, so it sees one that was made a moment ago.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn has_account(&self, account: &AccountId, usage: &Usage) -> Result<bool, StoreError> {
        let key = Key { pk: key::accounts(), sk: account.to_string() };
        Ok(self.get(key, usage).await?.is_some())
    }

    /// Makes an account that has no credential yet; one that is there stays as it is.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn create_account(&self, account: &AccountId, usage: &Usage) -> Result<(), StoreError> {
        self.list_account(account, usage).await
    }
}
