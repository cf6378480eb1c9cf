//! Which accounts the queue records for: those that have a credential, in use or revoked. They are remembered for a while.

use shared::store::usage::Usage;
use shared::store::{AuditStore, StoreError};
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a container remembers an account, in milliseconds.
pub(crate) const REMEMBERED_MS: i64 = 60_000;

/// Most accounts that a container remembers.
pub(crate) const REMEMBERED_MAX: usize = 10_000;

/// Accounts that were there a moment ago. One that is not there is looked up again each time, so a new one works at once.
#[derive(Debug, Default)]
pub struct KnownAccounts {
    remembered: Mutex<HashMap<AccountId, Timestamp>>,
}

impl KnownAccounts {
    /// Whether there is such an account.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn knows(
        &self,
        store: &AuditStore,
        account: &AccountId,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<bool, StoreError> {
        if self.recalls(account, now) {
            return Ok(true);
        }
        let known = store.has_credentials(account, usage).await?;
        if known {
            self.remember(account, now);
        }
        Ok(known)
    }

    fn recalls(&self, account: &AccountId, now: Timestamp) -> bool {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.get(account).is_some_and(|since| now.epoch_ms() - since.epoch_ms() < REMEMBERED_MS)
    }

    fn remember(&self, account: &AccountId, now: Timestamp) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(account.clone(), now);
    }
}
