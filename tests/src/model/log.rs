//! A model of logs that grow, small enough to be looked through: writers, a stream in shards, its consumers, the reconciler, and
//! everything that may go wrong between any two of their writes. What decides the next write is the shipped code
//! ([`shared::log::append`]); the table, the stream and the clocks are played here.
//!
//! [`search`] looks at every state that a small scope can come to, [`walk`] follows long ways through a large one. Both can do
//! without a [`rule::Rule`], to show what it is for.

#![expect(clippy::indexing_slicing, reason = "the indexes of a model are its own")]

pub mod action;
pub mod fault;
pub mod logged;
pub mod printed;
pub mod rule;
pub mod scope;
pub mod search;
pub mod stream;
pub mod walk;
pub mod worker;
pub mod world;
