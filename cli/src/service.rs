//! A deployed service as its clients see it: requests with a token, tried again while they may still succeed.

use aws_sdk_dynamodb::error::BoxError;
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_http::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use lambda_http::http::uri::Scheme;
use lambda_http::http::{Method, Request, StatusCode, Uri};
use std::time::Duration;

use crate::terminal::error_line;

/// Most attempts at a request.
const ATTEMPTS_MAX: u32 = 5;
/// Longest that one attempt may take: API Gateway gives up after 29 s.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Wait after the first attempt, where the service does not say; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(200);
/// Longest wait, whatever the service says.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Largest answer that is read, in bytes. Lambda's largest is 6 MB.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A service, for the holder of a token.
pub(crate) struct Service {
    client: Client<HttpsConnector<HttpConnector>, String>,
    base_url: String,
    authorization: HeaderValue,
}

/// What to ask.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Path and query, below the base URL.
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// Why there is no answer to work with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    /// The request cannot be sent at all.
    #[error("the request cannot be sent")]
    Request(#[source] BoxError),
    /// The service refused.
    #[error("the service answered {0}: {1}")]
    Refused(StatusCode, String),
    /// No attempt got through.
    #[error("given up after {ATTEMPTS_MAX} attempts: {0}")]
    GivenUp(String),
}

/// An answer that is no refusal.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

struct Reply {
    status: StatusCode,
    retry_after: Option<Duration>,
    answer: Answer,
}

impl Service {
    /// The service at a base URL.
    ///
    /// # Errors
    /// The URL is none, or would send the token in the clear to another machine; the token has odd characters; the
    /// machine's certificates cannot be read.
    pub(crate) fn new(base_url: &str, token: &str) -> Result<Self, BoxError> {
        let base_url = checked(base_url)?;
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| "the token has characters that no token has")?;
        authorization.set_sensitive(true);
        let connector = HttpsConnectorBuilder::new().with_native_roots()?.https_or_http().enable_http1().build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), base_url, authorization })
    }

    /// Asks, and asks again while that may help, with the same request each time. Gives the text of the answer.
    ///
    /// # Errors
    /// The service refused it, or could not be reached in [`ATTEMPTS_MAX`] attempts.
    pub(crate) async fn ask(&self, call: &Call) -> Result<String, ServiceError> {
        Ok(String::from_utf8_lossy(&self.fetch(call).await?.body).into_owned())
    }

    /// The same, with the headers and the bytes of the answer.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(crate) async fn fetch(&self, call: &Call) -> Result<Answer, ServiceError> {
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(self.request(call).map_err(ServiceError::Request)?).await;
            let wait = match &outcome {
                Ok(reply) if reply.may_pass() => reply.retry_after,
                Ok(_) => return outcome.map_err(ServiceError::Request)?.answer(),
                Err(_) => None,
            };
            if attempt == ATTEMPTS_MAX {
                let said = match outcome.map(Reply::answer) {
                    Ok(Err(refused)) => refused.to_string(),
                    Ok(Ok(answer)) => String::from_utf8_lossy(&answer.body).into_owned(),
                    Err(error) => error_line(error.as_ref()),
                };
                return Err(ServiceError::GivenUp(said));
            }
            tokio::time::sleep(wait.unwrap_or(WAIT * 2_u32.pow(attempt - 1)).min(WAIT_MAX)).await;
            attempt += 1;
        }
    }

    fn request(&self, call: &Call) -> Result<Request<String>, BoxError> {
        let mut request = Request::builder()
            .method(&call.method)
            .uri(format!("{}{}", self.base_url, call.target))
            .header(AUTHORIZATION, self.authorization.clone());
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        Ok(request.body(call.body.clone())?)
    }

    async fn attempt(&self, request: Request<String>) -> Result<Reply, BoxError> {
        let exchange = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let headers = response.headers().clone();
            let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await?.to_bytes();
            let answer = Answer { headers, body: body.into() };
            Ok::<_, BoxError>(Reply { status, retry_after: seconds.map(Duration::from_secs), answer })
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

    fn answer(self) -> Result<Answer, ServiceError> {
        match self.status.is_success() {
            true => Ok(self.answer),
            false => {
                let said = String::from_utf8_lossy(&self.answer.body).trim().to_owned();
                Err(ServiceError::Refused(self.status, said))
            }
        }
    }
}

/// The base URL without a slash at its end.
fn checked(base_url: &str) -> Result<String, String> {
    let bad = |what: &str| format!("--url {what}");
    let base_url = base_url.trim_end_matches('/');
    let uri: Uri = base_url.parse().map_err(|_| bad("must be a URL, such as https://audit.example.com"))?;
    let is_here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if uri.query().is_some() {
        Err(bad("must have no query"))
    } else if uri.scheme() == Some(&Scheme::HTTPS) || (uri.scheme() == Some(&Scheme::HTTP) && is_here) {
        Ok(base_url.to_owned())
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
            ("https://audit.example.com/v1/", "https://audit.example.com/v1"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://localhost:3000/", "http://localhost:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(checked(base_url).as_deref(), Ok(expected));
        }
        for bad in [
            "",
            "http://example.com",
            "http://127.0.0.1.example.com",
            "ftp://localhost",
            "localhost:3000",
            "https://a?b",
        ] {
            assert!(checked(bad).is_err(), "{bad:?} was accepted");
        }
    }
}
