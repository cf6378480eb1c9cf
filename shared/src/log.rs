//! An account's log: every event gets one position in it, in the order of arrival, for ever.
//!
//! Here is what the log says and how it grows, without the table that holds it: [`entry`]s and their hashes, the framing of a
//! [`bundle`] of them, and the [`append`]ing of changes that a stream delivers more than once.

pub mod append;
pub mod bundle;
pub mod entry;
pub mod hash;
pub mod reconciled;
