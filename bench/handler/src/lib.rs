//! What a function does for a page of 100 rows, whole and in parts, over a store that is nothing but the bytes of its answer.
//!
//! Two binaries measure the same [`Step`]s: `handler-time` their time, `handler-allocations` what they ask of the allocator.

pub mod bed;
pub mod cpu_time;
pub mod formats;
pub mod replay;
pub mod rows;
pub mod sdk;
pub mod step;
pub mod steps;

pub use bed::Bed;
pub use cpu_time::CpuTime;
pub use step::Step;
