//! Changes to dashboard users: user, e-mail guard and audit event in one transaction, so that the directory cannot change
//! without a trace, and the trail cannot tell of a change that did not happen.

use crate::event::AuditEvent;
use crate::store::back_off::{ATTEMPTS_MAX, pause_before};
use crate::store::events::salted_event;
use crate::store::transaction::Transaction;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::item::{Item, encode_user};
use crate::table::key;
use crate::user::DashboardUser;
use crate::user::change::{IllegalMove, UserChange};
use crate::user::event::Act;
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, UserId};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};

/// Why the directory was not changed. Nothing was written, unless the store did not say.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// There is no such user.
    #[error("there is no such user")]
    UnknownUser,
    /// The status cannot follow the one that the user has.
    #[error("the status cannot follow the one that the user has")]
    IllegalMove(#[source] IllegalMove),
    /// Another user has the address.
    #[error("another user has the address")]
    EmailAddressInUse,
    /// Others changed the same user or address, each time that it was tried.
    #[error("others were faster {ATTEMPTS_MAX} times")]
    Contended,
    /// The store did not do it.
    #[error("the store did not change the directory")]
    Store(#[from] StoreError),
}

/// Where each item stands in a transaction; what they met has the same order.
mod position {
    pub(in crate::store) const USER: usize = 0;
    pub(in crate::store) const EVENT: usize = 1;
    pub(in crate::store) const GUARD: usize = 2;
    pub(in crate::store) const OLD_GUARD: usize = 3;
}

impl AuditStore {
    /// Makes a user, with its guard and its event.
    ///
    /// # Errors
    /// [`DirectoryError`]: the address is in use, others held it each time, or the store's.
    pub async fn create_user(
        &self,
        account: &AccountId,
        user: &DashboardUser,
        act: &Act,
        usage: &Usage,
    ) -> Result<(), DirectoryError> {
        let event = act.invitation(user);
        for attempt in 0..ATTEMPTS_MAX {
            pause_before(attempt).await;
            let items = [
                self.put_if_absent(encode_user(account, user))?,
                self.put_if_absent(salted_event(account, &event)?)?,
                self.put_if_absent(guard(account, user))?,
            ];
            match self.change(items.into(), usage).await? {
                None => return Ok(()),
                Some(failed) if failed == [position::GUARD] => return Err(DirectoryError::EmailAddressInUse),
                Some(failed) if failed.is_empty() => {} // others had their hands on an item
                Some(_) => return Err(taken(&event).into()),
            }
        }
        Err(DirectoryError::Contended)
    }

    /// Changes a user, with its guard if the address becomes another, and its event. Returns the user after the change. If that
    /// leaves the user as it was, nothing is written.
    ///
    /// The user is read, and replaced on the condition that nobody has changed it since:
    ///
    /// ```text
    /// t0  A reads the user (changed_at 7)
    /// t1          B reads the user (changed_at 7)
    /// t2          B writes user (changed_at 8) and event, if changed_at is 7: it is
    /// t3  A writes user (changed_at 8) and event, if changed_at is 7: it is not, and neither is written
    /// t4  A reads the user again, decides again on what B left, and writes user and event (changed_at 9)
    /// ```
    ///
    /// # Errors
    /// [`DirectoryError`], by variant.
    pub async fn change_user(
        &self,
        account: &AccountId,
        id: &UserId,
        change: &UserChange,
        act: &Act,
        usage: &Usage,
    ) -> Result<DashboardUser, DirectoryError> {
        for attempt in 0..ATTEMPTS_MAX {
            pause_before(attempt).await;
            let before = self.user(account, id, usage).await?.ok_or(DirectoryError::UnknownUser)?;
            let changed = change.apply(&before, act.now).map_err(DirectoryError::IllegalMove)?;
            let Some(after) = changed else { return Ok(before) };
            if self.replace_user(account, &before, &after, &act.change(&before, &after), usage).await? {
                return Ok(after);
            }
        }
        Err(DirectoryError::Contended)
    }

    /// Replaces a user by what it became. `false` if it is no longer what it was.
    async fn replace_user(
        &self,
        account: &AccountId,
        before: &DashboardUser,
        after: &DashboardUser,
        event: &AuditEvent,
        usage: &Usage,
    ) -> Result<bool, DirectoryError> {
        let mut items = vec![
            self.put_if_unchanged(encode_user(account, after), before.changed_at)?,
            self.put_if_absent(salted_event(account, event)?)?,
        ];
        // A transaction takes an item once, and addresses that differ in case alone have the same guard.
        let guard_key = |user: &DashboardUser| key::email_guard(account, &user.email_address);
        if guard_key(before) != guard_key(after) {
            items.push(self.put_if_absent(guard(account, after))?);
            items.push(self.delete_guard(account, &before.email_address, &before.id)?);
        }
        match self.change(items, usage).await? {
            None => Ok(true),
            Some(failed) if failed.is_empty() => Ok(false), // others had their hands on an item
            // Of a user that has changed, the other conditions say nothing.
            Some(failed) if failed.contains(&position::USER) => Ok(false),
            Some(failed) if failed.contains(&position::EVENT) => Err(taken(event).into()),
            Some(failed) if failed.contains(&position::OLD_GUARD) => {
                let held = format!("the guard of the address of user {} is another user's", before.id);
                Err(StoreError::Rejected(held.into()).into())
            }
            Some(_) => Err(DirectoryError::EmailAddressInUse),
        }
    }

    /// A put of a user that was last changed at that time, and not since. Its other attributes need no comparing: no change
    /// goes without a new time, and no two have the same.
    fn put_if_unchanged(&self, item: Item, seen: Option<Timestamp>) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .expression_attribute_names("#changed_at", attribute::CHANGED_AT);
        let put = match seen {
            Some(at) => put
                .condition_expression("#changed_at = :seen")
                .expression_attribute_values(":seen", text(at.to_string())),
            None => put
                .condition_expression("attribute_exists(#pk) AND attribute_not_exists(#changed_at)")
                .expression_attribute_names("#pk", attribute::PK),
        };
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }

    /// Frees the address that a user had: the only delete there is. A guard is a lock and not history; who had the address
    /// when is in the events. One that is not there, or not this user's, is left alone.
    #[expect(clippy::disallowed_methods, reason = "a guard is not history")]
    fn delete_guard(
        &self,
        account: &AccountId,
        address: &EmailAddress,
        user: &UserId,
    ) -> Result<TransactWriteItem, StoreError> {
        let delete = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key::email_guard(account, address))))
            .condition_expression("attribute_not_exists(#pk) OR #user_id = :user_id")
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_names("#user_id", attribute::USER_ID)
            .expression_attribute_values(":user_id", text(user.as_str()))
            .build()?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Writes a change with its event. If it was not written, returns the places of the conditions that did not hold, or an empty
    /// list if others had their hands on an item.
    async fn change(&self, items: Vec<TransactWriteItem>, usage: &Usage) -> Result<Option<Vec<usize>>, StoreError> {
        match self.transact(items, usage).await? {
            Transaction::Written => {
                usage.recorded(1);
                Ok(None)
            }
            Transaction::Cancelled(cancelled) => Ok(Some(cancelled.failed())),
        }
    }
}

/// The guard of a user's address.
pub(in crate::store) fn guard(account: &AccountId, user: &DashboardUser) -> Item {
    let mut guard = key_attributes(key::email_guard(account, &user.email_address));
    guard.insert(attribute::USER_ID.to_owned(), text(user.id.as_str()));
    guard
}

/// New ids are random: one that is there already is a fault of ours.
fn taken(event: &AuditEvent) -> StoreError {
    StoreError::Rejected(format!("the id of the new event {} or of its user is taken", event.id).into())
}
