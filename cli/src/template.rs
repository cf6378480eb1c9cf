//! The service's template, read into what `audit serve` needs of it: routes, the gateway's own answers, the table.
//!
//! `template.yaml` is the only place that defines these. What is here does not deploy it and does not know all of its
//! language: a part that it must act on and does not understand is an error naming the resource and property, never a
//! guess. Resources and events that are neither a route nor the table are passed over.

mod document;
mod error;
mod gateway_reason;
mod gateway_responses;
mod path;
mod plain;
mod routes;
mod table;
mod whole;

pub use error::TemplateError;
pub use gateway_reason::GatewayReason;
pub use gateway_responses::{GatewayAnswer, GatewayResponses};
pub use path::{PathPattern, Segment};
pub use routes::Route;
pub use table::TableDefinition;
pub use whole::{BUILT_IN, Template};
