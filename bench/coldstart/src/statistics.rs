//! Smallest value, median and 99th percentile of a series.

use std::time::Duration;

/// A summary of a series, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Summary {
    /// Smallest.
    pub(crate) min_ms: f64,
    /// Median.
    pub(crate) median_ms: f64,
    /// 99th percentile; under 100 values, the largest.
    pub(crate) p99_ms: f64,
}

impl Summary {
    /// Sums up a series; none if it is empty.
    pub(crate) fn of(times: &[Duration]) -> Option<Self> {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        let at = |percent| percentile(&sorted, percent).as_secs_f64() * 1_000.0;
        (!sorted.is_empty()).then(|| Self { min_ms: at(0), median_ms: at(50), p99_ms: at(99) })
    }
}

/// The middle of a series of whole numbers, zero if it is empty.
pub(crate) fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    percentile(&sorted, 50)
}

/// The nearest-rank percentile of a sorted series: the smallest value that at least `percent` of the values do not pass.
fn percentile<T: Copy + Default>(sorted: &[T], percent: usize) -> T {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Summary, median, percentile};
    use std::time::Duration;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(percentile(&hundred, 0), 1);
        assert_eq!(percentile(&hundred, 50), 50);
        assert_eq!(percentile(&hundred, 99), 99);
        assert_eq!(percentile(&[7_u64], 99), 7);
        assert_eq!(percentile::<u64>(&[], 50), 0);
        assert_eq!(median(&[3, 1, 2]), 2);
    }

    #[test]
    fn a_summary_is_in_milliseconds() {
        let summary =
            Summary::of(&[Duration::from_micros(2_500), Duration::from_micros(500), Duration::from_millis(9)]);
        assert_eq!(summary, Some(Summary { min_ms: 0.5, median_ms: 2.5, p99_ms: 9.0 }));
        assert_eq!(Summary::of(&[]), None);
    }
}
