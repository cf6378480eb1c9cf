//! What the two ports of `audit serve` have in common, the service's and the engine's: who may ask, and how HTTP is spoken.

mod callers;
mod server;

pub use callers::Callers;
pub(crate) use server::{Bounds, serve};
