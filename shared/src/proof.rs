//! What makes a log provable, without the table that holds it: hash [`tree`]s and the [`tile`]s they are read as, the [`map`] of all
//! accounts' [`head`]s, the [`round`]s that seal it, the signed [`checkpoint`] over them, and the [`file`]s that carry a proof to a
//! stranger.
//!
//! ```text
//! event ─ digest ─ entry ─┐ tree of the account's log        (a leaf for each entry)
//!                         └ head ─┐ map of all accounts      (a leaf for each account, 2^48 places)
//!                                 └ round ─┐ log of rounds   (a leaf for each round)
//!                                          └ checkpoint, signed with Ed25519
//! ```
//!
//! Hashes of leaves and inner nodes are those of RFC 6962; the log of rounds, its tiles, its checkpoint and its proofs are C2SP's
//! (tlog-tiles, tlog-checkpoint, signed-note, tlog-proof), so that verifiers which others wrote take them.

pub mod checkpoint;
pub mod file;
pub mod head;
pub mod key;
pub mod map;
pub mod note;
pub mod round;
pub mod tile;
pub mod tree;

#[cfg(test)]
mod vectors;
