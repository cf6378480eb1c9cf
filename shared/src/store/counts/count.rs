//! Counts the events of a range, for `totalRecords`: the days that are counted already, and what is left one by one.
//!
//! # Life of a count
//! A day that is closed (see [`crate::values::day`]) gets no event any more but by an import, so it is counted once, by the function
//! `counts-roll`, and its count kept as an item. A reader adds the counts of the whole days of its range to those of the
//! gaps: the two ends, the days that are not closed yet, and those without a count.
//!
//! An import may come into a day at any time. In the transaction that writes its events it takes the count of their days
//! away and leaves a new version there, which is a hash of the events' keys, so a count is there only if it is true:
//!
//! ```text
//! t0  counts-roll reads the version of a day: none
//! t1  counts-roll counts the day: 10 events
//! t2  an import writes event 11 and the version 7f, the hash of its key, in one transaction
//! t3  counts-roll writes "10 events" if there is no version still: refused; it tries again when it is next called
//! ```
//!
//! Had t2 been before t1, the event would have been counted (all of it is read consistently) and the count refused all the
//! same; had it been after t3, it would have taken the count away. No version comes back once another is there, since an event
//! is written once and the keys of two imports are never the same. A write that is no import is not asked for anything.
//!
//! A count as of a moment ([`EventQuery::as_of`]) passes over what was recorded later. The count of a day says when it was
//! counted, `counted_at`, noted after t0: what is in it was there at t0, so it was recorded by then. A reader takes it if that
//! was by the moment that it asks for, and counts the day one by one otherwise:
//!
//! ```text
//! t0  a chain of pages begins
//! t1  an import writes an event into a closed day, and takes the count of the day away
//! t2  counts-roll counts the day again, with the event: its counted_at is after t0
//! t3  the chain counts its records: the day one by one, without the event
//! ```

mod slice;

use crate::event::filter::EventFilter;
use crate::store::counts::bounds::{COUNT_ROUND_TRIPS_MAX, COUNT_TIME_MAX};
use crate::store::events::{Beginning, ITEMS_READ_MAX, LastRow, say_foreign, without_foreign_rows};
use crate::store::query::{EventQuery, Order};
use crate::store::requests::project;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, text};
use crate::table::attribute;
use crate::table::item::{CATEGORY_COUNTS, SUBJECT_COUNTS, decode_day_count_of};
use crate::table::key;
use crate::values::day::Day;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::Shard;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::Select;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use slice::{Slice, gaps, whole_days};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::timeout;

/// Slices of a range that are counted side by side.
const SLICES_AT_ONCE: usize = 16;

/// What was counted of a slice, and where it went on.
struct Counted {
    events: u64,
    rest: Vec<Slice>,
}

impl AuditStore {
    /// Counts the events of the range. `seen` are the first of them, as they have just been read: they are counted as they were, so
    /// that an event that comes between them meanwhile is in neither.
    ///
    /// ```text
    /// t0  an event is recorded, and not there yet   t1  the first page of a chain is read   t2  the event is there, in that page's part
    /// t3  the range is counted: with the event the chain would be one longer than its rows
    /// ```
    ///
    /// # Errors
    /// [`StoreError::TooManyToCount`] if it takes more than [`COUNT_ROUND_TRIPS_MAX`] requests or longer than
    /// [`COUNT_TIME_MAX`]; the others by variant.
    pub async fn count(&self, query: &EventQuery, seen: &[EventSortKey], usage: &Usage) -> Result<u64, StoreError> {
        let counted = timeout(COUNT_TIME_MAX, self.count_all(query, seen, usage)).await;
        counted.map_err(|_| StoreError::TooManyToCount)?
    }

    async fn count_all(&self, query: &EventQuery, seen: &[EventSortKey], usage: &Usage) -> Result<u64, StoreError> {
        let counted = self.counted_days(query, usage).await?;
        let behind = |gap| Slice::behind(gap, seen.last());
        let mut open: Vec<_> = gaps(query.range, &counted).into_iter().filter_map(behind).collect();
        // Those of days that have a count are in it.
        let seen_in_gaps = seen.iter().filter(|event| !counted.contains_key(&Day::of(event.created_at))).count();
        let mut total: u64 = counted.into_values().sum::<u64>() + seen_in_gaps as u64;
        let round_trips = AtomicUsize::new(0);
        let mut at_work = FuturesUnordered::new();
        loop {
            while at_work.len() < SLICES_AT_ONCE
                && let Some(slice) = open.pop()
            {
                at_work.push(self.count_slice(query, slice, &round_trips, usage));
            }
            let Some(counted) = at_work.next().await else { return Ok(total) };
            let Counted { events, rest } = counted?;
            total += events;
            open.extend(rest);
        }
    }

    /// The whole days of the range whose count is there and says how many events match the filter.
    async fn counted_days(&self, query: &EventQuery, usage: &Usage) -> Result<BTreeMap<Day, u64>, StoreError> {
        let mut counted = BTreeMap::new();
        let Some((first, last)) = whole_days(query.range) else { return Ok(counted) };
        let Some(request) = self.day_counts_of(query, first, last) else { return Ok(counted) };
        for item in self.all(request, usage).await? {
            let (day, count) = decode_day_count_of(item, &query.filter)?;
            // What was counted later may have in it what was recorded later.
            let count = count.filter(|(_, counted_at)| query.as_of.is_none_or(|as_of| *counted_at <= as_of));
            counted.extend(count.map(|(count, _)| (day, count)));
        }
        Ok(counted)
    }

    /// A query for the counts of those days, as far as they concern the filter; none if counts say nothing of it.
    fn day_counts_of(&self, query: &EventQuery, first: Day, last: Day) -> Option<QueryFluentBuilder> {
        let request = self
            .query_partition(key::day_counts(&query.account, Shard::FIRST)) // a count that was taken away must not be read
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :first AND :last")
            .expression_attribute_names("#sk", attribute::SK)
            .expression_attribute_values(":first", text(first.to_string()))
            .expression_attribute_values(":last", text(last.to_string()));
        match &query.filter {
            EventFilter::Category(_) => Some(project(request, CATEGORY_COUNTS)),
            EventFilter::Subject(category, user) => {
                let of_subject = format!("{}.#subject", SUBJECT_COUNTS.expression);
                let request = project(request, SUBJECT_COUNTS).projection_expression(of_subject);
                Some(request.expression_attribute_names("#subject", key::subject_count(*category, user)))
            }
            EventFilter::All | EventFilter::Type(_) | EventFilter::Email(_) | EventFilter::EmailAndType(..) => None,
        }
    }

    async fn count_slice(
        &self,
        query: &EventQuery,
        slice: Slice,
        round_trips: &AtomicUsize,
        usage: &Usage,
    ) -> Result<Counted, StoreError> {
        let of_slice = EventQuery { range: slice.range, ..query.clone() };
        let mut beginning = slice.beginning.clone();
        let (mut events, mut requests) = (0, 0);
        loop {
            if round_trips.fetch_add(1, Ordering::Relaxed) >= COUNT_ROUND_TRIPS_MAX {
                return Err(StoreError::TooManyToCount);
            }
            let (counted, last) = self.count_once(&of_slice, &beginning, usage).await?;
            events += counted;
            requests += 1;
            let Some(last) = last else { return Ok(Counted { events, rest: Vec::new() }) };
            // A row that is no event may stand anywhere, and says nothing of where to cut.
            match last.position().filter(|_| requests >= slice.requests_max) {
                Some(position) => return Ok(Counted { events, rest: slice.cut(position.created_at, last) }),
                None => beginning = Beginning::Behind(last),
            }
        }
    }

    /// Counts as far as one request comes; with the row where it ended, if there is more.
    async fn count_once(
        &self,
        query: &EventQuery,
        beginning: &Beginning,
        usage: &Usage,
    ) -> Result<(u64, Option<LastRow>), StoreError> {
        let partition = query.partition();
        let request = self.query_from(query, &partition, Order::Ascending, beginning, ITEMS_READ_MAX);
        let request = without_foreign_rows(request, query, &partition).select(Select::Count);
        let answer = send(request, usage).await?;
        let number = |count: i32| usize::try_from(count).unwrap_or_default();
        let (events, read) = (number(answer.count()), number(answer.scanned_count()));
        // What is passed over for another reason is not told apart here; who reads the pages of the range says it then.
        if query.type_to_filter().is_none() && query.as_of.is_none() && events < read {
            say_foreign(query, &partition, read - events, None);
        }
        Ok((events as u64, LastRow::of(&answer)))
    }
}
