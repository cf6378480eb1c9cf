//! Webhooks: a batch of events is posted to a URL, signed by the Standard Webhooks specification.

pub mod address;
mod body;
mod client;
mod connect;
pub mod endpoint;
pub mod headers;
mod retry_after;

pub use body::BODY_BYTES;
pub use connect::Resolver;

use super::signature::Secrets;
use super::{Line, Outcome, Parcel, Plan, Why};
use body::Body;
use bytes::Bytes;
use client::Clients;
use connect::Allowed;
use endpoint::{Endpoint, Reach};
use headers::ExtraHeaders;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use shared::values::destination_id::DestinationId;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::sync::OnceLock;
use std::time::Duration;
use tokio_rustls::rustls::ClientConfig;

/// Longest that a receiver may take to answer, from the connection to the head of the answer.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest that the rest of an answer is waited for: only to use the connection again.
const REST_TIMEOUT: Duration = Duration::from_secs(1);
/// Bytes of an answer's body that are read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

const MS_PER_S: i64 = 1_000;

/// A receiver of webhooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpsTarget {
    /// Where it is.
    pub endpoint: Endpoint,
    /// What messages to it are signed with.
    pub secrets: Secrets,
    /// What it wants to be told besides.
    pub headers: ExtraHeaders,
    /// Whether the operator allowed it to have an address that is not public.
    pub is_private_allowed: bool,
}

impl HttpsTarget {
    /// The lines that the next message has.
    pub fn plan(&self, lines: &[Line]) -> Option<Plan> {
        body::plan(lines)
    }

    fn allowed(&self) -> Allowed {
        match (self.endpoint.is_plain(), self.is_private_allowed) {
            (true, _) => Allowed::Loopback,
            (false, true) => Allowed::All,
            (false, false) => Allowed::Public,
        }
    }
}

/// What posts webhooks.
#[derive(Debug)]
pub struct Https {
    reach: Reach,
    tls: Option<ClientConfig>,
    resolver: Resolver,
    answer_timeout: Duration,
    clients: OnceLock<Result<Clients, Why>>,
}

impl Https {
    /// Trusts whom the system trusts, which is looked up at the first message.
    pub fn new(reach: Reach) -> Self {
        let (resolver, clients) = (Resolver::system(), OnceLock::new());
        Self { reach, tls: None, resolver, answer_timeout: ANSWER_TIMEOUT, clients }
    }

    /// The same, with other trust, another source of addresses and other patience: for tests.
    #[must_use]
    pub fn with(self, tls: ClientConfig, resolver: Resolver, answer_timeout: Duration) -> Self {
        Self { tls: Some(tls), resolver, answer_timeout, clients: OnceLock::new(), ..self }
    }

    /// The same, with other patience: for tests.
    #[must_use]
    pub fn with_patience(self, answer_timeout: Duration) -> Self {
        Self { answer_timeout, ..self }
    }

    /// Sends a parcel. Any 2xx acknowledges all of it.
    pub async fn send(&self, target: &HttpsTarget, parcel: &Parcel<'_>, now: Timestamp) -> Outcome {
        let id = format!("{}-{}-{}", parcel.destination, parcel.first(), parcel.last());
        match self.post(target, &id, body::body(parcel), now).await {
            Ok(answer) => outcome(&answer, parcel, now),
            Err(why) => Outcome::Refused { wait: None, why },
        }
    }

    /// Sends a message of the type `audit.test`, which has no events.
    ///
    /// # Errors
    /// Why the receiver did not acknowledge it.
    pub async fn try_out(
        &self,
        target: &HttpsTarget,
        destination: &DestinationId,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<(), Why> {
        let id = format!("{destination}-test-{}", now.epoch_ms());
        let answer = self.post(target, &id, body::trial_body(account.as_str(), now), now).await?;
        if answer.status().is_success() { Ok(()) } else { Err(refusal(answer.status())) }
    }

    async fn post(&self, target: &HttpsTarget, id: &str, body: Body, now: Timestamp) -> Result<Response<()>, Why> {
        if target.endpoint.is_plain() && self.reach != Reach::Loopback {
            return Err(Why::NotHttps);
        }
        let client = self.clients()?.of(target.allowed());
        let request = request(target, id, body, now);
        let answering = tokio::time::timeout(self.answer_timeout, client.request(request));
        let answer = answering.await.map_err(|_| Why::Timeout)?.map_err(|error| client::why(&error))?;
        Ok(finish(answer).await)
    }

    fn clients(&self) -> Result<&Clients, Why> {
        let clients = self.clients.get_or_init(|| {
            let tls = self.tls.clone().map_or_else(client::system_tls, Ok)?;
            Ok(Clients::new(&tls, &self.resolver))
        });
        clients.as_ref().map_err(Clone::clone)
    }
}

fn request(target: &HttpsTarget, id: &str, body: Body, now: Timestamp) -> Request<Full<Bytes>> {
    let sent_at_epoch_s = now.epoch_ms().div_euclid(MS_PER_S);
    let signature = target.secrets.sign(id, sent_at_epoch_s, body.text.as_bytes());
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(target.endpoint.uri())
        .header(USER_AGENT, concat!("audit-trail/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, body.content_type)
        .header("webhook-id", id)
        .header("webhook-timestamp", sent_at_epoch_s)
        .header("webhook-signature", signature)
        .body(Full::from(body.text))
        .expect("a URI that was parsed, and headers of visible ASCII");
    request.headers_mut().extend(target.headers.map().clone());
    request
}

/// Reads the rest of an answer as far as it is read at all. What it says is of no use, and what became of it changes nothing: the
/// status has said what there is to say.
async fn finish(answer: Response<Incoming>) -> Response<()> {
    let (head, rest) = answer.into_parts();
    let _ = tokio::time::timeout(REST_TIMEOUT, Limited::new(rest, ANSWER_BYTES_MAX).collect()).await;
    Response::from_parts(head, ())
}

fn outcome(answer: &Response<()>, parcel: &Parcel<'_>, now: Timestamp) -> Outcome {
    match answer.status() {
        status if status.is_success() => Outcome::Stored { next: parcel.last() + 1 },
        StatusCode::GONE => Outcome::Gone { why: Why::Status(StatusCode::GONE.as_u16()) },
        status => Outcome::Refused { wait: retry_after::retry_after(answer.headers(), now), why: refusal(status) },
    }
}

fn refusal(status: StatusCode) -> Why {
    if status.is_redirection() { Why::Redirect(status.as_u16()) } else { Why::Status(status.as_u16()) }
}
