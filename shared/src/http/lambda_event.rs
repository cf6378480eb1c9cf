//! The calls of API Gateway: what Lambda hands over becomes a request, or an error that says why it cannot.
//!
//! `lambda_http` makes requests of events and panics at some that API Gateway never sends. Whoever may invoke the function
//! could send them, and a panic ends it, with whatever else it was to answer. So they are refused before.

use crate::http::asked_url::ASKED_HOST;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::http::header::HOST;
use lambda_http::http::{HeaderMap, Uri};
use lambda_http::request::LambdaRequest;
use lambda_http::{
    Adapter, Body, Error, IntoResponse, LambdaEvent, Request, Response, Service as _, lambda_runtime, service_fn,
};
use serde::de::{Deserialize, Deserializer, Error as _};
use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;

/// Longest stage, path and query of an event in all, in bytes. It is twice what API Gateway takes, so that whatever a client sends
/// is answered by a handler, and a third of what the `http` crate takes (65,534), for a byte is three where it is percent-encoded.
/// Source: API Gateway developer guide, "Quotas for configuring and running a REST API": 10,240 bytes of request line and headers.
pub const TARGET_BYTES_MAX: usize = 20_480;

/// Answers requests for as long as Lambda lets the function live.
///
/// # Errors
/// If Lambda cannot be asked for the next one.
pub async fn run<Answer>(handle: impl Fn(Request) -> Answer) -> Result<(), Error>
where
    Answer: Future<Output = Response<Body>> + Send,
{
    let mut adapter = Adapter::from(service_fn(|request: Request| {
        let answer = handle(request);
        async { Ok::<_, Infallible>(AsItIs(answer.await)) }
    }));
    let answer = |LambdaEvent { payload: Event(request), context }| adapter.call(LambdaEvent::new(request, context));
    lambda_runtime::run(service_fn(answer)).await
}

/// An answer whose body goes to Lambda as it is, text as text and bytes in base64. `lambda_http` puts text of a content type that it does
/// not know, such as `application/x-ndjson`, in base64 too, which takes a third more of the 6 MB that Lambda passes on. API Gateway decodes
/// base64 for every caller, because all media types are binary to the API.
#[derive(Debug)]
pub struct AsItIs(pub Response<Body>);

impl IntoResponse for AsItIs {
    fn into_response(self) -> Pin<Box<dyn Future<Output = Response<Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}

/// An event that a request can be made of.
#[derive(Debug)]
pub struct Event(pub LambdaRequest);

/// The request that an event is, given as its JSON.
///
/// # Errors
/// What of it no request can be made of.
pub fn request(event: &str) -> Result<Request, serde_json::Error> {
    serde_json::from_str(event).map(|Event(request)| request.into())
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut request = LambdaRequest::deserialize(deserializer)?;
        check(&mut request).map_err(D::Error::custom)?;
        Ok(Self(request))
    }
}

/// What of an event no request can be made of. The host stays a header, but where `lambda_http` would make a URL of it, it is
/// taken out: not every text is a host.
fn check(request: &mut LambdaRequest) -> Result<(), String> {
    match request {
        LambdaRequest::ApiGatewayV1(event) => {
            // The same query twice: each name with all its values, and with its last.
            let query = query_length(&event.multi_value_query_string_parameters)?;
            let query = query.max(query_length(&event.query_string_parameters)?);
            check_target(event.request_context.stage.as_deref(), event.path.as_deref(), query)?;
            check_body(event.is_base64_encoded, event.body.as_deref())?;
            event.request_context.domain_name = None;
            each_with_all_values(&mut event.headers, &mut event.multi_value_headers);
        }
        LambdaRequest::ApiGatewayV2(event) => {
            query_length(&event.query_string_parameters)?;
            let query = event.raw_query_string.as_deref().unwrap_or_default();
            check_target(event.request_context.stage.as_deref(), event.raw_path.as_deref(), query.len())?;
            Uri::try_from(format!("/?{query}")).map_err(|error| format!("rawQueryString is none: {error}"))?;
            check_body(event.is_base64_encoded, event.body.as_deref())?;
            event.request_context.domain_name = None;
            event.headers.remove(ASKED_HOST);
            if let Some(host) = event.headers.remove(HOST) {
                event.headers.insert(ASKED_HOST, host);
            }
        }
        _ => return Err("the event must be one of API Gateway".to_owned()), // the enum may grow
    }
    Ok(())
}

/// The bytes of the names and values of a query, and of what separates them.
fn query_length(query: &QueryMap) -> Result<usize, String> {
    let by_name = serde_json::to_value(query).map_err(|error| error.to_string())?;
    let is_empty = |values: &serde_json::Value| values.as_array().is_some_and(Vec::is_empty);
    match by_name.as_object().and_then(|by_name| by_name.iter().find(|(_, values)| is_empty(values))) {
        Some((name, _)) => Err(format!("the query parameter {name:?} must have a value")),
        None => Ok(query.iter().map(|(name, value)| name.len() + value.len() + 2).sum()),
    }
}

fn check_target(stage: Option<&str>, path: Option<&str>, query: usize) -> Result<(), String> {
    let (stage, path) = (stage.unwrap_or_default(), path.unwrap_or_default());
    if !path.is_empty() && !path.starts_with('/') {
        return Err("the path must begin with /".to_owned());
    }
    let bytes = stage.len() + path.len() + query;
    if bytes > TARGET_BYTES_MAX {
        return Err(format!("stage, path and query must have {TARGET_BYTES_MAX} bytes at most, not {bytes}"));
    }
    Ok(())
}

fn check_body(is_base64_encoded: bool, body: Option<&str>) -> Result<(), String> {
    let body = body.filter(|_| is_base64_encoded).unwrap_or_default();
    STANDARD
        .decode(body)
        .map(drop)
        .map_err(|error| format!("isBase64Encoded is true, but the body is no base64: {error}"))
}

/// The same headers twice, each with its last value and with all of them, become those with all of them: `lambda_http` would
/// put the last value in the place of all.
fn each_with_all_values(last: &mut HeaderMap, all: &mut HeaderMap) {
    all.remove(ASKED_HOST);
    for (name, value) in std::mem::take(last) {
        if let Some(name) = name.filter(|name| !all.contains_key(name)) {
            all.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::RequestExt as _;
    use serde_json::{Value, json};

    const V1: &str = include_str!("../../../events/audit-trail.json");
    const V2: &str = r#"{"version":"2.0","routeKey":"$default","rawPath":"/audit-trail","rawQueryString":"page_size=2",
        "headers":{"host":"localhost","authorization":"Bearer a.b"},"requestContext":{"stage":"$default",
        "http":{"method":"GET","path":"/audit-trail"}},"body":"{}","isBase64Encoded":false}"#;

    /// The request of an event with other parts: `requestContext.stage`, and what stands there.
    fn request(event: &str, parts: &[(&str, Value)]) -> Result<Request, String> {
        let mut event: Value = serde_json::from_str(event).expect("JSON");
        for (path, value) in parts {
            let part = path.split('.').fold(&mut event, |part, step| &mut part[step]);
            *part = value.clone();
        }
        let event: Event = serde_json::from_str(&event.to_string()).map_err(|error| error.to_string())?;
        Ok(event.0.into())
    }

    #[test]
    fn an_event_of_either_format_becomes_a_request() {
        let of_v1 = request(V1, &[]).expect("an event of a REST API");
        assert_eq!((of_v1.method().as_str(), of_v1.raw_http_path()), ("GET", "/hris/v1/audit-trail"));
        assert_eq!(of_v1.headers()["authorization"], "Bearer demo.local-demo-secret");
        assert_eq!(of_v1.path_parameters().first("category"), Some("hris"));

        let of_v2 = request(V2, &[]).expect("an event of an HTTP API");
        assert_eq!((of_v2.method().as_str(), of_v2.raw_http_path()), ("GET", "/audit-trail"));
        assert_eq!(of_v2.query_string_parameters().first("page_size"), Some("2"));
    }

    #[test]
    fn a_header_that_is_given_twice_keeps_both_values() {
        let both = json!({"Authorization": ["Bearer a.b", "Bearer c.d"], "Host": ["audit.example.com"]});
        let parts = [("headers", json!({"Authorization": "Bearer c.d", "Accept": "a"})), ("multiValueHeaders", both)];
        let request = request(V1, &parts).expect("an event");
        let values = |name: &str| request.headers().get_all(name).iter().collect::<Vec<_>>();
        assert_eq!(values("authorization"), ["Bearer a.b", "Bearer c.d"]);
        assert_eq!((values("accept").len(), values("host").len()), (1, 1));
    }

    #[test]
    fn the_longest_target_that_api_gateway_passes_on_becomes_a_request() {
        let (long, event_path) = ("%".repeat(10_240), format!("/{}", "%".repeat(10_239)));
        let query = [
            ("queryStringParameters", json!({"event_type": long})),
            ("multiValueQueryStringParameters", json!({"event_type": [long]})),
        ];
        let request_of_query = request(V1, &query).expect("a long query");
        assert_eq!(request_of_query.query_string_parameters().first("event_type"), Some(long.as_str()));
        let request_of_path = request(V1, &[("path", json!(event_path))]).expect("a long path");
        assert_eq!(request_of_path.raw_http_path(), event_path);
    }

    #[test]
    fn what_no_request_can_be_made_of_is_refused_with_the_reason() {
        let long = json!(format!("/{}", "x".repeat(TARGET_BYTES_MAX)));
        let (too_long, no_value) = ("must have 20480 bytes at most", r#""b" must have a value"#);
        for (event, part, value, reason) in [
            (V1, "path", long.clone(), too_long),
            (V1, "requestContext.stage", long.clone(), too_long),
            (V1, "multiValueQueryStringParameters", json!({"a": [long]}), too_long),
            (V1, "path", json!(":99999"), "the path must begin with /"),
            (V1, "multiValueQueryStringParameters", json!({"a": ["1"], "b": []}), no_value),
            (V1, "queryStringParameters", json!({"b": []}), no_value),
            (V2, "rawPath", long.clone(), too_long),
            (V2, "rawPath", json!("x"), "the path must begin with /"),
            (V2, "rawQueryString", json!("a=b\u{0}"), "rawQueryString is none"),
            (V2, "rawQueryString", long.clone(), too_long),
            (V2, "isBase64Encoded", json!(true), "the body is no base64"),
        ] {
            let said = request(event, &[(part, value)]).expect_err(reason);
            assert!(said.contains(reason), "{said}");
        }
        let said = request(V1, &[("body", json!("====")), ("isBase64Encoded", json!(true))]).expect_err("no base64");
        assert!(said.contains("the body is no base64"), "{said}");
        let said = request("{}", &[]).expect_err("no event");
        assert!(said.contains("doesn't match any of those services' events"), "{said}");
    }

    #[test]
    fn whatever_is_not_refused_becomes_a_request() {
        let every_character: String = (0..=0x17f).filter_map(char::from_u32).collect();
        let longest = "é".repeat((TARGET_BYTES_MAX - 2) / 2);
        for odd in [&every_character, "", "/", "//", ":99999", "999.999.999.999", "a b", "[::", "xn--", &longest] {
            let (path, odd) = (json!(format!("/{odd}")), json!(odd));
            for (event, parts) in [
                (V1, vec![("path", path.clone()), ("requestContext.stage", Value::Null)]),
                (V1, vec![("path", json!("")), ("requestContext.stage", odd.clone())]),
                (V1, vec![("headers", json!({"Host": odd, "X-Forwarded-Proto": odd}))]),
                (V1, vec![("requestContext.domainName", odd.clone())]),
                (V1, vec![("path", json!("/")), ("multiValueQueryStringParameters", json!({"a": [odd]}))]),
                (V2, vec![("rawPath", path.clone()), ("rawQueryString", Value::Null)]),
                (V2, vec![("requestContext.domainName", odd.clone())]),
            ] {
                // Refused or not, it is no panic.
                if let Err(said) = request(event, &parts) {
                    assert!(said.contains("bytes at most") || said.contains("match any of those"), "{said}: {parts:?}");
                }
            }
        }
    }

    #[tokio::test]
    async fn bytes_reach_lambda_as_bytes() {
        let answer = Response::builder().header("content-type", "text/plain").body(Body::Binary(vec![0, 255]));
        let response = AsItIs(answer.expect("an answer")).into_response().await;
        assert!(matches!(response.body(), Body::Binary(bytes) if bytes == &[0, 255]));
    }

    #[tokio::test]
    async fn text_of_any_content_type_reaches_lambda_as_text() {
        for content_type in ["application/json", "text/csv; charset=utf-8", "application/x-ndjson"] {
            let answer = Response::builder().header("content-type", content_type).body(Body::Text("{}\n".to_owned()));
            let response = AsItIs(answer.expect("an answer")).into_response().await;
            assert!(matches!(response.body(), Body::Text(text) if text == "{}\n"), "{content_type}");
        }
    }
}
