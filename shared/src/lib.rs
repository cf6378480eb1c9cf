//! What the functions share: parsed types, keys, items, cursors, the DynamoDB store and the three dialects.

/// What a function keeps between requests.
#[derive(Debug)]
pub struct App {
    store: AuditStore,
}

impl App {
    /// An app over a store.
    pub fn new(store: AuditStore) -> Self {
        Self { store }
    }

    /// The store.
    pub fn store(&self) -> &AuditStore {
        &self.store
    }
}

/// The table, and the only code that calls DynamoDB.
#[derive(Debug, Clone)]
pub struct AuditStore {
    /// The SDK's client.
    pub client: aws_sdk_dynamodb::Client,
    /// The table's name.
    pub table: String,
}

impl AuditStore {
    /// A store over one table.
    pub fn new(client: aws_sdk_dynamodb::Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }
}
