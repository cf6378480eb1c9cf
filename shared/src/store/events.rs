//! Events: read a page at a time, written once.

mod import;
mod page;
mod record;

pub use import::TRANSACTION_ITEMS_MAX;
pub(super) use page::{ITEMS_READ_MAX, stopped_at};
pub use page::{PAGE_TEXT_BYTES_MAX, ROUND_TRIPS_MAX};
pub use record::{RECORDING_ROUND_TRIPS_MAX, Recorded};
