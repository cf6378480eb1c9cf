//! What a function keeps between requests.

use crate::accounts::KnownAccounts;
use crate::auth::Authenticator;
use crate::store::AuditStore;

/// The store, and the credentials and accounts that were good a moment ago.
#[derive(Debug)]
pub struct App {
    store: AuditStore,
    authenticator: Authenticator,
    accounts: KnownAccounts,
}

impl App {
    /// An app over a store.
    pub fn new(store: AuditStore) -> Self {
        Self { store, authenticator: Authenticator::default(), accounts: KnownAccounts::default() }
    }

    /// The store.
    pub fn store(&self) -> &AuditStore {
        &self.store
    }

    /// The credentials.
    pub fn authenticator(&self) -> &Authenticator {
        &self.authenticator
    }

    /// The accounts.
    pub fn accounts(&self) -> &KnownAccounts {
        &self.accounts
    }
}
