//! The process around a request: the one floor that reads the environment, the clock and randomness, and writes the log.

pub mod app;
pub mod auth;
pub mod client;
pub mod clock;
pub mod config;
pub mod destination_ids;
pub mod event_ids;
pub mod invocation;
pub mod log;
pub mod ocsf_mapping;
pub mod request_id;
pub mod runs;
pub mod sealed_rounds;
pub mod secret;
pub mod start;
pub mod user_ids;
