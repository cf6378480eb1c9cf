//! The feed of an account, read in the table or through the service: the same events in the same order, and the same cursors.

mod row;
mod start;

pub(crate) use row::Row;
pub(crate) use start::{Begin, StartFlags};

use crate::origin::Reached;
use crate::service::{Call, Service, ServiceError};
use aws_sdk_dynamodb::error::BoxError;
use lambda_http::http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::dialect::feed::{self, FeedPage, FeedQuery, Reading, Start};
use shared::dialect::trail::TrailError;
use shared::http::exchange::Refusal as _;
use shared::process::clock;
use shared::process::ocsf_mapping::OcsfMapping;
use shared::store::StoreError;
use shared::store::usage::Usage;
use shared::values::format::Format;
use shared::values::ids::AccountId;

/// The feed of an account, in the feed's own format unless another was asked for.
pub(crate) struct Feed {
    reached: Reached,
    format: Format,
    /// What the operator says of event types. A service has its own.
    mapping: OcsfMapping,
}

/// Why there is no page of the feed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FeedError {
    /// The positions read by now may stand for other events.
    #[error(
        "the table was restored to an earlier state, and the log with it: what was read is not what it holds now; begin anew"
    )]
    Restored,
    /// The cursor was altered, or another account's feed gave it.
    #[error("the feed of this account did not give the cursor to go on from")]
    ForeignCursor,
    /// There is no such place to begin at.
    #[error("--{0}")]
    Start(String),
    /// The service does not know the token, or does not let it read.
    #[error("the token is unknown or revoked, or its credential lacks the scope audit:read: the service answered {0}")]
    Unauthorized(String),
    /// The service does not give it.
    #[error(transparent)]
    Service(ServiceError),
    /// The table cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The service answered something else.
    #[error("the service answered, but not with a page of the feed")]
    Answer(#[source] BoxError),
    /// The feed is refused for another reason, which no place to begin at has.
    #[error("the feed cannot be read: {0}")]
    Refused(&'static str),
}

/// A page in the service's answer.
#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
    next: Option<String>,
    checkpoint: String,
    behind: bool,
}

impl Feed {
    /// The feed of an account that was reached.
    pub(crate) fn of(reached: Reached) -> Self {
        Self { reached, format: Format::Audit, mapping: OcsfMapping::default() }
    }

    /// The same feed, in another format.
    pub(crate) fn in_format(self, format: Format, mapping: OcsfMapping) -> Self {
        Self { format, mapping, ..self }
    }

    /// A page that begins there, of at most so many events.
    ///
    /// # Errors
    /// [`FeedError`], by variant.
    pub(crate) async fn page(&self, begin: &Begin, limit: usize) -> Result<FeedPage, FeedError> {
        match &self.reached {
            Reached::Table(store, account) => {
                let reading = Reading { store, usage: &Usage::default(), now: clock::now(), mapping: &self.mapping };
                let query = query(account, begin, limit)?.in_format(self.format);
                Ok(feed::page(&reading, &query).await?)
            }
            Reached::Service(service) => answered(service, begin, limit, self.format).await,
        }
    }

    /// How many positions there are, where that can be asked: the service does not tell.
    ///
    /// # Errors
    /// [`FeedError::Store`]
    pub(crate) async fn end(&self) -> Result<Option<u64>, FeedError> {
        match &self.reached {
            Reached::Table(store, account) => Ok(Some(store.log_end(account, &Usage::default()).await?.position)),
            Reached::Service(_) => Ok(None),
        }
    }
}

impl FeedError {
    /// Whether the same may succeed a little later.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable(_)) | Self::Service(ServiceError::GivenUp(_)))
    }
}

impl From<TrailError> for FeedError {
    fn from(error: TrailError) -> Self {
        match error {
            TrailError::Restored => Self::Restored,
            TrailError::InvalidCursor => Self::ForeignCursor,
            TrailError::Invalid(faults) => Self::Start(faults.to_string()),
            TrailError::Store(error) => Self::Store(error),
            other => Self::Refused(other.reason()), // of requests, which there are none of here
        }
    }
}

impl From<ServiceError> for FeedError {
    fn from(error: ServiceError) -> Self {
        match &error {
            ServiceError::Refused(StatusCode::GONE, _) => Self::Restored,
            ServiceError::Refused(StatusCode::NOT_FOUND, body) if body.contains("Invalid cursor") => {
                Self::ForeignCursor
            }
            ServiceError::Refused(status @ StatusCode::UNAUTHORIZED, body) => {
                Self::Unauthorized(format!("{status}: {body}"))
            }
            ServiceError::Refused(..) | ServiceError::Request(_) | ServiceError::GivenUp(_) => Self::Service(error),
        }
    }
}

fn query(account: &AccountId, begin: &Begin, limit: usize) -> Result<FeedQuery, TrailError> {
    let start = match begin {
        Begin::Beginning => Start::Beginning,
        Begin::After(position) => Start::After(*position),
        Begin::Since(time) => Start::Since(*time),
        Begin::Now => Start::Now,
        Begin::Cursor(cursor) => return FeedQuery::continued(account.clone(), cursor, limit),
    };
    Ok(FeedQuery::of(account.clone(), start, limit))
}

async fn answered(service: &Service, begin: &Begin, limit: usize, format: Format) -> Result<FeedPage, FeedError> {
    let target = target(begin, limit, format);
    let call = Call { method: Method::GET, target, headers: Vec::new(), body: String::new() };
    let body = service.ask(&call).await?;
    let answer: Answer<'_> = serde_json::from_str(&body).map_err(|error| FeedError::Answer(error.into()))?;
    Ok(FeedPage {
        events: answer.events.iter().map(|event| in_one_line(event.get())).collect(),
        has_more: answer.next.is_some(),
        checkpoint: answer.checkpoint,
        behind: answer.behind,
    })
}

/// Path and query of a page.
fn target(begin: &Begin, limit: usize, format: Format) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("limit", &limit.to_string());
    if format != Format::Audit {
        query.append_pair("format", format.as_str()); // a service of before there were others knows no such parameter
    }
    match begin {
        Begin::Beginning => &mut query,
        Begin::After(position) => query.append_pair("after", &position.to_string()),
        Begin::Since(time) => query.append_pair("since", &time.to_string()),
        Begin::Now => query.append_pair("from", "now"),
        Begin::Cursor(cursor) => query.append_pair("cursor", cursor),
    };
    format!("/audit-trail/feed?{}", query.finish())
}

/// JSON in one line. A line break in it can only stand between two tokens, where a space says the same.
fn in_one_line(json: &str) -> String {
    json.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::values::timestamp::Timestamp;

    #[test]
    fn each_beginning_is_a_parameter_of_the_endpoint() {
        for (begin, expected) in [
            (Begin::Beginning, "/audit-trail/feed?limit=7"),
            (Begin::After(17), "/audit-trail/feed?limit=7&after=17"),
            (Begin::Since(Timestamp::MIN), "/audit-trail/feed?limit=7&since=1970-01-01T00%3A00%3A00.000Z"),
            (Begin::Now, "/audit-trail/feed?limit=7&from=now"),
            (Begin::Cursor("a-b_c".to_owned()), "/audit-trail/feed?limit=7&cursor=a-b_c"),
        ] {
            assert_eq!(target(&begin, 7, Format::Audit), expected);
        }
        assert_eq!(target(&Begin::Beginning, 7, Format::Ocsf), "/audit-trail/feed?limit=7&format=ocsf");
    }

    #[test]
    fn an_event_of_the_service_stays_one_line() {
        assert_eq!(in_one_line("{\"a\":\r\n \"b\\n\"}"), "{\"a\":   \"b\\n\"}");
    }

    #[test]
    fn what_the_service_refuses_is_told_apart() {
        let refused = |status, body: &str| FeedError::from(ServiceError::Refused(status, body.to_owned()));
        assert!(matches!(refused(StatusCode::GONE, "{}"), FeedError::Restored));
        assert!(matches!(refused(StatusCode::NOT_FOUND, "{\"detail\":\"Invalid cursor\"}"), FeedError::ForeignCursor));
        assert!(matches!(refused(StatusCode::NOT_FOUND, "{\"detail\":\"Not found.\"}"), FeedError::Service(_)));
        assert!(matches!(refused(StatusCode::UNAUTHORIZED, "{}"), FeedError::Unauthorized(_)));
        let waits = [refused(StatusCode::GONE, ""), ServiceError::GivenUp(String::new()).into()].map(|e| e.may_pass());
        assert_eq!(waits, [false, true]);
    }
}
