//! API Gateway's look-alike: an HTTP request becomes the event that a REST API sends to a function, and the function's
//! answer becomes the HTTP answer, both as the JSON that would travel.
//!
//! The limits, the fields and the answers are those of a REST API with Lambda proxy integration; each is sourced where
//! it stands. Known differences: header names arrive in lower case (a REST API keeps the client's spelling), a body
//! that is not UTF-8 is always passed as base64 (there it depends on the API's binary media types), and
//! `WWW-Authenticate` is not renamed `x-amzn-Remapped-WWW-Authenticate` on the way back.

mod answer;
mod event;
mod invoke;
mod routing;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::error::BoxError;
use axum::http::{HeaderName, HeaderValue, Request, Response};
use chrono::Utc;
use tokio::time::error::Elapsed;

use crate::template::{GatewayReason, GatewayResponses, Route, Template, TemplateError};
use event::Arrival;
pub use invoke::{Function, FunctionError, Functions, Invocation, function};
use routing::{Match, Router};

/// A request, whole.
pub type HttpRequest = Request<Vec<u8>>;

/// An answer, whole.
pub type HttpResponse = Response<Vec<u8>>;

/// Largest body of a request.
/// Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
pub const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Largest request line and header values, together. Source: as for [`BODY_BYTES_MAX`].
pub const HEADERS_BYTES_MAX: usize = 10_240;

/// Largest event and largest answer of a function: a body within [`BODY_BYTES_MAX`] may still be too large for it.
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const LAMBDA_PAYLOAD_BYTES_MAX: usize = 6 * 1024 * 1024;

/// How long a REST API waits for a function. Source: as for [`BODY_BYTES_MAX`].
pub const INTEGRATION_TIMEOUT_S: u64 = 29;

/// The header that holds a request's id on every answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Where a request comes from: an extension of a [`HttpRequest`]. Without it, the request is this machine's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceIp(pub IpAddr);

/// The gateway: routes, functions, and the answers it gives on its own.
#[derive(Debug)]
pub struct Gateway {
    router: Router,
    functions: Functions,
    responses: GatewayResponses,
    api: event::Api,
}

impl Gateway {
    /// A gateway for a template's routes. `authority` is the host and port that its clients connect to.
    ///
    /// # Errors
    /// A route's function is not one of `functions`.
    pub fn new(template: &Template, functions: Functions, authority: &str) -> Result<Self, TemplateError> {
        if let Some(route) = template.routes.iter().find(|route| !functions.contains_key(&route.function)) {
            let problem = format!("`audit serve` has no function {}", route.function);
            return Err(TemplateError::new(format!("{}.CodeUri", route.resource), problem));
        }
        Ok(Self {
            router: Router::new(template.routes.clone()),
            functions,
            responses: template.gateway_responses.clone(),
            api: event::Api { stage: template.stage.clone(), authority: authority.to_owned() },
        })
    }

    /// Answers one request. There is always an answer: whatever a function does, the gateway goes on.
    pub async fn answer(&self, request: HttpRequest) -> HttpResponse {
        let arrival = Arrival::now(Utc::now(), source_ip(&request));
        let answered = match self.admit(&request) {
            Ok(matched) => self.pass_on(&matched, &request, &arrival).await,
            Err(reason) => Err(reason),
        };
        match answered {
            Ok(response) => with_id(response, &arrival.request_id),
            Err(reason) => self.own_answer(reason, &arrival.request_id),
        }
    }

    /// The answer to a request that cannot be handed over whole.
    pub fn refuse(&self, reason: GatewayReason) -> HttpResponse {
        self.own_answer(reason, &event::uuid())
    }

    fn admit(&self, request: &HttpRequest) -> Result<Match<'_>, GatewayReason> {
        if event::headers_bytes(request) > HEADERS_BYTES_MAX {
            return Err(GatewayReason::HeadersTooLarge);
        }
        let matched = self
            .router
            .find(request.method(), request.uri().path())
            .ok_or(GatewayReason::MissingAuthenticationToken)?;
        if request.body().len() > BODY_BYTES_MAX {
            return Err(GatewayReason::RequestTooLarge);
        }
        Ok(matched)
    }

    /// Invokes the function, and says in the log why if it did not answer.
    async fn pass_on(
        &self,
        matched: &Match<'_>,
        request: &HttpRequest,
        arrival: &Arrival,
    ) -> Result<HttpResponse, GatewayReason> {
        let event = event::event(&self.api, matched, request, arrival);
        if event.len() > LAMBDA_PAYLOAD_BYTES_MAX {
            return Err(GatewayReason::RequestTooLarge);
        }
        self.invoke(matched.route, event, arrival).await.map_err(|failure| {
            let (function, request_id) = (&matched.route.function, &arrival.request_id);
            tracing::error!(function, request_id, "{}", crate::error_line(failure.as_ref()));
            // A function that Lambda stops has failed; one that outlasts the gateway has timed out.
            match failure.is::<Elapsed>() && matched.route.timeout_s >= INTEGRATION_TIMEOUT_S {
                true => GatewayReason::IntegrationTimeout,
                false => GatewayReason::IntegrationFailure,
            }
        })
    }

    async fn invoke(&self, route: &Route, event: String, arrival: &Arrival) -> Result<HttpResponse, BoxError> {
        let function = self.functions.get(&route.function).ok_or("there is no such function")?;
        let time_s = route.timeout_s.min(INTEGRATION_TIMEOUT_S);
        let call = Arc::clone(function).invoke(Invocation::new(event, &route.function, arrival, time_s));
        let payload = tokio::time::timeout(Duration::from_secs(time_s), call).await??;
        Ok(answer::http_response(&payload)?)
    }

    fn own_answer(&self, reason: GatewayReason, request_id: &str) -> HttpResponse {
        with_id(answer::own(self.responses.answer(reason, request_id)), request_id)
    }
}

fn with_id(mut response: HttpResponse, request_id: &str) -> HttpResponse {
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

fn source_ip(request: &HttpRequest) -> IpAddr {
    request.extensions().get().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |SourceIp(ip)| *ip)
}

#[cfg(test)]
mod tests;
