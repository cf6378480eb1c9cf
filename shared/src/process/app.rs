//! What a function keeps between requests.

use crate::process::auth::Authenticator;
use crate::process::ocsf_mapping::OcsfMapping;
use crate::process::sealed_rounds::SealedRounds;
use crate::store::AuditStore;

/// The store, what was read of it a moment ago (credentials that were good, and sealed rounds), and what the operator says of event
/// types.
#[derive(Debug)]
pub struct App {
    store: AuditStore,
    authenticator: Authenticator,
    sealed_rounds: SealedRounds,
    ocsf_mapping: OcsfMapping,
}

impl App {
    /// An app over a store.
    pub fn new(store: AuditStore) -> Self {
        Self {
            store,
            authenticator: Authenticator::default(),
            sealed_rounds: SealedRounds::default(),
            ocsf_mapping: OcsfMapping::default(),
        }
    }

    /// The app, with an operator's mapping of event types to OCSF.
    #[must_use]
    pub fn with_ocsf_mapping(self, ocsf_mapping: OcsfMapping) -> Self {
        Self { ocsf_mapping, ..self }
    }

    /// The operator's mapping of event types to OCSF; empty unless one was given.
    pub fn ocsf_mapping(&self) -> &OcsfMapping {
        &self.ocsf_mapping
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
