//! New ids: version 7 UUIDs, which begin with their time, so that ids of one millisecond are random and all others in order.

use crate::ids::{EventId, UserId};
use crate::timestamp::Timestamp;
use uuid::{NoContext, Uuid};

/// A new event's id: a UUID.
pub fn event_id(now: Timestamp) -> EventId {
    EventId::parse(&uuid(now).to_string()).expect("a UUID is hex digits and -")
}

/// A new user's id: `usr_` and the 32 hex digits of a UUID.
pub fn user_id(now: Timestamp) -> UserId {
    UserId::parse(&format!("usr_{}", uuid(now).simple())).expect("letters, digits and _ are an id")
}

fn uuid(now: Timestamp) -> Uuid {
    let since_epoch = std::time::Duration::from_millis(now.epoch_ms().unsigned_abs());
    let (seconds, nanoseconds) = (since_epoch.as_secs(), since_epoch.subsec_nanos());
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_begins_with_its_time_and_is_new() {
        let now = Timestamp::parse_fixed("2020-07-24T03:26:02.001Z").expect("a time");
        let (event, user) = (event_id(now).to_string(), user_id(now).to_string());
        // printf '%012x' 1595561162001
        assert_eq!((event.get(..15), event.len()), (Some("01737edb-3511-7"), 36));
        assert_eq!((user.get(..17), user.len()), (Some("usr_01737edb35117"), 36));
        assert_ne!(event_id(now).to_string(), event);
    }
}
