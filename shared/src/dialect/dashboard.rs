//! Dashboard users, in Plaid's shape: JSON in, JSON out, one error object with seven keys.

mod call;
mod error;
mod users;

pub use call::{BODY_BYTES_MAX, Call};
pub use error::DashboardError;
pub use users::{PAGE_SIZE, cursor_after, one, page, position};
