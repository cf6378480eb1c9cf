//! Dashboard users: one by id, a page by id, and their import.

use super::directory::guard;
use crate::store::usage::Usage;
use crate::store::{AuditStore, CONDITION_FAILED, Conflict, Put, StoreError, key_attributes};
use crate::table::item::{decode_user, encode_user};
use crate::table::key;
use crate::user::DashboardUser;
use crate::values::ids::{AccountId, UserId};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, ReturnConsumedCapacity};

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
        let answer = usage.request(request.send()).await?;
        usage.consumed(answer.consumed_capacity());
        let items = answer.items.unwrap_or_default();
        let more = items.len() > size;
        let users = items.into_iter().take(size).map(decode_user).collect::<Result<_, _>>()?;
        Ok(UserPage { users, more })
    }

    /// Writes a user and the guard of its address in one transaction, unless one of them stands there.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_user(&self, account: &AccountId, user: &DashboardUser, usage: &Usage) -> Result<Put, StoreError> {
        let request = self
            .client
            .transact_write_items()
            .transact_items(self.put_if_absent(encode_user(account, user))?)
            .transact_items(self.put_if_absent(guard(account, user))?)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let sent = usage.request(request.send()).await;
        match sent {
            Ok(answer) => {
                answer.consumed_capacity().iter().for_each(|capacity| usage.consumed(Some(capacity)));
                Ok(Put::New)
            }
            Err(error) => match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                    match found(cancelled.cancellation_reasons(), user)? {
                        Some(put) => Ok(put),
                        None => Err(StoreError::Unavailable(error.into())), // cancelled by another transaction
                    }
                }
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }
}

/// What stood in the way of a user (first reason) and the guard of its address (second), if a condition failed at all.
fn found(reasons: &[CancellationReason], user: &DashboardUser) -> Result<Option<Put>, StoreError> {
    let failed = |at: usize| reasons.get(at).filter(|reason| reason.code() == Some(CONDITION_FAILED));
    if let Some(reason) = failed(0) {
        let there = decode_user(reason.item().cloned().unwrap_or_default())?;
        let there = DashboardUser { changed_at: user.changed_at, ..there }; // changed and changed back is the same
        return Ok(Some(if there == *user { Put::Already } else { Put::Conflict(Conflict::User) }));
    }
    Ok(failed(1).map(|_| Put::Conflict(Conflict::EmailAddress)))
}
