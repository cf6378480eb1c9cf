//! API Gateway's look-alike: an HTTP request becomes the event that a REST API sends to a function, and the function's
//! answer becomes the HTTP answer, both as the JSON that would travel.
//!
//! The limits, the fields and the answers are those of a REST API with Lambda proxy integration; each is sourced where
//! it stands. Known differences: header names arrive in lower case (a REST API keeps the client's spelling), a body
//! that is not UTF-8 is always passed as base64 (there only by the API's binary media types), `WWW-Authenticate` is
//! not renamed `x-amzn-Remapped-WWW-Authenticate` on the way back, and a content coding that is not understood is named.

mod answer;
mod binary;
mod coding;
mod event;
mod exchange;
mod front;
mod invoke;
mod routing;

pub use exchange::{
    BODY_BYTES_MAX, HEADERS_BYTES_MAX, HttpRequest, HttpResponse, INTEGRATION_TIMEOUT_S, LAMBDA_PAYLOAD_BYTES_MAX,
    SourceIp,
};
pub use front::Gateway;
pub use invoke::{Function, FunctionError, Functions, Invocation, function};
