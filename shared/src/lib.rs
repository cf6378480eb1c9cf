//! What the functions share, in reading order: parsed types, keys, items, cursors, the DynamoDB store, and the three
//! dialects on top.
//!
//! The direction is `dialect → query and model → store → item → key → ids and times`, never back. Only [`store`] calls
//! DynamoDB, only [`dialect`] decides a status, only [`config`] reads the environment, only [`clock`] the time.

pub mod clock;
pub mod day;
pub mod email;
pub mod idempotency;
pub mod ids;
pub mod timestamp;

pub mod key;

pub mod input;
pub mod json;

pub mod credential;
pub mod day_count;
pub mod event;
pub mod event_ids;
pub mod event_input;
pub mod message;
pub mod user;
pub mod user_change;
pub mod user_event;
pub mod user_ids;

pub mod cursor;
pub mod query;

pub mod item;
pub mod store;
pub mod usage;

pub mod accounts;
pub mod app;
pub mod auth;
pub mod client;
pub mod config;
pub mod exchange;
pub mod gateway;
pub mod invocation;
pub mod log;
pub mod request;
pub mod request_id;

pub mod dialect;

pub use app::App;
pub use store::AuditStore;
