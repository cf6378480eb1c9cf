//! The four dialects, the feed with its formats, and what proves the log: how each reads a request, and the one place where each turns
//! an error into a status. The system log is the feed in another shape.

pub mod dashboard;
pub mod network;
pub mod trail;

pub mod cloud_events;
pub mod feed;
pub mod formats;
pub mod ocsf;

pub mod log;
pub mod outgoing;
pub mod system_log;

mod rows;
