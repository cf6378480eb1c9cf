//! Destinations read: one, those of an account, and the list of all.

use crate::destination::Destination;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{decode_destination, decode_listed_destination};
use crate::table::key;
use crate::values::destination_id::DestinationId;
use crate::values::ids::AccountId;

impl AuditStore {
    /// One destination; none if there never was one.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn destination(
        &self,
        account: &AccountId,
        id: &DestinationId,
        usage: &Usage,
    ) -> Result<Option<Destination>, StoreError> {
        let item = self.get(key::destination(account, id), usage).await?;
        Ok(item.map(decode_destination).transpose()?)
    }

    /// All destinations of an account, removed ones included, by id.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn destinations(&self, account: &AccountId, usage: &Usage) -> Result<Vec<Destination>, StoreError> {
        let items = self.all(self.query_partition(key::destinations(account)), usage).await?;
        Ok(items.into_iter().map(decode_destination).collect::<Result<_, _>>()?)
    }

    /// The accounts and ids of all destinations, by account.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn listed_destinations(&self, usage: &Usage) -> Result<Vec<(AccountId, DestinationId)>, StoreError> {
        let items = self.all(self.query_partition(key::destination_list()), usage).await?;
        Ok(items.into_iter().map(decode_listed_destination).collect::<Result<_, _>>()?)
    }
}
