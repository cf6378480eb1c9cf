//! `POST /audit-trail/events` as a client: the same key at every attempt, so that however many get through, one counts.

use super::Recorded;
use aws_sdk_dynamodb::error::BoxError;
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_http::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use lambda_http::http::uri::Scheme;
use lambda_http::http::{Request, StatusCode, Uri};
use serde::Deserialize;
use std::time::Duration;

/// Most attempts at a request.
const ATTEMPTS_MAX: u32 = 5;
/// Longest that one attempt may take: API Gateway gives up after 29 s.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Wait after the first attempt, where the service does not say; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(200);
/// Longest wait, whatever the service says.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// The endpoint of a service.
pub(super) struct Endpoint {
    client: Client<HttpsConnector<HttpConnector>, String>,
    uri: Uri,
    authorization: HeaderValue,
}

struct Reply {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: String,
}

#[derive(Deserialize)]
struct Answer {
    events: Vec<Recorded>,
}

impl Endpoint {
    /// The endpoint below a base URL, for the holder of a token.
    ///
    /// # Errors
    /// The URL is none, or would send the token in the clear to another machine; the token has odd characters; the
    /// machine's certificates cannot be read.
    pub(super) fn new(base_url: &str, token: &str) -> Result<Self, BoxError> {
        let uri = uri(base_url)?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| "the token has characters that no token has")?;
        authorization.set_sensitive(true);
        let connector = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), uri, authorization })
    }

    /// Records an event, given as JSON.
    ///
    /// # Errors
    /// The service refused it, or could not be reached in [`ATTEMPTS_MAX`] attempts.
    pub(super) async fn record(&self, event: &str) -> Result<Recorded, BoxError> {
        let key = format!("audit-record-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let body = format!("{{\"events\":[{event}]}}");
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(&key, &body).await;
            let wait = match &outcome {
                Ok(reply) if reply.status.is_success() => return recorded(reply),
                Ok(reply) if reply.may_pass() => reply.retry_after,
                Ok(reply) => return Err(reply.refusal()),
                Err(_) => None,
            };
            if attempt == ATTEMPTS_MAX {
                let said =
                    outcome.map_or_else(|error| crate::error_line(error.as_ref()), |reply| reply.refusal().to_string());
                return Err(format!(
                    "given up after {ATTEMPTS_MAX} attempts: {said}; the event may have been recorded"
                )
                .into());
            }
            tokio::time::sleep(wait.unwrap_or(WAIT * 2_u32.pow(attempt - 1)).min(WAIT_MAX)).await;
            attempt += 1;
        }
    }

    async fn attempt(&self, key: &str, body: &str) -> Result<Reply, BoxError> {
        let request = Request::post(self.uri.clone())
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", key)
            .body(body.to_owned())?;
        let exchange = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await?.to_bytes();
            let body = String::from_utf8_lossy(&body).into_owned();
            Ok::<_, BoxError>(Reply { status, retry_after: seconds.map(Duration::from_secs), body })
        };
        let timed_out = |_| format!("no answer within {} s", ATTEMPT_TIMEOUT.as_secs());
        tokio::time::timeout(ATTEMPT_TIMEOUT, exchange).await.map_err(timed_out)?
    }
}

impl Reply {
    /// Whether the same request may succeed a little later: the service is not itself, or is still at an earlier attempt.
    fn may_pass(&self) -> bool {
        match self.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => true,
            StatusCode::CONFLICT => self.retry_after.is_some(),
            status => status.is_server_error(),
        }
    }

    fn refusal(&self) -> BoxError {
        format!("the service answered {}: {}", self.status, self.body.trim()).into()
    }
}

fn recorded(reply: &Reply) -> Result<Recorded, BoxError> {
    let answer: Result<Answer, _> = serde_json::from_str(&reply.body);
    let recorded = answer.ok().and_then(|answer| answer.events.into_iter().next());
    recorded.ok_or_else(|| format!("the service answered {}, but not with the event", reply.status).into())
}

fn uri(base_url: &str) -> Result<Uri, String> {
    let bad = |what: &str| format!("--url {what}");
    let uri: Uri = format!("{}/audit-trail/events", base_url.trim_end_matches('/'))
        .parse()
        .map_err(|_| bad("must be a URL, such as https://audit.example.com"))?;
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if uri.query().is_some() {
        Err(bad("must have no query"))
    } else if uri.scheme() == Some(&Scheme::HTTPS) || (uri.scheme() == Some(&Scheme::HTTP) && is_here) {
        Ok(uri)
    } else {
        Err(bad("must begin with https://, or with http:// on this machine: the token would go in the clear"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_tls_or_stays_on_this_machine() {
        for (base_url, expected) in [
            ("https://audit.example.com/v1/", "https://audit.example.com/v1/audit-trail/events"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/audit-trail/events"),
            ("http://localhost:3000/", "http://localhost:3000/audit-trail/events"),
            ("http://[::1]:3000", "http://[::1]:3000/audit-trail/events"),
        ] {
            assert_eq!(uri(base_url).map(|uri| uri.to_string()).as_deref(), Ok(expected));
        }
        for bad in [
            "",
            "http://example.com",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
            "localhost:3000",
            "https://a?b",
        ] {
            assert!(uri(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
