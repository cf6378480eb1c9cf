//! Counts the closed days of an account that have no count yet, once for all who will ask for them.
//!
//! See [`super::count`] for what is then read, and why no count is ever read that is not true.

mod seen;

use crate::event::day_count::{DayCount, DayTally, DaysOver};
use crate::store::events::{ITEMS_READ_MAX, LastRow};
use crate::store::requests::project;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError, key_attributes, text};
use crate::table::attribute;
use crate::table::item::{SUBJECT, day_count_values, decode_subject_of};
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::{AccountId, Shard};
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use futures_util::future::try_join_all;
use seen::{Seen, runs};

/// Counts that are written at once.
const WRITES_AT_ONCE: usize = 8;

/// What was counted of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rolled {
    /// Days that have a count now and had none before.
    pub days: usize,
    /// Events that were read for it.
    pub events: u64,
    /// Closed days that are left to be counted: time was up, or an import came in between.
    pub days_left: usize,
}

impl AuditStore {
    /// Counts every closed day from the account's first event on that has no count, as long as `goes_on` says so; but no day of
    /// a long stretch without an event ([`EMPTY_DAYS_MAX`](crate::event::day_count::EMPTY_DAYS_MAX)).
    ///
    /// Their `counted_at` is what `clock` says when it is asked, once.
    ///
    /// What was counted stays counted, whenever it ends; two that count at once do no harm.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn roll(
        &self,
        account: &AccountId,
        clock: impl Fn() -> Timestamp,
        goes_on: impl Fn() -> bool,
        usage: &Usage,
    ) -> Result<Rolled, StoreError> {
        // The versions are read first: a count holds only if its day still has the version that it had before.
        let seen = self.days_seen(account, usage).await?;
        // And the time after them: it is not before any import that left one of these versions was recorded.
        let now = clock();
        let (first, last) = (self.first_day(account, usage).await?, Day::last_closed(now));
        let mut rolled = Rolled::default();
        let Some((first, last)) = first.zip(last) else { return Ok(rolled) };
        for (first, last) in runs(first, last, &seen) {
            rolled.days_left += first.days_to(last) + 1;
            let run = Run { account, first, last, now, seen: &seen };
            self.roll_run(&run, &goes_on, &mut rolled, usage).await?;
        }
        Ok(rolled)
    }

    /// Counts the days of a run, reading its events once, in their order.
    async fn roll_run(
        &self,
        run: &Run<'_>,
        goes_on: &impl Fn() -> bool,
        rolled: &mut Rolled,
        usage: &Usage,
    ) -> Result<(), StoreError> {
        let mut tally = DayTally::new(run.first);
        let mut position = None;
        while goes_on() {
            let answer = send(self.subjects(run, position.as_ref()), usage).await?;
            position = LastRow::of(&answer);
            let mut over = DaysOver::default();
            for item in answer.items.unwrap_or_default() {
                let (day, subject) = decode_subject_of(item)?;
                over.add(tally.go_on_to(day));
                tally.add(subject);
                rolled.events += 1;
            }
            if let (None, Some(next)) = (&position, run.last.next()) {
                over.add(tally.go_on_to(next));
            }
            rolled.days_left -= over.left_out;
            for chunk in over.counts.chunks(WRITES_AT_ONCE).take_while(|_| goes_on()) {
                let written = self.put_counts(run, chunk, usage).await?;
                rolled.days += written;
                rolled.days_left -= written;
            }
            if position.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Writes counts side by side; how many were, because no import had come in between.
    async fn put_counts(&self, run: &Run<'_>, counts: &[(Day, DayCount)], usage: &Usage) -> Result<usize, StoreError> {
        let puts = counts.iter().map(|(day, count)| self.put_count(run, *day, count, usage));
        let written = try_join_all(puts).await?;
        Ok(written.into_iter().filter(|written| *written).count())
    }

    async fn put_count(&self, run: &Run<'_>, day: Day, count: &DayCount, usage: &Usage) -> Result<bool, StoreError> {
        let [events, users, user_access, subjects] = day_count_values(count);
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key_attributes(key::day_count(run.account, Shard::FIRST, day))))
            .update_expression(
                "SET #counted_at = :now, #events_count = :events, #users_count = :users, #user_access_count = :user_access, \
                 #subject_counts = :subjects",
            )
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_names("#counted_at", attribute::COUNTED_AT)
            .expression_attribute_names("#events_count", attribute::EVENTS_COUNT)
            .expression_attribute_names("#users_count", attribute::USERS_COUNT)
            .expression_attribute_names("#user_access_count", attribute::USER_ACCESS_COUNT)
            .expression_attribute_names("#subject_counts", attribute::SUBJECT_COUNTS)
            .expression_attribute_values(":now", text(run.now.to_string()))
            .expression_attribute_values(":events", events)
            .expression_attribute_values(":users", users)
            .expression_attribute_values(":user_access", user_access)
            .expression_attribute_values(":subjects", subjects);
        let request = match run.seen.get(&day).and_then(|state| state.version.as_deref()) {
            None => request.condition_expression("attribute_not_exists(#version)"),
            Some(version) => request
                .condition_expression("#version = :version")
                .expression_attribute_values(":version", text(version)),
        };
        match send(request, usage).await {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                // An import came in between, or is at work on the day at this moment.
                Some(
                    UpdateItemError::ConditionalCheckFailedException(_)
                    | UpdateItemError::TransactionConflictException(_),
                ) => Ok(false),
                _ => Err(error.into()), // every other error of the SDK
            },
        }
    }

    /// A query for what the events of a run behind a row are about.
    fn subjects(&self, run: &Run<'_>, last: Option<&LastRow>) -> QueryFluentBuilder {
        let end = run.last.end().unwrap_or(Timestamp::MAX);
        // The start key leaves the row out; the narrower range spares an engine from reading up to it.
        let from = last.and_then(LastRow::sk).map_or_else(|| run.first.start().to_string(), ToOwned::to_owned);
        let request = self
            .query_partition(key::events(run.account, Shard::FIRST)) // an import that left the version seen must be counted
            .limit(i32::try_from(ITEMS_READ_MAX).unwrap_or(i32::MAX))
            .set_exclusive_start_key(last.map(LastRow::start_key))
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_values(":from", text(from))
            .expression_attribute_values(":to", text(end.to_string()));
        project(request, SUBJECT)
    }
}

/// Days of an account, one after the other, that have no count.
struct Run<'a> {
    account: &'a AccountId,
    first: Day,
    last: Day,
    now: Timestamp,
    seen: &'a Seen,
}
