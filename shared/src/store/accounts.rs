//! The list of accounts: those that ever had a credential, or that an operator made without one. It is for work that goes through all
//! of them.

use super::send::send;
use super::{AuditStore, StoreError, key_attributes};
use crate::proof::head::AccountKey;
use crate::store::usage::Usage;
use crate::table::item::decode_listed_account;
use crate::table::key::{self, Key};
use crate::values::ids::AccountId;

/// An account that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error(
    "the account {0} would have the place of the account {1} in the map of all accounts, which holds one: choose another id"
)]
struct PlaceTaken(AccountId, AccountId);

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

    /// Enters an account in the list, where it may stand already. An account whose place in the map of all accounts another one has is
    /// refused: one of them could not be sealed.
    ///
    /// Two such accounts that are made at the same moment may both get in; `log-sign` seals the one that comes first then, and tells of
    /// the other. One pair in 281 million million has one place, so nobody but a test will see either.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if another account has its place.
    pub(super) async fn list_account(&self, account: &AccountId, usage: &Usage) -> Result<(), StoreError> {
        if self.has_account(account, usage).await? {
            return Ok(());
        }
        let slot = AccountKey::of(account).slot();
        let listed = self.all(self.query_partition(key::accounts()), usage).await?;
        for item in listed {
            let other = decode_listed_account(item)?;
            if AccountKey::of(&other).slot() == slot && other != *account {
                return Err(StoreError::Rejected(PlaceTaken(account.clone(), other).into()));
            }
        }
        let item = key_attributes(Key { pk: key::accounts(), sk: account.to_string() });
        send(self.client.put_item().table_name(&self.table).set_item(Some(item)), usage).await?;
        Ok(())
    }
}
