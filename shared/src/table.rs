//! Every stored byte: the names of attributes, the keys, and how each kind of item is written and read back.

pub mod attribute;
pub mod digest;
pub mod item;
pub mod json;
pub mod key;
