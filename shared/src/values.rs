//! Values: each is parsed once, at the door, and is good from there on.

pub mod category;
pub mod day;
pub mod destination_id;
pub mod email;
pub mod event_sort_key;
pub mod format;
pub(crate) mod host;
pub mod ids;
pub mod ocsf;
pub mod timestamp;
