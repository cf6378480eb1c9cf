//! The gateway: hands a request to its function, or answers it without one.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::error::BoxError;
use chrono::DateTime;
use lambda_http::http::header::ACCEPT;
use lambda_http::http::{HeaderName, HeaderValue, Request};
use shared::process::clock;
use tokio::time::error::Elapsed;

use super::answer;
use super::binary::BinaryMediaTypes;
use super::coding;
use super::event::{self, Arrival};
use super::exchange::{
    BODY_BYTES_MAX, HEADERS_BYTES_MAX, HttpRequest, HttpResponse, INTEGRATION_TIMEOUT_S, LAMBDA_PAYLOAD_BYTES_MAX,
    SourceIp,
};
use super::invoke::{Functions, Invocation};
use super::routing::{Match, Router};
use crate::template::{GatewayReason, GatewayResponses, Route, Template, TemplateError};
use crate::terminal::error_line;

/// The header that holds a request's id on every answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The gateway: routes, functions, and the answers it gives on its own.
#[derive(Debug)]
pub struct Gateway {
    router: Router,
    functions: Functions,
    responses: GatewayResponses,
    api: event::Api,
    compressed_bytes_min: Option<usize>,
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
            api: event::Api {
                stage: template.stage.clone(),
                authority: authority.to_owned(),
                binary: BinaryMediaTypes::new(&template.binary_media_types),
            },
            compressed_bytes_min: template.compressed_bytes_min,
        })
    }

    /// Answers one request. There is always an answer: whatever a function does, the gateway goes on.
    pub async fn answer(&self, mut request: HttpRequest) -> HttpResponse {
        let arrival = Arrival::now(
            DateTime::from_timestamp_millis(clock::now().epoch_ms()).unwrap_or_default(),
            source_ip(&request),
        );
        let accepted = coding::accepted(&request);
        let answered = match self.take(&mut request) {
            Ok(matched) => self.pass_on(&matched, &request, &arrival).await,
            Err(reason) => Err(reason),
        };
        let answered = answered.unwrap_or_else(|reason| self.own_answer(&reason, &arrival.request_id));
        with_id(coding::pack(answered, &accepted, self.compressed_bytes_min), &arrival.request_id)
    }

    /// The answer to a request that cannot be handed over whole.
    pub fn refuse(&self, reason: &GatewayReason) -> HttpResponse {
        let request_id = event::uuid();
        with_id(self.own_answer(reason, &request_id), &request_id)
    }

    /// The route of a request, which its line and headers decide: nobody needs to read the body of one that has none.
    ///
    /// # Errors
    /// There is no such route, or the headers are too large.
    pub fn check<T>(&self, request: &Request<T>) -> Result<(), GatewayReason> {
        self.route(request).map(drop)
    }

    fn route<T>(&self, request: &Request<T>) -> Result<Match<'_>, GatewayReason> {
        if event::headers_bytes(request) > HEADERS_BYTES_MAX {
            return Err(GatewayReason::HeadersTooLarge);
        }
        let matched = self.router.find(request.method(), request.uri().path());
        matched.ok_or(GatewayReason::MissingAuthenticationToken)
    }

    fn take(&self, request: &mut HttpRequest) -> Result<Match<'_>, GatewayReason> {
        let matched = self.route(request)?;
        if request.body().len() > BODY_BYTES_MAX {
            return Err(GatewayReason::RequestTooLarge);
        }
        coding::unpack(request)?;
        Ok(matched)
    }

    /// Invokes the function. If it does not answer, the log says why.
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
        let payload = self.invoke(matched.route, event, arrival).await;
        let takes_bytes = self.api.binary.take(request, &ACCEPT);
        let response = payload.and_then(|payload| Ok(answer::http_response(&payload, takes_bytes)?));
        response.map_err(|failure| {
            let (function, request_id) = (&matched.route.function, &arrival.request_id);
            tracing::error!(function, request_id, "{}", error_line(failure.as_ref()));
            // A function that Lambda stops has failed; one that outlasts the gateway has timed out.
            match failure.is::<Elapsed>() && matched.route.timeout_s >= INTEGRATION_TIMEOUT_S {
                true => GatewayReason::IntegrationTimeout,
                false => GatewayReason::IntegrationFailure,
            }
        })
    }

    async fn invoke(&self, route: &Route, event: String, arrival: &Arrival) -> Result<String, BoxError> {
        let function = self.functions.get(&route.function).ok_or("there is no such function")?;
        let time_s = route.timeout_s.min(INTEGRATION_TIMEOUT_S);
        let call = Arc::clone(function).invoke(Invocation::new(event, &route.function, arrival, time_s));
        Ok(tokio::time::timeout(Duration::from_secs(time_s), call).await??)
    }

    fn own_answer(&self, reason: &GatewayReason, request_id: &str) -> HttpResponse {
        answer::own(self.responses.answer(reason, request_id))
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
