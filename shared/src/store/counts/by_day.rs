//! How many events each day of a range has, for a picture of it: as far as two requests say so, and no further.
//!
//! Closed days have a count of all events and of each category. The days after them are counted from their rows, newest first,
//! and so is every day of another filter, of which no counts are kept. What one request does not reach stays unknown: a
//! picture is not worth reading a million rows for.

use crate::event::filter::EventFilter;
use crate::store::events::{Beginning, LastRow, events_of};
use crate::store::query::{EventQuery, Order, Start};
use crate::store::requests::project;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{
    CATEGORY_COUNTS, PLACE_IN_TIME, TOTAL_COUNTS, decode_day, decode_day_count_of, decode_day_total,
};
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::Shard;
use crate::values::timestamp::{TimeRange, Timestamp};
use futures_util::future::try_join;
use std::collections::BTreeMap;

/// Most days of which one is asked: a year, and the day that makes it a leap year.
pub const DAYS_MAX: usize = 366;

/// Most rows that are read for the days without a count.
const ROWS_MAX: usize = 1_000;

/// How many events a day has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayTotal {
    /// So many.
    Exactly(u64),
    /// So many, and perhaps more: reading ended within the day.
    AtLeast(u64),
    /// Nobody has counted it yet, or it would take too long to.
    Unknown,
}

impl AuditStore {
    /// How many of the events each day has, from the first to the last, of which there are [`DAYS_MAX`] at most.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn days(
        &self,
        query: &EventQuery,
        (first, last): (Day, Day),
        now: Timestamp,
        usage: &Usage,
    ) -> Result<Vec<(Day, DayTotal)>, StoreError> {
        let has_counts = matches!(query.filter, EventFilter::All | EventFilter::Category(_));
        let open = match Day::last_closed(now) {
            Some(closed) if has_counts => first.max(closed),
            Some(_) | None => first,
        };
        let counted = async {
            match has_counts {
                true => self.counts_of_days(query, first, last, usage).await,
                false => Ok(BTreeMap::new()),
            }
        };
        let read = async {
            match open <= last {
                true => self.rows_by_day(query, open, last, usage).await,
                false => Ok((None, BTreeMap::new())), // DynamoDB takes no range that ends before it begins
            }
        };
        let (counted, (from, read)) = try_join(counted, read).await?;
        let total = |day: Day| match counted.get(&day) {
            Some(count) => DayTotal::Exactly(*count),
            None if from.is_some_and(|from| day < from) || day < open => DayTotal::Unknown,
            None => {
                let count = read.get(&day).copied().unwrap_or_default();
                if from == Some(day) { DayTotal::AtLeast(count) } else { DayTotal::Exactly(count) }
            }
        };
        let days = std::iter::successors(Some(first), |day| day.next()).take_while(|day| *day <= last);
        Ok(days.take(DAYS_MAX).map(|day| (day, total(day))).collect())
    }

    async fn counts_of_days(
        &self,
        query: &EventQuery,
        first: Day,
        last: Day,
        usage: &Usage,
    ) -> Result<BTreeMap<Day, u64>, StoreError> {
        let of_all = query.filter == EventFilter::All;
        let projection = if of_all { TOTAL_COUNTS } else { CATEGORY_COUNTS };
        let pk = key::day_counts(&query.account, Shard::FIRST);
        let items = self.all(self.query_between(pk, (first.to_string(), last.to_string()), projection), usage).await?;
        let mut counted = BTreeMap::new();
        for item in items {
            let (day, count) = match of_all {
                true => decode_day_total(item)?,
                false => decode_day_count_of(item, &query.filter).map(|(day, count)| (day, count.map(|(n, _)| n)))?,
            };
            counted.extend(count.map(|count| (day, count)));
        }
        Ok(counted)
    }

    /// Counts the newest rows of those days, with one request; and the day within which it ended, if it did not get to the first.
    async fn rows_by_day(
        &self,
        query: &EventQuery,
        first: Day,
        last: Day,
        usage: &Usage,
    ) -> Result<(Option<Day>, BTreeMap<Day, u64>), StoreError> {
        let range = TimeRange { from: first.start(), to: last.end() };
        let query = EventQuery { range, ..query.clone() };
        let partition = query.partition();
        let beginning = Beginning::From(Start::Edge);
        let request = self.query_from(&query, &partition, Order::Descending, &beginning, ROWS_MAX);
        let answer = send(project(request, PLACE_IN_TIME), usage).await?;
        let ended_in = LastRow::of(&answer).map(|row| row.position().map_or(last, |at| Day::of(at.created_at)));
        let mut read = BTreeMap::new();
        for item in events_of(answer.items.unwrap_or_default(), &query, &partition) {
            *read.entry(decode_day(item)?).or_default() += 1;
        }
        Ok((ended_in, read))
    }
}
