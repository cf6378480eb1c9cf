//! What a request costs the store: requests, capacity units and time; and what it leaves there: events.

use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Counts what one request of a caller costs. Shared by the store requests that run side by side for it.
#[derive(Debug, Default)]
pub struct Usage {
    requests: AtomicU32,
    capacity_milliunits: AtomicU64,
    events_recorded: AtomicUsize,
    waiting: Mutex<Waiting>,
}

/// Time spent waiting for the store.
#[derive(Debug, Default)]
struct Waiting {
    /// Store requests that are on their way.
    under_way: u32,
    /// When the first of them was sent.
    since: Option<Instant>,
    /// The time before that.
    total: Duration,
}

/// A store request on its way, until it is answered or given up.
struct UnderWay<'a>(&'a Usage);

impl Usage {
    /// Requests sent to DynamoDB; the SDK's own retries do not count.
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Capacity units consumed, as DynamoDB reports them.
    pub fn capacity_units(&self) -> f64 {
        // Milliunits of one request stay far below 2^53.
        self.capacity_milliunits.load(Ordering::Relaxed) as f64 / 1_000.0
    }

    /// Time in which at least one request to DynamoDB was on its way, the SDK's retries and the pauses before them included.
    /// Requests side by side do not count twice.
    pub fn waited(&self) -> Duration {
        let waiting = self.waiting();
        waiting.total + waiting.since.map(|since| since.elapsed()).unwrap_or_default()
    }

    /// Events that were written. One that was there already does not count.
    pub fn events_recorded(&self) -> usize {
        self.events_recorded.load(Ordering::Relaxed)
    }

    /// Waits for a request to DynamoDB, and counts it with the time that it takes.
    pub(crate) async fn request<F: Future>(&self, request: F) -> F::Output {
        let _under_way = UnderWay::begin(self);
        request.await
    }

    pub(crate) fn recorded(&self, events: usize) {
        self.events_recorded.fetch_add(events, Ordering::Relaxed);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner) // nothing panics while it is held
    }

    pub(crate) fn consumed(&self, capacity: &ConsumedCapacity) {
        let units = capacity.capacity_units().unwrap_or_default();
        self.capacity_milliunits.fetch_add((units * 1_000.0).round() as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
impl Usage {
    /// Counts requests and capacity units that were not there.
    pub(crate) fn cost(&self, requests: u32, capacity_units: f64) {
        self.requests.fetch_add(requests, Ordering::Relaxed);
        self.consumed(&ConsumedCapacity::builder().capacity_units(capacity_units).build());
    }
}

impl<'a> UnderWay<'a> {
    fn begin(usage: &'a Usage) -> Self {
        usage.requests.fetch_add(1, Ordering::Relaxed);
        let mut waiting = usage.waiting();
        waiting.under_way += 1;
        waiting.since.get_or_insert_with(Instant::now);
        Self(usage)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        waiting.under_way -= 1;
        if waiting.under_way == 0 {
            let since = waiting.since.take();
            waiting.total += since.map(|since| since.elapsed()).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::sleep;

    const LONG: Duration = Duration::from_millis(20);

    #[test]
    fn requests_side_by_side_are_waited_for_once() {
        let usage = Usage::default();

        let first = UnderWay::begin(&usage);
        let second = UnderWay::begin(&usage);
        sleep(LONG);
        drop(first);
        sleep(LONG);
        drop(second);

        assert_eq!(usage.requests(), 2);
        let waited = usage.waited();
        assert!(waited >= 2 * LONG, "{waited:?}: from the first that was sent to the last that was answered");
        sleep(LONG);
        assert_eq!(usage.waited(), waited, "nothing is under way");
    }

    #[tokio::test]
    async fn a_request_that_is_given_up_is_waited_for_no_longer() {
        let usage = Usage::default();

        let never = usage.request(std::future::pending::<()>());
        let outcome = tokio::time::timeout(LONG, never).await;

        assert!(outcome.is_err());
        assert_eq!(usage.requests(), 1);
        let waited = usage.waited();
        assert!(waited >= LONG, "{waited:?}");
        sleep(LONG);
        assert_eq!(usage.waited(), waited);
    }
}
