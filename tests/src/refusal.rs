//! What every answer has, and the shape of each dialect's errors.

use crate::call::Call;
use crate::reply::Reply;
use serde_json::Value;

/// Checks the headers that every answer has which no cache may keep. Returns the request id.
pub fn check_headers(reply: &Reply) -> String {
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    request_id(reply)
}

/// Checks the headers that every answer has, one that caches may keep too. Returns the request id.
pub fn request_id(reply: &Reply) -> String {
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    let request_id = reply.header("x-request-id").expect("a request id").to_owned();
    let labelled = request_id.len() == 15 && request_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    assert!(labelled, "{request_id:?} is not 15 letters and digits");
    request_id
}

/// Checks that an answer is an error in the shape of the function's dialect.
pub fn check_shape(call: &Call, reply: &Reply) {
    let request_id = check_headers(reply);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let json = reply.json();
    let body = json.as_object().expect("an object");
    match call.function {
        "dashboard-user-get" | "dashboard-user-list" | "dashboard-user-create" | "dashboard-user-update" => {
            let mut keys: Vec<_> = body.keys().map(String::as_str).collect();
            keys.sort_unstable();
            assert_eq!(
                keys,
                [
                    "display_message",
                    "documentation_url",
                    "error_code",
                    "error_message",
                    "error_type",
                    "request_id",
                    "suggested_action"
                ]
            );
            assert_eq!(body.get("display_message"), Some(&Value::Null));
            assert_eq!(body.get("suggested_action"), Some(&Value::Null));
            assert_eq!(body.get("request_id"), Some(&Value::String(request_id)));
            assert!(["error_type", "error_code", "error_message"].iter().all(|key| is_text(body.get(*key))));
        }
        "system-log" => {
            let keys: Vec<_> = body.keys().map(String::as_str).collect();
            assert_eq!(keys, ["errorCauses", "errorCode", "errorId", "errorLink", "errorSummary"]);
            assert_eq!(body.get("errorId"), Some(&Value::String(request_id)));
            assert_eq!(body.get("errorLink"), body.get("errorCode"));
            let causes = body.get("errorCauses").and_then(Value::as_array).expect("a list");
            assert!(is_text(body.get("errorSummary")) && causes.iter().all(|cause| is_text(cause.get("errorSummary"))));
        }
        "audit-trail" | "log-read" if reply.status == 400 && !body.contains_key("detail") => {
            let messages = |value: &Value| value.as_array().is_some_and(|list| list.iter().all(|m| is_text(Some(m))));
            assert!(!body.is_empty() && body.values().all(messages), "{}", reply.body);
        }
        "events-record" if reply.status == 400 || (reply.status == 409 && body.contains_key("events")) => {
            assert!(!body.is_empty() && body.values().all(is_said), "{}", reply.body);
        }
        "audit-trail" | "log-read" | "events-record" => {
            assert!(body.len() == 1 && is_text(body.get("detail")), "{}", reply.body);
        }
        _ => {
            assert!(body.len() == 2 && is_text(body.get("code")) && is_text(body.get("detail")), "{}", reply.body);
        }
    }
}

/// Checks that an answer is a refusal of the caller's fault: that status, in the shape of the function's dialect.
pub fn check(call: &Call, reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}: {}", call.event(), reply.body);
    check_shape(call, reply);
}

/// Reasons, or by event and field reasons.
fn is_said(value: &Value) -> bool {
    match value {
        Value::Object(inner) => !inner.is_empty() && inner.values().all(is_said),
        Value::Array(reasons) => !reasons.is_empty() && reasons.iter().all(|reason| is_text(Some(reason))),
        Value::String(text) => !text.is_empty(), // the detail of a body that is no JSON
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_text(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| !text.is_empty())
}
