//! What makes logs provable, in the table: nodes and tiles of trees, rounds, the heads that they seal, checkpoints.

mod heads;
mod paths;
mod rounds;
mod sealed;
mod tiles;

pub use heads::{Heads, SealedHeads};
pub use sealed::SealedRound;
pub use tiles::NODES_AT_ONCE;
