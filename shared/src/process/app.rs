//! What a function keeps between requests.

use crate::process::auth::Authenticator;
use crate::process::sealed_rounds::SealedRounds;
use crate::store::AuditStore;

/// The store, and what was read of it a moment ago: credentials that were good, and sealed rounds.
#[derive(Debug)]
pub struct App {
    store: AuditStore,
    authenticator: Authenticator,
    sealed_rounds: SealedRounds,
}

impl App {
    /// An app over a store.
    pub fn new(store: AuditStore) -> Self {
        Self { store, authenticator: Authenticator::default(), sealed_rounds: SealedRounds::default() }
    }

    /// The store.
    pub fn store(&self) -> &AuditStore {
        &self.store
    }

    /// The credentials.
    pub fn authenticator(&self) -> &Authenticator {
        &self.authenticator
    }

    /// The rounds that heads are proved with.
    pub fn sealed_rounds(&self) -> &SealedRounds {
        &self.sealed_rounds
    }
}
