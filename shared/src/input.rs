//! JSON is read strictly, and a refusal names every fault at once.

pub mod faults;
pub mod json;
