//! A model of the service for `proptest`: everything recorded in plain lists, and what a page of them may hold. It shares no
//! code with what it is held against: times are compared as texts, CSV is read here. The model of the [`log`] is of another kind.

pub mod drawn;
pub mod drawn_writes;
pub mod filter;
pub mod log;
pub mod network_walk;
pub mod page;
pub mod property;
pub mod rfc4180;
pub mod row;
pub mod trail_walk;
pub mod user;
pub mod user_walk;
pub mod world;
pub mod write;
