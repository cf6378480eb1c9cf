//! Events: read a page at a time, written once.

use crate::event::AuditEvent;
use crate::store::query::{EventPage, EventQuery, Order, Partition, Rest, Start};
use crate::store::usage::Usage;
use crate::store::{ABSENT, AuditStore, Conflict, Put, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::item::{EventProjection, Item, decode_event, encode_event};
use crate::table::key::{self, Key};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, Shard};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure};

/// Most requests for one page. A page takes one, unless a filter or very large events leave it short.
pub const ROUND_TRIPS_MAX: usize = 10;

/// Most items that a request reads where it cannot be said how many are wanted. With events of 350 bytes and more, DynamoDB
/// stops at 1 MB before that; an engine that does not look ahead would read the whole partition first.
pub(in crate::store) const ITEMS_READ_MAX: usize = 3_000;

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
    /// and gives up after [`ROUND_TRIPS_MAX`] requests, still resumable.
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
        let mut start = start.clone();
        for round_trip in 0..ROUND_TRIPS_MAX {
            let limit = match query.type_to_filter() {
                None => page.wanted(),
                Some(_) => (ITEMS_FILTERED_FIRST << round_trip).min(ITEMS_READ_MAX),
            };
            let request = project::<Event>(self.query_from(query, &partition, order, &start, limit));
            let answer = usage.request(request.send()).await?;
            usage.consumed(answer.consumed_capacity());
            let position = stopped_at(&answer)?;
            for item in answer.items.unwrap_or_default() {
                if let Some(full) = page.take(Event::decode(item)?) {
                    return Ok(full);
                }
            }
            match position {
                Some(position) => start = Start::After(position),
                None => return Ok(page.close(Rest::Nothing)),
            }
        }
        Ok(page.close(match start {
            Start::After(position) => Rest::Unknown(position),
            Start::Edge | Start::At(_) => Rest::Nothing, // not after a round trip
        }))
    }

    /// A query for the events from `start` on, which reads `limit` items at most.
    pub(in crate::store) fn query_from(
        &self,
        query: &EventQuery,
        partition: &Partition,
        order: Order,
        start: &Start,
        limit: usize,
    ) -> QueryFluentBuilder {
        let (mut from, mut to) = query.sort_key_bounds();
        match (start, order) {
            // Behind a position, the start key leaves it out; the narrower range spares an engine from reading up to it.
            (Start::At(position) | Start::After(position), Order::Ascending) => from = position.to_string(),
            (Start::At(position) | Start::After(position), Order::Descending) => to = position.to_string(),
            (Start::Edge, Order::Ascending | Order::Descending) => {}
        }
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(partition.index.map(|index| index.name().to_owned()))
            .consistent_read(partition.index.is_none()) // an index has no consistent reads
            .scan_index_forward(order == Order::Ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", partition_attribute(partition))
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":pk", text(&partition.pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to));
        let request = match start {
            Start::After(position) => request.set_exclusive_start_key(Some(start_key(query, partition, position))),
            Start::Edge | Start::At(_) => request,
        };
        match query.type_to_filter() {
            None => request,
            Some(event_type) => request
                .filter_expression("#event_type = :event_type")
                .expression_attribute_names("#event_type", attribute::EVENT_TYPE)
                .expression_attribute_values(":event_type", text(event_type.as_str())),
        }
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
            .set_item(Some(encode_event(account, event)))
            .condition_expression(ABSENT)
            .expression_attribute_names("#pk", attribute::PK)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        let sent = usage.request(request.send()).await;
        match sent {
            Ok(answer) => {
                usage.consumed(answer.consumed_capacity());
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
pub(in crate::store) fn found(item: Option<&Item>, event: &AuditEvent) -> Result<Put, StoreError> {
    let there = decode_event(item.cloned().unwrap_or_default())?;
    Ok(if there.says_the_same(event) { Put::Already } else { Put::Conflict(Conflict::Event) })
}

/// The query for no more of each event than is asked for.
fn project<Event: EventProjection>(request: QueryFluentBuilder) -> QueryFluentBuilder {
    let name = |request: QueryFluentBuilder, (name, attribute): &(&str, &str)| {
        request.expression_attribute_names(*name, *attribute)
    };
    Event::NAMES.iter().fold(request.projection_expression(Event::EXPRESSION), name)
}

fn partition_attribute(partition: &Partition) -> &'static str {
    partition.index.map_or(attribute::PK, key::Index::partition_attribute)
}

/// The start key of a query that goes on behind a position. It is made from the sort key alone, with the partition key of
/// the index and that of the table: the item need not exist.
fn start_key(query: &EventQuery, partition: &Partition, position: &EventSortKey) -> Item {
    let pk = key::events(&query.account, Shard::FIRST);
    let mut start_key = key_attributes(Key { pk, sk: position.to_string() });
    start_key.insert(partition_attribute(partition).to_owned(), text(&partition.pk));
    start_key
}

/// Where an answer ended, if there may be more.
pub(in crate::store) fn stopped_at(answer: &QueryOutput) -> Result<Option<EventSortKey>, StoreError> {
    let Some(last) = answer.last_evaluated_key() else { return Ok(None) };
    let sort_key = last.get(attribute::SK).and_then(|value| EventSortKey::parse(value.as_s().ok()?));
    sort_key.map(Some).ok_or_else(|| StoreError::Rejected("a LastEvaluatedKey without the sort key of an event".into()))
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

    fn close(self, rest: Rest) -> EventPage<Event> {
        EventPage { events: self.events, rest }
    }
}
