//! The three dialects, the feed, and what proves the log: how each reads a request, and the one place where each turns an error into a status.

pub mod dashboard;
pub mod network;
pub mod trail;

pub mod feed;
pub mod log;
pub mod outgoing;

mod rows;
