//! Dashboard users, in Plaid's shape: JSON in, JSON out, one error object with seven keys.

mod call;
mod change;
mod error;
mod users;

pub use call::{BODY_BYTES_MAX, Call};
pub use change::{Asker, read_change, read_new_user};
pub use error::DashboardError;
pub use users::{PAGE_SIZE, cursor_after, one, page, position};
