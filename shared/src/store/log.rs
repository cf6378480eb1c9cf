//! The log of an account: read from its end or from a position on, and put behind its end.

mod append;
mod entries;
mod events;
mod reconciled;
mod since;

pub use append::{AppendError, Appended};
pub use entries::{LogEnd, Logged};
pub use events::{BATCH_GET_MAX, FoundEvents, Newest};
pub use reconciled::FOLD_DAYS_MAX;
