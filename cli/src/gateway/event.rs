//! The event that a REST API sends to a function: one HTTP request as JSON.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>

use std::collections::BTreeMap;
use std::net::IpAddr;

use base64::Engine as _;
use chrono::{DateTime, Utc};
use lambda_http::http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::binary::BinaryMediaTypes;
use super::exchange::HttpRequest;
use super::routing::Match;

/// The AWS account that everything local pretends to belong to.
pub(super) const ACCOUNT_ID: &str = "000000000000";

/// The id that the local API has in every event.
const API_ID: &str = "local";

/// Common log format, in which `requestTime` is written.
const REQUEST_TIME: &str = "%d/%b/%Y:%H:%M:%S +0000";

/// Headers that concern only the connection between client and gateway, so that a function never sees them.
const NOT_PASSED_ON: [HeaderName; 8] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");

/// What every event of one API has in common.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) stage: String,
    pub(super) authority: String,
    pub(super) binary: BinaryMediaTypes,
}

/// What the gateway notes when a request arrives.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) at: DateTime<Utc>,
    pub(super) source_ip: IpAddr,
    pub(super) request_id: String,
    pub(super) extended_request_id: String,
    pub(super) trace_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    resource: &'a str,
    path: String,
    http_method: &'a str,
    headers: BTreeMap<&'a str, String>,
    multi_value_headers: BTreeMap<&'a str, Vec<String>>,
    query_string_parameters: Option<BTreeMap<&'a str, &'a str>>,
    multi_value_query_string_parameters: Option<&'a BTreeMap<String, Vec<String>>>,
    path_parameters: Option<BTreeMap<&'a str, &'a str>>,
    stage_variables: Option<()>,
    request_context: serde_json::Value,
    body: Option<String>,
    is_base64_encoded: bool,
}

impl Arrival {
    pub(super) fn now(at: DateTime<Utc>, source_ip: IpAddr) -> Self {
        let epoch_s = at.timestamp();
        Self {
            at,
            source_ip,
            request_id: uuid(),
            extended_request_id: base64::engine::general_purpose::STANDARD
                .encode(Uuid::new_v4().as_bytes().split_at(11).0),
            trace_id: format!("Root=1-{epoch_s:08x}-{:024x}", Uuid::new_v4().as_u128() >> 32),
        }
    }
}

/// A random (version 4) UUID. It names a request and protects nothing.
pub(super) fn uuid() -> String {
    Uuid::new_v4().to_string()
}

/// Length of the request line and the header values.
pub(super) fn headers_bytes<T>(request: &Request<T>) -> usize {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let line = request.method().as_str().len() + target + " HTTP/1.1 ".len();
    line + request.headers().values().map(HeaderValue::len).sum::<usize>()
}

/// Writes the event of one request, as JSON.
pub(super) fn event(api: &Api, matched: &Match<'_>, request: &HttpRequest, arrival: &Arrival) -> String {
    let is_binary = api.binary.take(request, &header::CONTENT_TYPE);
    let path = format!("/{}", request.uri().path().trim_start_matches('/'));
    let headers = headers(api, request, arrival);
    let query = query(request.uri().query().unwrap_or_default());
    let (body, is_base64_encoded) = body(request.body(), is_binary);
    let event = Event {
        resource: matched.route.path.as_str(),
        http_method: request.method().as_str(),
        headers: headers.keys().map(|name| (name.as_str(), last_value(&headers, name))).collect(),
        multi_value_headers: headers.keys().map(|name| (name.as_str(), all_values(&headers, name))).collect(),
        query_string_parameters: some(
            query.iter().filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str()))).collect(),
        ),
        multi_value_query_string_parameters: Some(&query).filter(|query| !query.is_empty()),
        path_parameters: some(matched.parameters.iter().map(|(name, value)| (*name, value.as_str())).collect()),
        stage_variables: None,
        request_context: request_context(api, matched, request, arrival, &path),
        path,
        body,
        is_base64_encoded,
    };
    serde_json::to_string(&event).expect("an event has string keys only")
}

/// The headers as the function gets them. `Host` and `X-Forwarded-*` are the gateway's to say: behind API Gateway a
/// client cannot choose them, and a function may build URLs of them.
fn headers(api: &Api, request: &HttpRequest, arrival: &Arrival) -> HeaderMap {
    let mut headers = request.headers().clone();
    for name in NOT_PASSED_ON {
        headers.remove(name);
    }
    let mut forwarded_for = all_values(&headers, &FORWARDED_FOR);
    forwarded_for.push(arrival.source_ip.to_string());
    let port = api.authority.rsplit(':').next().unwrap_or_default();
    let ours = [
        (header::HOST, api.authority.as_str()),
        (FORWARDED_FOR, &forwarded_for.join(", ")),
        (FORWARDED_PORT, port),
        (FORWARDED_PROTO, "http"),
        (TRACE_ID, &arrival.trace_id),
    ];
    for (name, value) in ours {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers
}

fn all_values(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    headers.get_all(name).iter().map(|value| text(value.as_bytes())).collect()
}

/// The value that the single-value map holds of a repeated header: the last one.
fn last_value(headers: &HeaderMap, name: &HeaderName) -> String {
    all_values(headers, name).pop().unwrap_or_default()
}

/// A header's bytes as text: UTF-8 if they are, and otherwise Latin-1, which every sequence of bytes is.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// The query's values by name, percent-decoded, `+` being a space: a REST API decodes the query, and not the path.
/// Source: <https://github.com/smithy-lang/smithy-typescript/pull/379>
fn query(query: &str) -> BTreeMap<String, Vec<String>> {
    let mut values = BTreeMap::<String, Vec<String>>::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        values.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    values
}

/// The body as an event holds it: nothing, text, or base64.
fn body(bytes: &[u8], is_binary: bool) -> (Option<String>, bool) {
    match std::str::from_utf8(bytes) {
        Ok("") => (None, false),
        Ok(text) if !is_binary => (Some(text.to_owned()), false),
        Ok(_) | Err(_) => (Some(base64::engine::general_purpose::STANDARD.encode(bytes)), true),
    }
}

/// A map that is empty is null in an event.
fn some<'a>(map: BTreeMap<&'a str, &'a str>) -> Option<BTreeMap<&'a str, &'a str>> {
    if map.is_empty() { None } else { Some(map) }
}

fn request_context(
    api: &Api,
    matched: &Match<'_>,
    request: &HttpRequest,
    arrival: &Arrival,
    path: &str,
) -> serde_json::Value {
    let user_agent = request.headers().get(header::USER_AGENT).map(|value| text(value.as_bytes()));
    json!({
        "accountId": ACCOUNT_ID,
        "apiId": API_ID,
        "domainName": api.authority.rsplit_once(':').map_or(api.authority.as_str(), |(host, _)| host),
        "domainPrefix": API_ID,
        "extendedRequestId": arrival.extended_request_id,
        "httpMethod": request.method().as_str(),
        "identity": {
            "accessKey": null,
            "accountId": null,
            "caller": null,
            "cognitoAuthenticationProvider": null,
            "cognitoAuthenticationType": null,
            "cognitoIdentityId": null,
            "cognitoIdentityPoolId": null,
            "principalOrgId": null,
            "sourceIp": arrival.source_ip,
            "user": null,
            "userAgent": user_agent,
            "userArn": null,
        },
        // Without the stage, as where a domain of one's own is mapped to it: links are made of this, and must lead here.
        "path": path,
        "protocol": format!("{:?}", request.version()),
        "requestId": arrival.request_id,
        "requestTime": arrival.at.format(REQUEST_TIME).to_string(),
        "requestTimeEpoch": arrival.at.timestamp_millis(),
        "resourceId": format!("{:06}", matched.resource),
        "resourcePath": matched.route.path.as_str(),
        "stage": api.stage,
    })
}

#[cfg(test)]
mod tests;
