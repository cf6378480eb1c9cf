//! Dashboard users: one by id, a page by id, and their import.

use super::directory::guard;
use crate::store::send::send;
use crate::store::transaction::{Cancelled, Met, Transaction};
use crate::store::usage::Usage;
use crate::store::{AuditStore, Conflict, Put, StoreError, key_attributes};
use crate::table::item::{decode_user, encode_user};
use crate::table::key;
use crate::user::DashboardUser;
use crate::values::ids::{AccountId, UserId};

/// One page of users, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPage {
    /// The users.
    pub users: Vec<DashboardUser>,
    /// Whether there are more.
    pub more: bool,
}

impl AuditStore {
    /// Reads one user.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn user(
        &self,
        account: &AccountId,
        id: &UserId,
        usage: &Usage,
    ) -> Result<Option<DashboardUser>, StoreError> {
        let item = self.get(key::user(account, id), usage).await?;
        Ok(item.map(decode_user).transpose()?)
    }

    /// Reads a page of at most `size` users, by id, behind the one given.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn users(
        &self,
        account: &AccountId,
        after: Option<&UserId>,
        size: usize,
        usage: &Usage,
    ) -> Result<UserPage, StoreError> {
        let start_key = after.map(|id| key_attributes(key::user(account, id)));
        let request = self
            .query_partition(key::users(account))
            .set_exclusive_start_key(start_key)
            .limit(i32::try_from(size + 1).unwrap_or(i32::MAX));
        let items = send(request, usage).await?.items.unwrap_or_default();
        let more = items.len() > size;
        let users = items.into_iter().take(size).map(decode_user).collect::<Result<_, _>>()?;
        Ok(UserPage { users, more })
    }

    /// Writes a user and the guard of its address in one transaction, unless one of them stands there.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_user(&self, account: &AccountId, user: &DashboardUser, usage: &Usage) -> Result<Put, StoreError> {
        let items = vec![self.put_if_absent(encode_user(account, user))?, self.put_if_absent(guard(account, user))?];
        match self.transact(items, usage).await? {
            Transaction::Written => Ok(Put::New),
            Transaction::Cancelled(cancelled) => found(cancelled, user),
        }
    }
}

/// What stood in the way of a user (first item) and of the guard of its address (second).
fn found(cancelled: Cancelled, user: &DashboardUser) -> Result<Put, StoreError> {
    if let Some(there) = cancelled.met().first().and_then(Met::in_the_way) {
        let there = decode_user(there.clone())?;
        let there = DashboardUser { changed_at: user.changed_at, ..there }; // changed and changed back is the same
        return Ok(if there == *user { Put::Already } else { Put::Conflict(Conflict::User) });
    }
    if cancelled.failed().is_empty() { Err(cancelled.into_error()) } else { Ok(Put::Conflict(Conflict::EmailAddress)) }
}
