//! What a function keeps between requests.

use crate::process::auth::Authenticator;
use crate::store::AuditStore;

/// The store, and the credentials that were good a moment ago.
#[derive(Debug)]
pub struct App {
    store: AuditStore,
    authenticator: Authenticator,
}

impl App {
    /// An app over a store.
    pub fn new(store: AuditStore) -> Self {
        Self { store, authenticator: Authenticator::default() }
    }

    /// The store.
    pub fn store(&self) -> &AuditStore {
        &self.store
    }

    /// The credentials.
    pub fn authenticator(&self) -> &Authenticator {
        &self.authenticator
    }
}
