//! One request over HTTP: how it comes in from Lambda, what it brings, how far its pages have got, and how it is answered.

pub mod asked_url;
pub mod cursor;
pub mod endpoint;
pub mod exchange;
pub mod lambda_event;
pub mod request;
