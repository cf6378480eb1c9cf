//! What makes logs provable, in the table: nodes and tiles of trees, rounds, the heads that they seal, checkpoints.

mod heads;
mod rounds;
mod tiles;

pub use heads::Heads;
pub use tiles::NODES_AT_ONCE;
