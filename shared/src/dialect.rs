//! The three dialects, the feed in its two shapes, and what proves the log: how each reads a request, and the one place where each
//! turns an error into a status.

pub mod dashboard;
pub mod network;
pub mod trail;

pub mod feed;
pub mod formats;
pub mod log;
pub mod system_log;

mod rows;
