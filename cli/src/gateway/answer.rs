//! Turns a function's proxy response, or an answer of the gateway's own, into an HTTP answer.

use std::collections::BTreeMap;

use base64::Engine as _;
use lambda_http::http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::exchange::{HttpResponse, LAMBDA_PAYLOAD_BYTES_MAX};
use crate::template::GatewayAnswer;

/// Headers that the HTTP server writes by itself, so that a function cannot set them.
const NOT_PASSED_ON: [HeaderName; 3] = [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProxyResponse {
    status_code: u16,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    multi_value_headers: Option<BTreeMap<String, Vec<String>>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// What is wrong with a proxy response.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the function's answer is not a proxy response: {0}")]
pub(super) struct MalformedResponse(String);

/// Reads a proxy response. A header in both maps has the values of the multi-value one; without a content type the
/// answer is JSON, as API Gateway assumes. Base64 is decoded for a caller that takes bytes.
pub(super) fn http_response(payload: &str, takes_bytes: bool) -> Result<HttpResponse, MalformedResponse> {
    if payload.len() > LAMBDA_PAYLOAD_BYTES_MAX {
        return Err(MalformedResponse(format!("{} bytes are more than Lambda passes on", payload.len())));
    }
    let proxy: ProxyResponse = serde_json::from_str(payload).map_err(|error| MalformedResponse(error.to_string()))?;

    let mut response = HttpResponse::new(body(proxy.body.unwrap_or_default(), proxy.is_base64_encoded && takes_bytes)?);
    *response.status_mut() = status(proxy.status_code)?;
    let single = proxy.headers.unwrap_or_default().into_iter().map(|(name, value)| (name, vec![value]));
    for (name, values) in single.chain(proxy.multi_value_headers.unwrap_or_default()) {
        let name = HeaderName::try_from(&name).map_err(|_| MalformedResponse(format!("the header name {name:?}")))?;
        response.headers_mut().remove(&name);
        for value in values {
            let value = HeaderValue::try_from(value)
                .map_err(|_| MalformedResponse(format!("the value of the header {name}")))?;
            response.headers_mut().append(&name, value);
        }
    }
    for name in NOT_PASSED_ON {
        response.headers_mut().remove(name);
    }
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().entry(header::CONTENT_TYPE).or_insert(json);
    Ok(response)
}

/// Builds an answer of the gateway's own. Its parts were checked when the template was read.
pub(super) fn own(answer: GatewayAnswer) -> HttpResponse {
    let mut response = HttpResponse::new(answer.body.into_bytes());
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn status(code: u16) -> Result<StatusCode, MalformedResponse> {
    match StatusCode::from_u16(code) {
        Ok(status) if !status.is_informational() => Ok(status),
        _ => Err(MalformedResponse(format!("the status {code}"))),
    }
}

fn body(text: String, is_base64_encoded: bool) -> Result<Vec<u8>, MalformedResponse> {
    if !is_base64_encoded {
        return Ok(text.into_bytes());
    }
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| MalformedResponse("its body is not base64".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_headers_and_body_are_the_functions() {
        let response = http_response(
            r#"{"statusCode":404,"headers":{"A":"1","b":"2"},"multiValueHeaders":{"a":["3","4"]},"body":"é"}"#,
            true,
        )
        .unwrap();

        assert_eq!(response.status(), 404);
        let a: Vec<_> = response.headers().get_all("a").iter().collect();
        assert_eq!(a, ["3", "4"]);
        assert_eq!(response.headers()["b"], "2");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.body(), "é".as_bytes());
    }

    #[test]
    fn a_base64_body_is_decoded_for_who_takes_bytes_and_stays_so_for_others() {
        let payload = r#"{"statusCode":200,"body":"AP8=","isBase64Encoded":true}"#;

        assert_eq!(http_response(payload, true).unwrap().body(), &[0, 255]);
        assert_eq!(http_response(payload, false).unwrap().body(), b"AP8=");
    }

    #[test]
    fn what_frames_the_answer_is_the_servers() {
        let response =
            http_response(r#"{"statusCode":200,"headers":{"Content-Length":"9","content-type":"text/csv"}}"#, true)
                .unwrap();

        assert_eq!(response.headers().len(), 1);
        assert_eq!(response.headers()["content-type"], "text/csv");
    }

    #[test]
    fn what_is_not_a_proxy_response_is_said_to_be_none() {
        let message = |payload: &str| http_response(payload, true).unwrap_err().0;

        assert_eq!(message("{}"), "missing field `statusCode` at line 1 column 2");
        assert_eq!(message(r#"{"statusCode":100}"#), "the status 100");
        assert_eq!(message(r#"{"statusCode":1000}"#), "the status 1000");
        assert_eq!(message(r#"{"statusCode":200,"headers":{"a b":"1"}}"#), "the header name \"a b\"");
        assert_eq!(message(r#"{"statusCode":200,"headers":{"a":"1\n"}}"#), "the value of the header a");
        assert_eq!(message(r#"{"statusCode":200,"body":"*","isBase64Encoded":true}"#), "its body is not base64");
        assert_eq!(
            message(&format!(r#"{{"statusCode":200,"body":"{}"}}"#, "a".repeat(LAMBDA_PAYLOAD_BYTES_MAX))),
            "6291484 bytes are more than Lambda passes on"
        );
    }
}
