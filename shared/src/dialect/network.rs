//! The network audit, in Vbrick Rev's shape: pages of CSV, oldest first, each naming where the next begins.

mod call;
mod chain;
mod csv;
mod error;

pub use call::{NetworkCall, PAGE_SIZE, authenticate, user_id};
pub use csv::HEADER;
pub use error::NetworkError;
