//! The table's stream, and a schedule: sends the feed of an account to its destinations.
//!
//! A destination gets every event at least once, in the order of positions, and none is passed over: its position moves only after it
//! acknowledged what is below.
//!
//! ```text
//! t0  the rows from the position on are read, as the feed reads them
//! t1  the destination is held for a minute, and the range that is sent is fixed, in one conditional write
//! t2  the range is sent, as one parcel
//! t3  the destination acknowledges it: the position moves behind the range, in one conditional write, which also lets go of it or fixes
//!     the next range
//! ```
//!
//! Whoever stops between t1 and t3, or behind either, leaves a range that the next call sends again, as the same parcel: the same object
//! of a bucket, the same `webhook-id`. A destination that refuses keeps its range and waits, longer each time.
//!
//! The stream calls it with what `log-append` has just put in a log, and it tries the destinations of those accounts, but for those that
//! fail, that are slow or that gather events: the schedule tries all of them. All destinations are tried side by side, and each call has
//! its time, so that a slow one holds up no other.

mod ahead;
mod called;
mod deliver;
mod due;
mod outcome;
mod run;
pub mod send;
mod target;
mod turn;

pub use called::Called;
pub use deliver::{Failed, handle};
pub use due::DESTINATIONS_AT_ONCE;
pub use outcome::Outcome;
pub use run::{TIME_OF_A_PARCEL, TIME_OF_A_STREAM, TIME_WITHOUT_A_DEADLINE};
pub use target::{NotATarget, target};
pub use turn::HELD_FOR;
