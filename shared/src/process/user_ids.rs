//! Makes the ids of users that come without one.

use crate::values::ids::UserId;
use crate::values::timestamp::Timestamp;
use uuid::{NoContext, Uuid};

/// A new user's id: `usr_` and the 32 hex digits of a UUID version 7 of that time (RFC 9562 §5.7).
pub fn user_id(now: Timestamp) -> UserId {
    let since_epoch = std::time::Duration::from_millis(now.epoch_ms().unsigned_abs());
    let (seconds, nanoseconds) = (since_epoch.as_secs(), since_epoch.subsec_nanos());
    let uuid = Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanoseconds));
    UserId::parse(&format!("usr_{}", uuid.simple())).expect("letters, digits and _ are an id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_begins_with_its_time_and_is_new() {
        let now = Timestamp::parse_fixed("2020-07-24T03:26:02.001Z").expect("a time");
        let id = user_id(now).to_string();
        // printf '%012x' 1595561162001
        assert_eq!((id.get(..17), id.len()), (Some("usr_01737edb35117"), 36));
        assert_ne!(user_id(now).to_string(), id);
    }
}
