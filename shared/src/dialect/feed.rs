//! The feed, for collectors: an account's events in the order of their positions in its log.

mod behind;
mod event;
mod page;
mod query;
mod start;

pub use event::{EventObject, FeedEvent, FeedMarker, FeedPrincipal, FeedRow, FeedSubject, Others, Row, Unshown};
pub(in crate::dialect) use event::{redacted, texts};
pub use page::{FeedPage, answer, page};
pub(in crate::dialect) use query::POSITION_DIGITS_MAX;
pub use query::{FeedQuery, Form, LIMIT_DEFAULT, LIMIT_MAX, Start};
pub(in crate::dialect) use start::{Entries, Place, StartError, before_bytes, behind};

use crate::http::exchange::Exchange;
use crate::process::ocsf_mapping::OcsfMapping;
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
    /// What the operator says of event types, for events in OCSF.
    pub mapping: &'a OcsfMapping,
}

impl<'a> Reading<'a> {
    /// Reads for a request.
    pub fn of(exchange: &'a Exchange<'_>) -> Self {
        let mapping = exchange.ocsf_mapping();
        Self { store: exchange.store(), usage: &exchange.usage, now: exchange.now, mapping }
    }
}
