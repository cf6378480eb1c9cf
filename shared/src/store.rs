//! The table over the network: the only code that calls DynamoDB, every time through [`send`].
//!
//! History is append-only: every put of an event carries `attribute_not_exists(pk)`, and nothing here updates or deletes one.

mod account;
mod accounts;
mod back_off;
mod counts;
mod credentials;
mod destinations;
mod error;
mod events;
mod log;
mod proof;
pub mod query;
mod requests;
mod send;
mod sessions;
mod transaction;
pub mod usage;
mod users;

pub use back_off::ATTEMPTS_MAX;
pub use counts::{COUNT_ROUND_TRIPS_MAX, COUNT_TIME_MAX, DAYS_MAX, DayTotal, Rolled, imported_days};
pub use destinations::{DestinationError, Held, Sent};
pub use error::StoreError;
pub use events::{PAGE_TEXT_BYTES_MAX, ROUND_TRIPS_MAX, Recorded};
pub use log::{AppendError, Appended, BATCH_GET_MAX, FOLD_DAYS_MAX, FoundEvents, LogEnd, Logged, Newest};
pub use proof::{Heads, NODES_AT_ONCE, SealedHeads, SealedRound};
pub use sessions::{ATTEMPTS_SIGN_IN_MAX, SIGN_IN_WINDOW_MS};
pub use transaction::TRANSACTION_ITEMS_MAX;
pub use users::{DirectoryError, UserPage};

use crate::table::attribute;
use crate::table::item::Item;
use crate::table::key::Key;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;

/// One table.
#[derive(Debug, Clone)]
pub struct AuditStore {
    client: Client,
    table: String,
}

impl AuditStore {
    /// The table of that name, reached through the client.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { client, table: table.into() }
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.table
    }
}

/// What became of a put that may have been made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It was written: nothing was there before.
    New,
    /// It was there already, with the same content.
    Already,
    /// Something else is there; it was left as it was.
    Conflict(Conflict),
}

/// What stands where something was to be put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// An event with the same id and time, and other content.
    Event,
    /// A user with the same id, and other content.
    User,
    /// Another user with the same e-mail address.
    EmailAddress,
}

/// The condition of a put that must find nothing in its place, as of every event.
const ABSENT: &str = "attribute_not_exists(#pk)";

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn key_attributes(key: Key) -> Item {
    Item::from([(attribute::PK.to_owned(), text(key.pk)), (attribute::SK.to_owned(), text(key.sk))])
}
