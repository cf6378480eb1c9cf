//! The answer of a function.

use crate::requests_sent::as_function;
use lambda_http::{Body, Request};
use serde_json::Value;
use shared::http::lambda_event;
use shared::process::app::App;

/// A function's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its headers, by name.
    pub headers: Vec<(String, String)>,
    /// Its body; of an answer in bytes, what is text of it.
    pub body: String,
    /// The bytes of its body.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// All values of a header, of which there may be several.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a body of JSON")
    }
}

/// The answer of a function, by its folder, to the JSON of an event.
pub async fn invoke(app: &App, function: &str, event: &str) -> Reply {
    invoke_with(app, function, lambda_event::request(event).expect("an event of API Gateway")).await
}

/// The answer of a function to a request, with what Lambda says of the call if it is in there.
pub async fn invoke_with(app: &App, function: &str, request: Request) -> Reply {
    let work = async { audit_cli::functions::answer(app, function, request).await.expect("a function of that name") };
    let response = as_function(function, work).await;
    let header = |(name, value): (&lambda_http::http::HeaderName, &lambda_http::http::HeaderValue)| {
        (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let mut headers: Vec<_> = response.headers().iter().map(header).collect();
    headers.sort();
    let status = response.status().as_u16();
    match response.into_body() {
        Body::Text(body) => Reply { status, headers, bytes: body.clone().into_bytes(), body },
        Body::Binary(bytes) => Reply { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes },
        Body::Empty => Reply { status, headers, body: String::new(), bytes: Vec::new() },
        other => unreachable!("the functions answer with text or bytes, not {other:?}"),
    }
}
