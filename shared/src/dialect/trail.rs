//! The audit trail, in Merge's shape: JSON pages, newest first, that can be walked both ways; and batches of
//! events to record.

mod batch;
mod batch_faults;
mod error;
mod page;
mod query;
mod recorded;

pub use batch::{BATCH_BYTES_MAX, Batch, EVENTS_MAX, IDEMPOTENCY_KEY};
pub use batch_faults::BatchFaults;
pub use error::TrailError;
pub use page::{answer, cursors, event_json};
pub use query::{CATEGORIES, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, TrailQuery, authenticate, check_category};
pub use recorded::{IDEMPOTENCY_REPLAYED, answer_recorded};
