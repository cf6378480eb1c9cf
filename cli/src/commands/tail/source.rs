//! Where the events of a trail are read: the table, or the service's `GET /audit-trail`.

use super::shown::Shown;
use crate::service::{Call, Service, ServiceError};
use aws_sdk_dynamodb::error::BoxError;
use lambda_http::http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::dialect::trail::PAGE_SIZE_MAX;
use shared::store::query::{EventPage, EventQuery, Order, Rest, Start};
use shared::store::usage::Usage;
use shared::store::{AuditStore, StoreError};
use shared::values::email::EmailAddress;
use shared::values::ids::EventType;
use shared::values::timestamp::{TimeRange, Timestamp};

/// Where the events come from.
pub(super) enum Source {
    Table(Box<AuditStore>, Box<EventQuery>),
    Service(Box<ServiceTrail>),
}

/// Where a page begins.
#[derive(Debug, Clone)]
pub(super) enum Position {
    /// At the first event of the order.
    Edge,
    /// In the table.
    Table(Start),
    /// At the service's cursor.
    Cursor(String),
}

/// Some events, and where they go on.
pub(super) struct Page {
    pub(super) events: Vec<Shown>,
    pub(super) next: Option<Position>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum SourceError {
    /// The table cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The service does not give it.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The service answered something else.
    #[error("the service answered, but not with a page of the audit trail")]
    Answer(#[source] BoxError),
}

impl Source {
    /// Whether it can be read oldest first.
    pub(super) fn reads_forwards(&self) -> bool {
        matches!(self, Self::Table(..))
    }

    /// A page of the events from a time on, of at most so many. The service gives the newest first, whatever the order.
    pub(super) async fn page(
        &self,
        from: Timestamp,
        order: Order,
        start: &Position,
        wanted: usize,
    ) -> Result<Page, SourceError> {
        match self {
            Self::Table(store, query) => {
                let query = EventQuery { range: TimeRange { from, to: None }, ..(**query).clone() };
                let start = if let Position::Table(start) = start { start } else { &Start::Edge };
                let page: EventPage = store.page(&query, order, start, wanted, &Usage::default()).await?;
                let next = match page.rest {
                    Rest::Nothing => None,
                    Rest::Event(next) => Some(Position::Table(Start::At(next))),
                    Rest::Unknown(position) => Some(Position::Table(Start::After(position))),
                };
                Ok(Page { events: page.events.iter().map(Shown::from).collect(), next })
            }
            Self::Service(trail) => trail.page(from, start, wanted).await,
        }
    }
}

impl SourceError {
    /// Whether the same may succeed a little later.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable(_)) | Self::Service(ServiceError::GivenUp(_)))
    }
}

/// The audit trail of the service, filtered.
pub(super) struct ServiceTrail {
    service: Service,
    event_type: Option<EventType>,
    user_email: Option<EmailAddress>,
}

#[derive(Deserialize)]
struct Answer {
    next: Option<String>,
    results: Vec<Box<RawValue>>,
}

impl ServiceTrail {
    pub(super) fn new(service: Service, event_type: Option<EventType>, user_email: Option<EmailAddress>) -> Self {
        Self { service, event_type, user_email }
    }

    async fn page(&self, from: Timestamp, start: &Position, wanted: usize) -> Result<Page, SourceError> {
        let target = self.target(from, start, wanted);
        let call = Call { method: Method::GET, target, headers: Vec::new(), body: String::new() };
        let body = self.service.ask(&call).await?;
        let answer: Answer = serde_json::from_str(&body).map_err(|error| SourceError::Answer(error.into()))?;
        let events = answer.results.iter().map(|event| Shown::of_service(event));
        let events = events.collect::<Result<_, _>>().map_err(|error| SourceError::Answer(error.into()))?;
        Ok(Page { events, next: answer.next.map(Position::Cursor) })
    }

    /// Path and query. The endpoint's `start_date` is not in the range that it begins.
    fn target(&self, from: Timestamp, start: &Position, wanted: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("page_size", &wanted.clamp(1, PAGE_SIZE_MAX).to_string());
        if let Some(before) = from.plus_ms(-1) {
            query.append_pair("start_date", &before.to_string());
        }
        if let Some(event_type) = &self.event_type {
            query.append_pair("event_type", event_type.as_str());
        }
        if let Some(user_email) = &self.user_email {
            query.append_pair("user_email", user_email.as_str());
        }
        if let Position::Cursor(cursor) = start {
            query.append_pair("cursor", cursor);
        }
        format!("/audit-trail?{}", query.finish())
    }
}
