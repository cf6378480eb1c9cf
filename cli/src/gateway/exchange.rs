//! A request and an answer, each held whole in memory, and the limits on their size.

use std::net::IpAddr;

use lambda_http::http::{Request, Response};

/// A request with its whole body.
pub type HttpRequest = Request<Vec<u8>>;

/// An answer with its whole body.
pub type HttpResponse = Response<Vec<u8>>;

/// Largest body of a request, packed or unpacked.
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
pub const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Largest request line and header values, together. Source: as for [`BODY_BYTES_MAX`].
pub const HEADERS_BYTES_MAX: usize = 10_240;

/// Largest event and largest answer of a function: a body within [`BODY_BYTES_MAX`] may still be too large for it.
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const LAMBDA_PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;

/// How long a REST API waits for a function. Source: as for [`BODY_BYTES_MAX`].
pub const INTEGRATION_TIMEOUT_S: u64 = 29;

/// Where a request comes from: an extension of a [`HttpRequest`]. Without it, the request is this machine's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceIp(pub IpAddr);
