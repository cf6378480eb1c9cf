//! Events: read a page at a time, written once.

mod import;
mod page;
mod record;
mod request;
mod salted;

pub use page::{PAGE_TEXT_BYTES_MAX, ROUND_TRIPS_MAX};
pub use record::Recorded;
pub(super) use request::{Beginning, ITEMS_READ_MAX, LastRow, events_of, say_foreign, without_foreign_rows};
pub(super) use salted::salted_event;
