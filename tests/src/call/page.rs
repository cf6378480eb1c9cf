//! Calls of the page for people, and of what a program asks of it.

use super::Call;
use crate::account::Account;
use serde_json::Value;

impl Call {
    /// `GET` of a page for people, by its path below the stage and its query.
    pub fn page(method: &'static str, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let resource = match path {
            "/" => "/",
            _ if path.starts_with("/view/") => "/view/{page+}",
            _ if path.starts_with("/v/") => "/v/{code}",
            other => unreachable!("{other} is no page"),
        };
        let call = Self::new("trail-view", method, resource).path(path);
        let call = match resource {
            "/view/{page+}" => call.path_parameter("page", path.trim_start_matches("/view/")),
            "/v/{code}" => call.path_parameter("code", path.trim_start_matches("/v/")),
            _ => call, // the root has none
        };
        let pairs = form_urlencoded::parse(query.as_bytes());
        pairs.fold(call, |call, (name, value)| call.query(&name, &value))
    }

    /// `POST` of a form of such a page: `/session`, `/session/end` or `/v`
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Self {
        let resource = match path {
            "/session" => "/session",
            "/session/end" => "/session/end",
            "/v" => "/v",
            other => unreachable!("{other} takes no form"),
        };
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let call = Self::new("trail-view", "POST", resource).body(body);
        call.header("Content-Type", "application/x-www-form-urlencoded")
    }

    /// `POST /audit-trail/viewer-links`
    pub fn viewer_link(account: &Account, link: &Value) -> Self {
        Self::new("trail-view", "POST", "/audit-trail/viewer-links")
            .header("Authorization", &format!("Bearer {}", account.token()))
            .header("Content-Type", "application/json")
            .header("Host", "audit.example.com")
            .body(link.to_string())
    }
}
