//! A stand-in of AWS Lambda around one process of one function: `bench/coldstart` measures with it, and the suites of Python
//! call functions through its program.

mod runtime_api;

pub use runtime_api::{Invocation, RuntimeApi, Seen};
