//! Who is calling: checks a presented credential, and remembers it for a while.

use crate::credential::{Credential, Presented, Scope, is_secret_of};
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::values::ids::ClientId;
use crate::values::timestamp::Timestamp;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a container remembers a credential, in milliseconds: how long a revoked one may live on.
pub const REMEMBERED_MS: i64 = 60_000;

/// Most credentials that a container remembers.
pub const REMEMBERED_MAX: usize = 1_000;

/// Why a caller is not let in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The credential is not good for this; the reason is for the log, never for the caller.
    #[error("credential refused: {0}")]
    Refused(&'static str),
    /// The credential is good, and not for this.
    #[error("credential refused: scope missing")]
    ScopeMissing,
    /// The store could not say.
    #[error("credential could not be looked up")]
    Store(#[from] StoreError),
}

/// Credentials that were good a moment ago.
///
/// Only a success is answered from memory. Whatever memory does not admit is looked up afresh, so a new secret works at
/// once, and an unknown client id costs what a wrong secret costs: one lookup and the same comparisons.
#[derive(Debug, Default)]
pub struct Authenticator {
    remembered: Mutex<HashMap<ClientId, (Timestamp, Credential)>>,
}

impl Authenticator {
    /// The credential that is presented, if it is good and has the scope.
    ///
    /// # Errors
    /// [`AuthError`], by variant.
    pub async fn authenticate(
        &self,
        store: &AuditStore,
        presented: &Presented,
        scope: Scope,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Credential, AuthError> {
        let hash = presented.secret.hash();
        let remembered = self.recall(&presented.client_id, now).filter(|credential| credential.has_secret(&hash));
        let credential = match remembered {
            Some(credential) => credential,
            None => self.look_up(store, presented, now, usage).await?,
        };
        if credential.may(scope) { Ok(credential) } else { Err(AuthError::ScopeMissing) }
    }

    /// Refuses what a credential has let in before, as a session has been, once it is revoked or has lost the scope. What was
    /// good a moment ago is answered from memory.
    ///
    /// # Errors
    /// [`AuthError`], by variant.
    pub async fn check_standing(
        &self,
        store: &AuditStore,
        client_id: &ClientId,
        scope: Scope,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<(), AuthError> {
        let credential = match self.recall(client_id, now) {
            Some(credential) => credential,
            None => {
                let stored = store.credential(client_id, usage).await?;
                let standing = stored.filter(|credential| credential.revoked_at.is_none());
                self.remember(standing.ok_or(AuthError::Refused("revoked"))?, now)
            }
        };
        if credential.may(scope) { Ok(()) } else { Err(AuthError::ScopeMissing) }
    }

    /// The credential as it is stored. One that has been revoked is forgotten, whichever secret came to show it: a secret that
    /// was good a moment ago is no longer.
    async fn look_up(
        &self,
        store: &AuditStore,
        presented: &Presented,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Credential, AuthError> {
        let stored = store.credential(&presented.client_id, usage).await?;
        let hashes = stored.as_ref().map_or(&[][..], |credential| &credential.secret_hashes);
        let is_secret_good = is_secret_of(hashes, &presented.secret.hash());
        if stored.as_ref().is_none_or(|credential| credential.revoked_at.is_some()) {
            self.forget(&presented.client_id);
        }
        match stored {
            None => Err(AuthError::Refused("unknown client id")),
            Some(_) if !is_secret_good => Err(AuthError::Refused("wrong secret")),
            Some(credential) if credential.revoked_at.is_some() => Err(AuthError::Refused("revoked")),
            Some(credential) => Ok(self.remember(credential, now)),
        }
    }

    fn recall(&self, client_id: &ClientId, now: Timestamp) -> Option<Credential> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, credential) = remembered.get(client_id)?;
        (now.epoch_ms() - since.epoch_ms() < REMEMBERED_MS).then(|| credential.clone())
    }

    fn forget(&self, client_id: &ClientId) {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner).remove(client_id);
    }

    fn remember(&self, credential: Credential, now: Timestamp) -> Credential {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(credential.client_id.clone(), (now, credential.clone()));
        credential
    }
}
