//! Who is calling: checks a presented credential, and remembers it for a while.

use crate::credential::{Credential, Presented, Scope, admits};
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// How long a container remembers a credential, in milliseconds: how long a revoked one may live on.
pub const REMEMBERED_MS: i64 = 60_000;

/// Most credentials that a container remembers.
pub const REMEMBERED_MAX: usize = 1_000;

/// Why a caller is not let in.
#[derive(Debug)]
pub enum AuthError {
    /// The credential is not good for this; the reason is for the log, never for the caller.
    Refused(&'static str),
    /// The store could not say.
    Store(StoreError),
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => write!(f, "credential refused: {reason}"),
            Self::Store(_) => f.write_str("credential could not be looked up"),
        }
    }
}

impl std::error::Error for AuthError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}

impl From<StoreError> for AuthError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
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
    /// The account that the credential admits to, if it has the scope.
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
    ) -> Result<AccountId, AuthError> {
        Ok(self.admit(store, presented, scope, now, usage).await?.account)
    }

    /// The credential that is presented, if it is good and has the scope.
    ///
    /// # Errors
    /// [`AuthError`], by variant.
    pub async fn admit(
        &self,
        store: &AuditStore,
        presented: &Presented,
        scope: Scope,
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Credential, AuthError> {
        let hash = presented.secret.hash();
        let remembered = self.recall(&presented.client_id, now).filter(|credential| credential.admits(&hash));
        let credential = match remembered {
            Some(credential) => credential,
            None => {
                let looked_up = store.credential(&presented.client_id, usage).await?;
                let hashes = looked_up.as_ref().map_or(&[][..], |credential| &credential.secret_hashes);
                let admitted = admits(hashes, &hash);
                match looked_up {
                    None => return Err(AuthError::Refused("unknown client id")),
                    Some(_) if !admitted => return Err(AuthError::Refused("wrong secret")),
                    Some(credential) if credential.revoked_at.is_some() => return Err(AuthError::Refused("revoked")),
                    Some(credential) => self.remember(credential, now),
                }
            }
        };
        if credential.may(scope) { Ok(credential) } else { Err(AuthError::Refused("scope missing")) }
    }

    fn recall(&self, client_id: &ClientId, now: Timestamp) -> Option<Credential> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, credential) = remembered.get(client_id)?;
        (now.epoch_ms() - since.epoch_ms() < REMEMBERED_MS).then(|| credential.clone())
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
