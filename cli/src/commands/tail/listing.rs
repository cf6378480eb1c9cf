//! The last events of a trail by their time: read in the table, or through the service's `GET /audit-trail`.

use super::filter::Filter;
use super::shown::Shown;
use crate::origin::Reached;
use crate::service::{Call, Service, ServiceError};
use aws_sdk_dynamodb::error::BoxError;
use lambda_http::http::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::dialect::trail::PAGE_SIZE_MAX;
use shared::event::filter::EventFilter;
use shared::store::query::{EventPage, EventQuery, Order, Rest, Start};
use shared::store::usage::Usage;
use shared::store::{AuditStore, StoreError};
use shared::values::ids::AccountId;
use shared::values::timestamp::TimeRange;

/// Most events in one page of the table, which is one request unless they are large.
const PAGE_SIZE: usize = 1_000;

/// Why there are no events to show.
#[derive(Debug, thiserror::Error)]
pub(super) enum ListingError {
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

/// Where a page begins.
enum Position {
    /// At the newest event.
    Edge,
    /// In the table.
    Table(Start),
    /// At the service's cursor.
    Cursor(String),
}

/// Some events, newest first, and where older ones are.
struct Page {
    events: Vec<Shown>,
    next: Option<Position>,
}

/// The last events that pass the filter, oldest first: so many, unless there are fewer.
///
/// # Errors
/// [`ListingError`], by variant.
pub(super) async fn last(reached: &Reached, filter: &Filter, count: usize) -> Result<Vec<Shown>, ListingError> {
    let mut last = Vec::new();
    let mut start = Position::Edge;
    while last.len() < count {
        let wanted = (count - last.len()).min(PAGE_SIZE);
        let page = match reached {
            Reached::Table(store, account) => of_table(store, account, filter, &start, wanted).await?,
            Reached::Service(service) => of_service(service, filter, &start, wanted).await?,
        };
        let room = count - last.len();
        last.extend(page.events.into_iter().take(room));
        match page.next {
            Some(next) => start = next,
            None => break,
        }
    }
    last.reverse();
    Ok(last)
}

async fn of_table(
    store: &AuditStore,
    account: &AccountId,
    filter: &Filter,
    start: &Position,
    wanted: usize,
) -> Result<Page, ListingError> {
    let query = EventQuery {
        account: account.clone(),
        filter: event_filter(filter),
        range: TimeRange { from: filter.from, to: None },
        as_of: None,
    };
    let start = if let Position::Table(start) = start { start } else { &Start::Edge };
    let page: EventPage = store.page(&query, Order::Descending, start, wanted, &Usage::default()).await?;
    let next = match page.rest {
        Rest::Nothing => None,
        Rest::Event(next) => Some(Position::Table(Start::At(next))),
        Rest::Unknown(position) => Some(Position::Table(Start::After(position))),
    };
    Ok(Page { events: page.events.iter().map(Shown::from).collect(), next })
}

fn event_filter(filter: &Filter) -> EventFilter {
    match (filter.user_email.clone(), filter.event_type.clone()) {
        (None, None) => EventFilter::All,
        (None, Some(event_type)) => EventFilter::Type(event_type),
        (Some(email), None) => EventFilter::Email(email),
        (Some(email), Some(event_type)) => EventFilter::EmailAndType(email, event_type),
    }
}

#[derive(Deserialize)]
struct Answer {
    next: Option<String>,
    results: Vec<Box<RawValue>>,
}

async fn of_service(service: &Service, filter: &Filter, start: &Position, wanted: usize) -> Result<Page, ListingError> {
    let target = target(filter, start, wanted);
    let call = Call { method: Method::GET, target, headers: Vec::new(), body: String::new() };
    let body = service.ask(&call).await?;
    let answer: Answer = serde_json::from_str(&body).map_err(|error| ListingError::Answer(error.into()))?;
    let events = answer.results.iter().map(|event| Shown::of_service(event));
    let events = events.collect::<Result<_, _>>().map_err(|error| ListingError::Answer(error.into()))?;
    Ok(Page { events, next: answer.next.map(Position::Cursor) })
}

/// Path and query. The endpoint's `start_date` is not in the range that it begins.
fn target(filter: &Filter, start: &Position, wanted: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("page_size", &wanted.clamp(1, PAGE_SIZE_MAX).to_string());
    if let Some(before) = filter.from.plus_ms(-1) {
        query.append_pair("start_date", &before.to_string());
    }
    if let Some(event_type) = &filter.event_type {
        query.append_pair("event_type", event_type.as_str());
    }
    if let Some(user_email) = &filter.user_email {
        query.append_pair("user_email", user_email.as_str());
    }
    if let Position::Cursor(cursor) = start {
        query.append_pair("cursor", cursor);
    }
    format!("/audit-trail?{}", query.finish())
}
