//! The three dialects and the feed: how each reads a request, and the one place where each turns an error into a status.

pub mod dashboard;
pub mod network;
pub mod trail;

pub mod feed;
