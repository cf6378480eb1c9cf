//! Destinations: made and changed together with the event that tells of it, and moved along by whoever sends to them.

mod change;
mod progress;
mod read;

pub use change::DestinationError;
pub use progress::{Held, Sent};
