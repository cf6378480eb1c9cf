//! How many events there are: counted for a range, kept for closed days, and taken away where an import comes in.

mod bounds;
mod by_day;
mod count;
mod imported;
mod roll;

pub use bounds::{COUNT_ROUND_TRIPS_MAX, COUNT_TIME_MAX};
pub use by_day::{DAYS_MAX, DayTotal};
pub(super) use imported::days;
pub use imported::imported_days;
pub use roll::Rolled;
