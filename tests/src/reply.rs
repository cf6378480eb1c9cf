//! The answer of a function.

use crate::requests_sent::as_function;
use lambda_http::{Body, Request};
use serde_json::Value;
use shared::process::app::App;

/// A function's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers, by name.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Reply {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a body of JSON")
    }
}

/// The answer of a function, by its folder, to the JSON of an event.
pub async fn invoke(app: &App, function: &str, event: &str) -> Reply {
    invoke_with(app, function, lambda_http::request::from_str(event).expect("an event of API Gateway")).await
}

/// The answer of a function to a request, with what Lambda says of the call if it is in there.
pub async fn invoke_with(app: &App, function: &str, request: Request) -> Reply {
    let work = async {
        match function {
            "audit-trail" => audit_trail::handle(app, request).await,
            "dashboard-user-create" => dashboard_user_create::handle(app, request).await,
            "dashboard-user-update" => dashboard_user_update::handle(app, request).await,
            "dashboard-user-get" => dashboard_user_get::handle(app, request).await,
            "dashboard-user-list" => dashboard_user_list::handle(app, request).await,
            "events-record" => events_record::handle(app, request).await,
            "user-access-audit" => user_access_audit::handle(app, request).await,
            "user-access-audit-by-user" => user_access_audit_by_user::handle(app, request).await,
            "users-audit" => users_audit::handle(app, request).await,
            "users-audit-by-user" => users_audit_by_user::handle(app, request).await,
            unknown => unreachable!("no function {unknown}"),
        }
    };
    let response = as_function(function, work).await;
    let header = |(name, value): (&lambda_http::http::HeaderName, &lambda_http::http::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut headers: Vec<_> = response.headers().iter().map(header).collect();
    headers.sort();
    let status = response.status().as_u16();
    match response.into_body() {
        Body::Text(body) => Reply { status, headers, body },
        other => unreachable!("the functions answer with text, not {other:?}"),
    }
}
