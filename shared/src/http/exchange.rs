//! One request and its answer: the request's id and clock, what it cost, its log line, and the headers of every answer.

use crate::credential::{Credential, Presented, Scope};
use crate::http::endpoint::{Endpoint, RequestFault};
use crate::process::app::App;
use crate::process::auth::AuthError;
use crate::process::invocation::Invocation;
use crate::process::ocsf_mapping::OcsfMapping;
use crate::process::request_id::RequestId;
use crate::process::sealed_rounds::SealedRounds;
use crate::process::{clock, log};
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::values::ids::{AccountId, ClientId};
use crate::values::timestamp::Timestamp;
use lambda_http::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use lambda_http::http::{HeaderMap, StatusCode};
use lambda_http::{Body, Request, RequestExt as _, Response};
use std::error::Error;
use std::fmt::Display;
use std::sync::OnceLock;
use std::time::Instant;

/// Header with the request's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Seconds after which a client may try again when the store is unavailable.
pub const RETRY_AFTER_S: u32 = 1;

/// One request on its way through a function.
#[derive(Debug)]
pub struct Exchange<'a> {
    /// The function, by the name of its folder.
    pub endpoint: &'static str,
    /// When the request arrived.
    pub now: Timestamp,
    /// Its id.
    pub request_id: RequestId,
    /// What it costs the store.
    pub usage: Usage,
    app: &'a App,
    invocation: Invocation,
    account: OnceLock<AccountId>,
    started: Instant,
}

/// An answer, before the headers that every answer has.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its media type.
    pub content_type: &'static str,
    /// Headers of its own.
    pub headers: Vec<(HeaderName, String)>,
    /// Its body: text, or bytes.
    pub body: Body,
    /// How many users, events or other items are in it.
    pub items: usize,
}

impl Answer {
    /// An answer in JSON.
    pub fn json(status: StatusCode, body: String) -> Self {
        Self { status, content_type: "application/json", headers: Vec::new(), body: body.into(), items: 0 }
    }

    /// An answer in plain text.
    pub fn text(body: String) -> Self {
        Self { content_type: "text/plain; charset=utf-8", ..Self::json(StatusCode::OK, body) }
    }

    /// An answer of bytes.
    pub fn bytes(content_type: &'static str, body: Vec<u8>) -> Self {
        Self { content_type, body: Body::Binary(body), ..Self::json(StatusCode::OK, String::new()) }
    }

    /// The same with one more header, which takes the place of one that every answer has.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl Display) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

/// The function's time was over before its work was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the function's time is over")]
pub struct OutOfTime;

/// An error of a dialect: it knows its answer, and what the log should say that the caller should not hear.
pub trait Refusal {
    /// The answer.
    fn answer(&self, request_id: &RequestId) -> Answer;

    /// What it is, for the log: words that hold nothing of the request, and that a query can count by.
    fn reason(&self) -> &'static str;

    /// The cause, for the log, if another error is behind it.
    fn cause(&self) -> Option<&(dyn Error + 'static)>;
}

/// Answers a request: notes its time and gives it an id, looks at what every endpoint asks of it, does the work for as long as
/// the function has, writes the log line, and completes the answer.
pub async fn answer<R>(
    app: &App,
    endpoint: Endpoint,
    request: Request,
    work: impl AsyncFnOnce(&Exchange<'_>, &Request) -> Result<Answer, R>,
) -> Response<Body>
where
    R: Refusal + From<StoreError> + From<RequestFault>,
{
    let refused = |fault| match fault {
        NotDone::Request(fault) => fault.into(),
        NotDone::Store(error) => R::from(error),
    };
    answer_as(app, endpoint, request, work, refused).await
}

/// Why a request's work was not begun, or not ended.
#[derive(Debug)]
pub enum NotDone {
    /// No endpoint takes the request.
    Request(RequestFault),
    /// The function's time was over.
    Store(StoreError),
}

/// [`answer`] for a dialect whose refusals say more than an error can tell, such as where a page links to.
pub async fn answer_as<R: Refusal>(
    app: &App,
    endpoint: Endpoint,
    mut request: Request,
    work: impl AsyncFnOnce(&Exchange<'_>, &Request) -> Result<Answer, R>,
    refused: impl FnOnce(NotDone) -> R,
) -> Response<Body> {
    let exchange = Exchange::open(app, endpoint.name, &request);
    let outcome = match endpoint.check(&mut request) {
        // The work is large: on the heap, no more than one of it is in each stack frame from here on.
        Ok(()) => exchange.within_its_time(Box::pin(work(&exchange, &request))).await,
        Err(fault) => Err(NotDone::Request(fault)),
    };
    exchange.close(outcome.unwrap_or_else(|not_done| Err(refused(not_done))))
}

impl<'a> Exchange<'a> {
    /// Begins: gives the request an id and notes the time. [`answer`] does it for a function.
    pub fn open(app: &'a App, endpoint: &'static str, request: &Request) -> Self {
        Self {
            endpoint,
            now: clock::now(),
            request_id: RequestId::random(),
            usage: Usage::default(),
            app,
            invocation: request.lambda_context_ref().map(Invocation::of).unwrap_or_default(),
            account: OnceLock::new(),
            started: Instant::now(),
        }
    }

    /// The store.
    pub fn store(&self) -> &'a AuditStore {
        self.app.store()
    }

    /// The sealed rounds that the container keeps.
    pub fn sealed_rounds(&self) -> &'a SealedRounds {
        self.app.sealed_rounds()
    }

    /// The operator's mapping of event types to OCSF.
    pub fn ocsf_mapping(&self) -> &'a OcsfMapping {
        self.app.ocsf_mapping()
    }

    /// The credential that is presented, if it is good and has the scope.
    ///
    /// # Errors
    /// [`AuthError`], by variant.
    pub async fn authenticate(&self, presented: &Presented, scope: Scope) -> Result<Credential, AuthError> {
        let authenticator = self.app.authenticator();
        let credential = authenticator.authenticate(self.store(), presented, scope, self.now, &self.usage).await?;
        self.account.get_or_init(|| credential.account.clone());
        Ok(credential)
    }

    /// Notes the account of a session, for the log, and refuses the session if its credential is not good any more.
    ///
    /// # Errors
    /// [`AuthError`], by variant.
    pub async fn let_in(&self, account: &AccountId, client_id: &ClientId, scope: Scope) -> Result<(), AuthError> {
        self.account.get_or_init(|| account.clone());
        let authenticator = self.app.authenticator();
        authenticator.check_standing(self.store(), client_id, scope, self.now, &self.usage).await
    }

    /// Does the work, but for no longer than the function has: Lambda ends a function at its deadline without a word, and
    /// its caller would wait in vain. A write that is given up may have happened, as with every answer that is lost.
    ///
    /// # Errors
    /// That the store is unavailable, with [`OutOfTime`] as the cause.
    async fn within_its_time<T>(&self, work: impl Future<Output = T>) -> Result<T, NotDone> {
        let Some(time) = self.invocation.time_to_work(self.now) else { return Ok(work.await) };
        let done = tokio::time::timeout(time, work).await;
        done.map_err(|_| NotDone::Store(StoreError::Unavailable(Box::new(OutOfTime))))
    }

    /// Ends: writes the log line and completes the answer.
    fn close<R: Refusal>(self, outcome: Result<Answer, R>) -> Response<Body> {
        let (answer, refusal) = match outcome {
            Ok(answer) => (answer, None),
            Err(refusal) => (refusal.answer(&self.request_id), Some(refusal)),
        };
        let refused = refusal.as_ref().map(R::reason);
        log::request(&self.line(&answer, refused), refusal.as_ref().and_then(R::cause));
        self.complete(answer)
    }

    fn line(&self, answer: &Answer, refused: Option<&'static str>) -> log::RequestLine<'_> {
        log::RequestLine {
            call: log::Call {
                at: clock::now(),
                endpoint: self.endpoint,
                account: self.account.get().map(AccountId::as_str),
                invocation: &self.invocation,
                usage: &self.usage,
                took: self.started.elapsed(),
            },
            status: answer.status.as_u16(),
            items: answer.items,
            request_id: self.request_id.as_str(),
            refused: refused.filter(|_| answer.status.is_client_error()),
        }
    }

    fn complete(&self, answer: Answer) -> Response<Body> {
        let mut headers = HeaderMap::with_capacity(answer.headers.len() + 4);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let own = [(X_REQUEST_ID, self.request_id.to_string())].into_iter().chain(answer.headers);
        for (name, value) in own {
            let value = HeaderValue::from_str(&value).expect("ids, numbers, times and cursors are visible ASCII");
            // Each cookie has a header of its own; of every other header there is one.
            match name == SET_COOKIE {
                true => drop(headers.append(name, value)),
                false => drop(headers.insert(name, value)),
            }
        }
        let mut response = Response::new(answer.body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = headers;
        response
    }
}
