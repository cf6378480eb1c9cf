//! What a request costs the store: requests and capacity units.

use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Counts what one request of a caller costs. Shared by the store requests that run side by side for it.
#[derive(Debug, Default)]
pub struct Usage {
    requests: AtomicU32,
    capacity_milliunits: AtomicU64,
}

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

    pub(crate) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn consumed(&self, capacity: Option<&ConsumedCapacity>) {
        let units = capacity.and_then(ConsumedCapacity::capacity_units).unwrap_or_default();
        self.capacity_milliunits.fetch_add((units * 1_000.0).round() as u64, Ordering::Relaxed);
    }
}
