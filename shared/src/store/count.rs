//! Counts the events of a range, for `totalRecords`.

use super::events::{ITEMS_READ_MAX, stopped_at};
use super::{AuditStore, StoreError};
use crate::query::{EventQuery, Order, Start};
use crate::timestamp::TimeRange;
use crate::usage::Usage;
use aws_sdk_dynamodb::types::Select;
use futures_util::future::try_join_all;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// Slices of a range that are counted side by side.
const SLICES: i64 = 8;

/// Longest that a count may take. A function has 25 s in all (`Timeout` in template.yaml), and must still say why.
pub const COUNT_TIME_MAX: Duration = Duration::from_secs(15);

/// Most requests for one count. One request counts up to 1 MB, about 1,700 events of 600 bytes.
pub const COUNT_ROUND_TRIPS_MAX: usize = 2_000;

impl AuditStore {
    /// Counts the events of the range, in slices side by side.
    ///
    /// # Errors
    /// [`StoreError::TooManyToCount`] if it takes more than [`COUNT_ROUND_TRIPS_MAX`] requests or longer than
    /// [`COUNT_TIME_MAX`]; the others by variant.
    pub async fn count(&self, query: &EventQuery, usage: &Usage) -> Result<u64, StoreError> {
        let round_trips = AtomicUsize::new(0);
        let slices = slices(query.range).into_iter().map(|range| {
            let slice = EventQuery { range, ..query.clone() };
            self.count_slice(slice, &round_trips, usage)
        });
        let counted = timeout(COUNT_TIME_MAX, try_join_all(slices)).await;
        Ok(counted.map_err(|_| StoreError::TooManyToCount)??.into_iter().sum())
    }

    async fn count_slice(
        &self,
        slice: EventQuery,
        round_trips: &AtomicUsize,
        usage: &Usage,
    ) -> Result<u64, StoreError> {
        let partition = slice.partition();
        let mut total = 0;
        let mut start = Start::Edge;
        loop {
            if round_trips.fetch_add(1, Ordering::Relaxed) >= COUNT_ROUND_TRIPS_MAX {
                return Err(StoreError::TooManyToCount);
            }
            let request = self.query_from(&slice, &partition, Order::Ascending, &start, ITEMS_READ_MAX);
            let answer = usage.request(request.select(Select::Count).send()).await?;
            usage.consumed(answer.consumed_capacity());
            total += u64::try_from(answer.count()).unwrap_or_default();
            match stopped_at(&answer)? {
                Some(position) => start = Start::After(position),
                None => return Ok(total),
            }
        }
    }
}

/// The range cut into [`SLICES`] parts of about the same length, or left whole where it is too short or has no end.
fn slices(range: TimeRange) -> Vec<TimeRange> {
    let Some(to) = range.to else { return vec![range] };
    let step = (to.epoch_ms() - range.from.epoch_ms()) / SLICES;
    if step <= 0 {
        return vec![range];
    }
    let edge = |at: i64| if at == SLICES { Some(to) } else { range.from.plus_ms(step * at) };
    let slice = |at: i64| Some(TimeRange { from: edge(at)?, to: edge(at + 1) });
    (0..SLICES).filter_map(slice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_epoch_ms(ms).expect("a time in range")
    }

    #[test]
    fn slices_cover_the_range_without_gap_or_overlap() {
        for (from, to) in [(0, 8), (0, 9), (5, 1_000), (0, 253_402_300_799_999)] {
            let slices = slices(TimeRange { from: at(from), to: Some(at(to)) });
            assert_eq!(slices.len(), 8);
            assert_eq!(slices.first().map(|slice| slice.from), Some(at(from)));
            assert_eq!(slices.last().and_then(|slice| slice.to), Some(at(to)));
            assert!(slices.windows(2).all(|pair| pair[0].to == Some(pair[1].from)));
        }
    }

    #[test]
    fn a_range_that_is_short_or_has_no_end_is_left_whole() {
        for range in [TimeRange { from: at(0), to: Some(at(7)) }, TimeRange::ALL] {
            assert_eq!(slices(range), [range]);
        }
    }
}
