//! The embedded engine: DynamoDB's API over one SQLite file or over memory, on a port of its own.
//!
//! The engine runs on threads of its own, so it lives as long as its handle and not as long as the runtime of whoever
//! started it, and it is reached through its HTTP endpoint by the SDK, as production is.

mod changes;
mod client;
mod data_dir;
mod described;
mod error;
mod gate;
mod inner;
mod port;
mod running;
mod second;
mod table;

pub use changes::{Batch, Changes, SequenceNumber};
pub use client::{TABLE, client, config};
pub use error::EngineError;
pub use running::{Engine, Storage};
pub use second::ChangesError;
pub use table::{TableError, create_table_if_absent};
