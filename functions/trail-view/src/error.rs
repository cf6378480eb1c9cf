//! Why a page is not shown, and the page that says so.

use crate::layout::{self, Shown};
use crate::visit::Visit;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{ALLOW, RETRY_AFTER};
use maud::html;
use shared::dialect::log::LogError;
use shared::http::endpoint::RequestFault;
use shared::http::exchange::{Answer, NotDone, RETRY_AFTER_S, Refusal};
use shared::process::auth::AuthError;
use shared::process::request_id::RequestId;
use shared::store::{SIGN_IN_WINDOW_MS, StoreError};
use std::error::Error;

/// Why.
#[derive(Debug)]
pub(crate) enum Why {
    /// There is no such page, or no such event in what the session shows: 404.
    NoPage,
    /// The event's proof is not there yet: 409.
    NotSealed,
    /// The form came from another site, or is too old: 403.
    NotOurForm,
    /// Too many tries to sign in from there: 429.
    TooManyTries,
    /// The credential that a viewer link was made with is not good any more: 401. Whose session has such a credential signs in again.
    NotLetIn(AuthError),
    /// No page takes the request: 405 for its method, 415 for the coding of its body, 413 for its length, 400 otherwise.
    Request(RequestFault),
    /// The store did not do it: 503 or 500.
    Store(StoreError),
    /// The operating system had no randomness: 500.
    NoRandomness,
}

/// A refusal, with what its page is made with.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) why: Why,
    pub(crate) visit: Visit,
}

impl From<StoreError> for Why {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<getrandom::Error> for Why {
    fn from(_: getrandom::Error) -> Self {
        Self::NoRandomness
    }
}

impl From<AuthError> for Why {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Refused(_) | AuthError::ScopeMissing => Self::NotLetIn(error),
            AuthError::Store(error) => Self::Store(error),
        }
    }
}

/// What the log cannot say of an event that is there is the store's fault.
impl From<LogError> for Why {
    fn from(error: LogError) -> Self {
        match error.into_store_error() {
            Some(error) => Self::Store(error),
            None => Self::NotSealed,
        }
    }
}

impl From<NotDone> for Why {
    fn from(not_done: NotDone) -> Self {
        match not_done {
            NotDone::Request(fault) => Self::Request(fault),
            NotDone::Store(error) => Self::Store(error),
        }
    }
}

impl Why {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoPage => StatusCode::NOT_FOUND,
            Self::NotSealed => StatusCode::CONFLICT,
            Self::NotOurForm => StatusCode::FORBIDDEN,
            Self::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            Self::NotLetIn(_) => StatusCode::UNAUTHORIZED,
            Self::Request(RequestFault::Method { .. }) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Request(RequestFault::ContentEncoding(_)) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Request(RequestFault::BodyTooLong(_)) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Request(RequestFault::RepeatedHeader(_) | RequestFault::NotGzip) => StatusCode::BAD_REQUEST,
            Self::Store(StoreError::Unavailable(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount)
            | Self::NoRandomness => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Heading, and what the reader can do.
    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::NoPage => ("Nothing is here", "There is no such page, or no such event in what you may see."),
            Self::NotSealed => (
                "Not sealed yet",
                "No checkpoint reaches this event yet. One is signed every few minutes; try again then.",
            ),
            Self::NotOurForm => (
                "That form cannot be used any more",
                "It was open for too long, came from another site, or your browser keeps no cookies for this one. Go back to the \
                 page and try again.",
            ),
            Self::TooManyTries => (
                "Too many tries",
                "Somebody tried to sign in from your network too often. Wait a quarter of an hour, then try again.",
            ),
            Self::NotLetIn(_) => (
                "This session is over",
                "The credential that it was begun with was revoked, or may not read the trail any more.",
            ),
            Self::Request(_) => ("That request cannot be read", "Go back to the page and try again."),
            Self::Store(StoreError::Unavailable(_)) => {
                ("Not available at the moment", "The trail cannot be reached. Try again in a moment.")
            }
            Self::Store(StoreError::Rejected(_) | StoreError::Item(_) | StoreError::TooManyToCount)
            | Self::NoRandomness => {
                ("Something went wrong", "It is not your fault. Tell whoever runs this service the number below.")
            }
        }
    }
}

impl Refusal for Refused {
    fn answer(&self, request_id: &RequestId) -> Answer {
        let (heading, advice) = self.why.words();
        let status = self.why.status();
        let body = html! {
            section.card.message {
                h1 { (heading) }
                p { (advice) }
                @if status.is_server_error() { p.muted { "Request " code { (request_id.as_str()) } } }
                p { a href=(self.visit.site.path("/")) { "To the trail" } }
            }
        };
        let page = Shown { title: heading, place: None, body, items: 0 };
        let answer = layout::answer(status, &self.visit.site, page);
        match &self.why {
            Why::Request(RequestFault::Method { allowed, .. }) => answer.with_header(ALLOW, allowed),
            Why::TooManyTries => answer.with_header(RETRY_AFTER, SIGN_IN_WINDOW_MS / 1_000),
            Why::Store(StoreError::Unavailable(_)) => answer.with_header(RETRY_AFTER, RETRY_AFTER_S),
            _ => answer, // no other has a header of its own
        }
    }

    fn reason(&self) -> &'static str {
        match &self.why {
            Why::NoPage => "no such page",
            Why::NotSealed => "not sealed yet",
            Why::NotOurForm => "not a form of this site",
            Why::TooManyTries => "too many tries to sign in",
            Why::NotLetIn(_) => "credential refused",
            Why::Request(_) => "request malformed",
            Why::Store(_) => "store failed",
            Why::NoRandomness => "no randomness",
        }
    }

    fn cause(&self) -> Option<&(dyn Error + 'static)> {
        match &self.why {
            Why::NotLetIn(error) => Some(error),
            Why::Store(error) => Some(error),
            Why::NoPage
            | Why::NotSealed
            | Why::NotOurForm
            | Why::TooManyTries
            | Why::Request(_)
            | Why::NoRandomness => None,
        }
    }
}
