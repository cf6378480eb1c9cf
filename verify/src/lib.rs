//! `audit verify`: shows offline, from an export and a key, whether a history is the one that was sealed.
//!
//! ```text
//! checkpoint ── the key signed it
//!   tile/…            every round; the tree over them is the checkpoint's
//!   account/head      the head of the account in the map of the last round
//!   account/tile/…    every entry; the tree over them is the head's
//!   events.ndjson     every event; its digest is that of its entry
//! ```
//!
//! It asks nobody: neither the network nor AWS nor whoever made the export, who may be the one to be found out. What it cannot read is
//! [`Unusable`]; what it can read and is not as it was sealed is a [`Finding`].

mod account;
mod bits;
mod chunks;
mod collated;
mod differing;
mod earlier;
mod export;
pub mod files;
mod finding;
mod grown;
mod held;
mod line;
mod lines;
mod proof_file;
mod report;
mod rounds;
mod sealed;
mod threads;
mod tiles;
mod told;
mod unusable;

pub use export::{MAX_AGE_MINUTES, Question, verify};
pub use finding::{Finding, Verdict};
pub use proof_file::verify_proof;
pub use report::{FINDINGS_MAX, Report};
pub use unusable::Unusable;
