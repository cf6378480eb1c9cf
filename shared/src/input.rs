//! What is refused, and why: JSON read strictly, with every fault named at once.

pub mod faults;
pub mod json;
