//! What the functions share, as a house of floors: each uses those below it and never one above, and a test
//! (`tests/tests/suite/floors.rs`) reads the imports and holds them to it.
//!
//! From the top, in the order in which a request goes down:
//! - [`dialect`]: the four published dialects, the feed and its formats: how each reads a call, writes a page, and turns an error into a status.
//! - [`http`]: one request: how it comes in from Lambda, what it brings, how far its pages have got, how it is answered.
//! - [`process`]: the process around it: environment, clock, randomness, who is let in, logs and metrics.
//! - [`store`]: the table over the network: pages, transactions, counts, and what each request costs.
//! - [`table`]: every stored byte: attributes, keys, and items written and read back.
//! - [`proof`]: what makes logs provable: hash trees, the map of all accounts' heads, signed checkpoints, proof files.
//! - [`log`]: the entries of an account's log, their hashes, and how it grows.
//! - [`viewer`], [`user`], [`destination`], [`event`], [`credential`]: what there is, and what may be asked of it. Users and
//!   destinations leave events, events carry neither.
//! - [`input`]: JSON read strictly, and every fault named at once.
//! - [`values`]: ids, times, days, addresses: parsed once, at the door.
//!
//! # Invariants
//! - Only [`store`] calls DynamoDB. History is append-only: no code updates or deletes an event.
//! - Only [`table`] knows how a key, an attribute or an item is written.
//! - Only [`process`] reads the environment, the clock and randomness, but for three things: [`store`] and [`http`] measure how long
//!   a request takes, [`store`] pauses between its tries for a random time, so that those who met do not meet again, and [`store`] salts
//!   each event that it puts, so that no writer can forget it.
//! - Only [`dialect`] decides a status.
//! - Past the door nothing is checked again: a value that exists is good.

pub mod values;

pub mod input;

pub mod credential;
pub mod destination;
pub mod event;
pub mod user;
pub mod viewer;

pub mod log;

pub mod proof;

pub mod table;

pub mod store;

pub mod process;

pub mod http;

pub mod dialect;
