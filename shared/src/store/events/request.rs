//! One request for events: where it begins, where it ended, and which of the rows that it gave are events.
//!
//! # Rows that are no events
//! An item stands in an index if it has the index's partition key, so whoever may write any item can put one beside the events of
//! an account. Such a row is known by its `pk`, which is not that of the account's events: it is passed over, and said at level
//! `ERROR`, for somebody wrote it who should not. Its sort key can be anything, so it is no place for a reader to resume at.

use crate::store::query::{EventQuery, Order, Partition, Start};
use crate::store::{AuditStore, key_attributes, text};
use crate::table::attribute;
use crate::table::item::Item;
use crate::table::key::{self, Key};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::Shard;
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

/// Most items that a request reads where it cannot be said how many are wanted. With events of 350 bytes and more, DynamoDB
/// stops at 1 MB before that; an engine that does not look ahead would read the whole partition first.
pub(in crate::store) const ITEMS_READ_MAX: usize = 3_000;

/// Where a request begins.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) enum Beginning {
    /// Where a walk begins or is resumed.
    From(Start),
    /// Behind the row at which another request of the same query ended.
    Behind(LastRow),
}

/// The row at which a request ended: its key, as DynamoDB gave it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct LastRow(Item);

impl LastRow {
    /// The last row of an answer, if there may be more behind it.
    pub(in crate::store) fn of(answer: &QueryOutput) -> Option<Self> {
        answer.last_evaluated_key().cloned().map(Self)
    }

    /// The key, to go on behind it.
    pub(in crate::store) fn start_key(&self) -> Item {
        self.0.clone()
    }

    /// The text of its sort key.
    pub(in crate::store) fn sk(&self) -> Option<&str> {
        string(&self.0, attribute::SK)
    }

    /// The position of the row, if it stands where an event could.
    pub(in crate::store) fn position(&self) -> Option<EventSortKey> {
        EventSortKey::parse(self.sk()?)
    }

    /// The position of the row, if it is an event of the account.
    pub(super) fn event_position(&self, query: &EventQuery) -> Option<EventSortKey> {
        self.position().filter(|_| is_event(&self.0, &events_pk(query)))
    }
}

impl Beginning {
    fn sk(&self) -> Option<String> {
        match self {
            Self::From(Start::Edge) => None,
            Self::From(Start::At(position) | Start::After(position)) => Some(position.to_string()),
            Self::Behind(row) => row.sk().map(ToOwned::to_owned),
        }
    }

    fn start_key(&self, query: &EventQuery, partition: &Partition) -> Option<Item> {
        match self {
            Self::From(Start::Edge | Start::At(_)) => None,
            Self::From(Start::After(position)) => Some(start_key(query, partition, position)),
            Self::Behind(row) => Some(row.start_key()),
        }
    }
}

impl AuditStore {
    /// A query for the events from the beginning on, which reads `limit` items at most.
    pub(in crate::store) fn query_from(
        &self,
        query: &EventQuery,
        partition: &Partition,
        order: Order,
        beginning: &Beginning,
        limit: usize,
    ) -> QueryFluentBuilder {
        let (mut from, mut to) = query.sort_key_bounds();
        match (beginning.sk(), order) {
            // Behind a position, the start key leaves it out; the narrower range spares an engine from reading up to it.
            (Some(sk), Order::Ascending) => from = sk,
            (Some(sk), Order::Descending) => to = sk,
            (None, Order::Ascending | Order::Descending) => {}
        }
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(partition.index.map(|index| index.name().to_owned()))
            .consistent_read(partition.index.is_none()) // an index has no consistent reads
            .scan_index_forward(order == Order::Ascending)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(beginning.start_key(query, partition))
            .key_condition_expression("#partition = :partition AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#partition", partition_attribute(partition))
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":partition", text(&partition.pk))
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(to));
        match query.type_to_filter() {
            None => request,
            Some(event_type) => request
                .filter_expression(OF_TYPE)
                .expression_attribute_names("#event_type", attribute::EVENT_TYPE)
                .expression_attribute_values(":event_type", text(event_type.as_str())),
        }
    }
}

const OF_TYPE: &str = "#event_type = :event_type";

/// The query for events alone, and for those alone that were recorded by the moment that is asked for, where DynamoDB gives no
/// rows by which they could be told apart.
pub(in crate::store) fn without_foreign_rows(
    mut request: QueryFluentBuilder,
    query: &EventQuery,
    partition: &Partition,
) -> QueryFluentBuilder {
    let mut conditions: Vec<&str> = query.type_to_filter().map(|_| OF_TYPE).into_iter().collect();
    if partition.index.is_some() {
        // All rows of the table's own partition are events.
        conditions.push("#pk = :pk");
        request = request
            .expression_attribute_names("#pk", attribute::PK)
            .expression_attribute_values(":pk", text(events_pk(query)));
    }
    if let Some(as_of) = query.as_of {
        // Without the attribute, or with one of another type, the comparison does not hold, and the event is counted.
        conditions.push("NOT (#recorded_at > :as_of)");
        request = request
            .expression_attribute_names("#recorded_at", attribute::RECORDED_AT)
            .expression_attribute_values(":as_of", text(as_of.to_string()));
    }
    if conditions.is_empty() { request } else { request.filter_expression(conditions.join(" AND ")) }
}

/// Those of the rows that are events of the account, good or not.
pub(in crate::store) fn events_of(rows: Vec<Item>, query: &EventQuery, partition: &Partition) -> Vec<Item> {
    if partition.index.is_none() {
        return rows; // all rows of the table's own partition are events
    }
    let pk = events_pk(query);
    let (events, foreign): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| is_event(row, &pk));
    if let Some(first) = foreign.first() {
        let part = |name| string(first, name).unwrap_or_default();
        let key = Key { pk: part(attribute::PK).to_owned(), sk: part(attribute::SK).to_owned() };
        say_foreign(query, partition, foreign.len(), Some(&key));
    }
    events
}

/// Says that there are rows in an index that are no events.
pub(in crate::store) fn say_foreign(query: &EventQuery, partition: &Partition, rows: usize, first: Option<&Key>) {
    let (account, index) = (query.account.as_str(), partition.index.map(key::Index::name));
    let first = first.map(ToString::to_string);
    tracing::error!(account, index, rows, first, "foreign index row");
}

fn is_event(row: &Item, events_pk: &str) -> bool {
    string(row, attribute::PK) == Some(events_pk)
}

fn events_pk(query: &EventQuery) -> String {
    key::events(&query.account, Shard::FIRST)
}

fn string<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

fn partition_attribute(partition: &Partition) -> &'static str {
    partition.index.map_or(attribute::PK, key::Index::partition_attribute)
}

/// The start key of a query that goes on behind a position. It is made from the sort key alone, with the partition key of
/// the index and that of the table: the item need not exist.
fn start_key(query: &EventQuery, partition: &Partition, position: &EventSortKey) -> Item {
    let mut start_key = key_attributes(Key { pk: events_pk(query), sk: position.to_string() });
    start_key.insert(partition_attribute(partition).to_owned(), text(&partition.pk));
    start_key
}

#[cfg(test)]
impl LastRow {
    /// A row of the table's own partition.
    pub(in crate::store) fn at(pk: &str, sk: &str) -> Self {
        Self(key_attributes(Key { pk: pk.to_owned(), sk: sk.to_owned() }))
    }
}
