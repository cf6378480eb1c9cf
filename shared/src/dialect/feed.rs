//! The feed, for collectors: an account's events in the order of their positions in its log.

mod behind;
mod event;
mod page;
mod query;
mod start;

pub use event::{Row, row_json};
pub(in crate::dialect) use event::{redacted, text};
pub use page::{FeedPage, answer, page};
pub(in crate::dialect) use query::POSITION_DIGITS_MAX;
pub use query::{FeedQuery, Format, LIMIT_DEFAULT, LIMIT_MAX, Start};
pub(in crate::dialect) use start::{Entries, Place, StartError, before_bytes, behind};

use crate::http::exchange::Exchange;
use crate::store::AuditStore;
use crate::store::usage::Usage;
use crate::values::timestamp::Timestamp;

/// What a feed is read with.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The store.
    pub store: &'a AuditStore,
    /// What it costs the store.
    pub usage: &'a Usage,
    /// The time of the request.
    pub now: Timestamp,
}

impl<'a> Reading<'a> {
    /// Reads for a request.
    pub fn of(exchange: &'a Exchange<'_>) -> Self {
        Self { store: exchange.store(), usage: &exchange.usage, now: exchange.now }
    }
}
