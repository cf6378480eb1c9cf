//! The audit trail, in Merge's shape: JSON pages, newest first, that can be walked both ways.

mod error;
mod page;
mod query;

pub use error::TrailError;
pub use page::{answer, event_json};
pub use query::{CATEGORIES, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, TrailQuery, authenticate, check_category};
