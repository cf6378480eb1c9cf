//! Why the gateway answers on its own.

use std::borrow::Cow;

/// A reason for the gateway to answer on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatewayReason {
    /// No route has this path and method. The name is API Gateway's: it takes the caller for one of its own clients.
    MissingAuthenticationToken,
    /// The caller may not ask this machine: says why. Only here; the real gateway is asked by name and from anywhere.
    Foreign(&'static str),
    /// The request did not arrive whole.
    Unreadable,
    /// The body, or the event made of the request, is over its limit.
    RequestTooLarge,
    /// The body is in this content coding, which is not understood, or is not what its coding says.
    UnsupportedCoding(String),
    /// Request line and headers are over their limit. API Gateway's front end refuses these in plain text, which no
    /// client of ours could parse, so here they get the default answer under the status meant for them.
    HeadersTooLarge,
    /// The function failed, or answered what is not a proxy response.
    IntegrationFailure,
    /// The function did not answer in time.
    IntegrationTimeout,
}

impl GatewayReason {
    /// Its name in a template (none: only the default is used), the default's, Amazon's status, Amazon's message.
    pub(super) fn facts(&self) -> (&'static str, &'static str, u16, Cow<'static, str>) {
        let (name, default, status, message) = match self {
            Self::MissingAuthenticationToken => {
                ("MISSING_AUTHENTICATION_TOKEN", "DEFAULT_4XX", 403, "Missing Authentication Token")
            }
            Self::Foreign(why) => ("ACCESS_DENIED", "DEFAULT_4XX", 403, *why),
            Self::RequestTooLarge => ("REQUEST_TOO_LARGE", "DEFAULT_4XX", 413, "Request Too Long"),
            Self::UnsupportedCoding(coding) => {
                let message = format!("Content-Encoding {coding} is not understood: gzip or deflate would be");
                return ("UNSUPPORTED_MEDIA_TYPE", "DEFAULT_4XX", 415, message.into());
            }
            Self::Unreadable => ("", "DEFAULT_4XX", 400, "Bad Request"),
            Self::HeadersTooLarge => ("", "DEFAULT_4XX", 431, "Request Header Fields Too Large"),
            // 502 for a failed function whatever the documentation's table says of this type (504).
            Self::IntegrationFailure => ("INTEGRATION_FAILURE", "DEFAULT_5XX", 502, "Internal server error"),
            Self::IntegrationTimeout => ("INTEGRATION_TIMEOUT", "DEFAULT_5XX", 504, "Endpoint request timed out"),
        };
        (name, default, status, message.into())
    }
}
