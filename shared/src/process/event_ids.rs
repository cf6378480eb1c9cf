//! Makes the ids of events that come without one: the one place that does.

use crate::values::ids::EventId;
use crate::values::timestamp::Timestamp;
use uuid::{ContextV7, Uuid};

/// Ids for the events of one request, in order: each a UUID version 7 of that time (RFC 9562 §5.7), greater than the one before it.
/// Events of one request that are left to us entirely thus stand in the trail in the order given.
pub fn event_ids(now: Timestamp) -> impl FnMut() -> EventId {
    let context = ContextV7::new();
    let seconds = now.epoch_ms().div_euclid(1_000).unsigned_abs();
    let nanoseconds = u32::try_from(now.epoch_ms().rem_euclid(1_000) * 1_000_000);
    let nanoseconds = nanoseconds.expect("fewer than 10^9 nanoseconds are left of a second");
    move || {
        let uuid = Uuid::new_v7(uuid::Timestamp::from_unix(&context, seconds, nanoseconds));
        EventId::parse(&uuid.to_string()).expect("a UUID is 36 hex digits and hyphens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_begin_with_the_time_and_ascend() {
        let now = Timestamp::parse_fixed("2020-07-24T03:26:02.123Z").expect("a time");
        let mut next = event_ids(now);
        let ids: Vec<_> = std::iter::repeat_with(&mut next).take(1_000).collect();
        assert!(ids.iter().all(|id| id.as_str().starts_with("01737edb-358b-7")), "{:?}", ids.first());
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert_ne!(Some(&event_ids(now)()), ids.first(), "two requests of one millisecond have other ids");
    }
}
