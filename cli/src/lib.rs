//! The operator's tool, as a library: the tests use its engine, template and gateway.

pub mod template;
