//! Events: read a page at a time; one written alone.

use super::request::{Beginning, ITEMS_READ_MAX, LastRow, events_of};
use super::salted::salted_event;
use crate::event::AuditEvent;
use crate::store::query::{EventPage, EventQuery, Order, Rest, Start};
use crate::store::requests::project;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{ABSENT, AuditStore, Conflict, Put, StoreError};
use crate::table::attribute;
use crate::table::item::{EventProjection, Item, decode_event};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::AccountId;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;

/// Most requests for one page. A page takes one, unless a filter or very large events leave it short.
pub const ROUND_TRIPS_MAX: usize = 10;

/// Items that the first request of a filtered page reads. Each further one reads twice as many, up to [`ITEMS_READ_MAX`]: where
/// one event in five passes, a page costs less than half of the 1 MB that a request would read otherwise, whatever the account holds.
const ITEMS_FILTERED_FIRST: usize = 600;

/// Text bytes after which a page is closed early, so that its answer stays under Lambda's 6 MB even if every byte has to
/// be escaped twice over. Only pages of whole events get there: what the trail shows of an event is bounded to a few kilobytes.
pub const PAGE_TEXT_BYTES_MAX: usize = 1024 * 1024;

impl AuditStore {
    /// Reads one page: at most `size` events from `start` on.
    ///
    /// One event more than the page needs is read, so that what comes behind the page is known and not guessed. DynamoDB
    /// ends an answer at 1 MB, and filters after it has read: the loop goes on until the page is full or nothing is left,
    /// and gives up after [`ROUND_TRIPS_MAX`] requests, still resumable. What [`EventQuery::as_of`] passes over is read and
    /// decoded all the same, so that an event that does not decode is an error whenever it says that it was recorded.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn page<Event: EventProjection>(
        &self,
        query: &EventQuery,
        order: Order,
        start: &Start,
        size: usize,
        usage: &Usage,
    ) -> Result<EventPage<Event>, StoreError> {
        let partition = query.partition();
        let mut page = PageBuilder::new(size);
        let mut beginning = Beginning::From(start.clone());
        let (mut looked_at, mut passed_over) = (None, false);
        for round_trip in 0..ROUND_TRIPS_MAX {
            let limit = match query.type_to_filter() {
                None if !passed_over => page.wanted(),
                None | Some(_) => (ITEMS_FILTERED_FIRST << round_trip).min(ITEMS_READ_MAX),
            };
            let request = self.query_from(query, &partition, order, &beginning, limit);
            let answer = send(project(request, Event::PROJECTION), usage).await?;
            let last = LastRow::of(&answer);
            let rows = answer.items.unwrap_or_default();
            let read = rows.len();
            let events = events_of(rows, query, &partition);
            passed_over |= events.len() < read;
            for event in events {
                let event = Event::decode(event)?;
                if query.passes_over(event.recorded_at()) {
                    passed_over = true;
                } else if let Some(full) = page.take(event) {
                    return Ok(full);
                }
            }
            let Some(last) = last else { return Ok(page.close(Rest::Nothing)) };
            looked_at = last.event_position(query).or_else(|| page.last()).or(looked_at);
            beginning = Beginning::Behind(last);
        }
        let no_event = || StoreError::Rejected("the rows of an index are no events, as far as they were read".into());
        looked_at.map(|position| page.close(Rest::Unknown(position))).ok_or_else(no_event)
    }

    /// Writes an event, unless one stands there: history is never overwritten. It is of a day that still
    /// [takes events](crate::values::day::Day::takes_events); another is an import, and [`put_each`](AuditStore::put_each) writes it.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_event(&self, account: &AccountId, event: &AuditEvent, usage: &Usage) -> Result<Put, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(salted_event(account, event)?))
            .condition_expression(ABSENT)
            .expression_attribute_names("#pk", attribute::PK)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match send(request, usage).await {
            Ok(_) => {
                usage.recorded(1);
                Ok(Put::New)
            }
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(failed)) => found(failed.item(), event),
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }
}

/// What became of an event in whose place there is an item.
pub(super) fn found(item: Option<&Item>, event: &AuditEvent) -> Result<Put, StoreError> {
    let there = decode_event(item.cloned().unwrap_or_default())?;
    Ok(if there.says_the_same(event) { Put::Already } else { Put::Conflict(Conflict::Event) })
}

/// Gathers a page, and the event behind it.
struct PageBuilder<Event> {
    size: usize,
    events: Vec<Event>,
    text_bytes: usize,
}

impl<Event: EventProjection> PageBuilder<Event> {
    fn new(size: usize) -> Self {
        Self { size, events: Vec::with_capacity(size), text_bytes: 0 }
    }

    /// How many events are still wanted, the one behind the page included.
    fn wanted(&self) -> usize {
        self.size + 1 - self.events.len()
    }

    /// Takes the next event; the page, if it is the one behind it.
    fn take(&mut self, event: Event) -> Option<EventPage<Event>> {
        let closed = self.events.len() == self.size || self.text_bytes > PAGE_TEXT_BYTES_MAX;
        if closed {
            let events = std::mem::take(&mut self.events);
            return Some(EventPage { events, rest: Rest::Event(event.sort_key()) });
        }
        self.text_bytes += event.text_bytes();
        self.events.push(event);
        None
    }

    /// The position of the last event so far.
    fn last(&self) -> Option<EventSortKey> {
        self.events.last().map(Event::sort_key)
    }

    fn close(self, rest: Rest) -> EventPage<Event> {
        EventPage { events: self.events, rest }
    }
}
