//! The table's stream, and a schedule: sends the feed of an account to its destinations.

pub mod send;
