//! One entry of `PutEvents`, and how many of them a call takes.

use super::detail::detail;
use crate::send::Line;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// Most entries that a call of `PutEvents` takes (API reference).
pub const ENTRIES_MAX: usize = 10;
/// Bytes that the entries of a call stay below, as EventBridge counts them (user guide, "Calculating `PutEvents` event entry size"). A
/// larger one is sent alone: regions differ in what they take.
pub const CALL_BYTES: usize = 256 * 1024;
/// Bytes that a time counts for, however it is written.
const TIME_BYTES: usize = 14;

/// Who sends: what rules filter by first.
const SOURCE: &str = "audit-trail";

/// An entry but for its bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    detail_type: String,
    time: Timestamp,
    resource: String,
    detail: String,
}

impl Entry {
    fn of(account: &AccountId, line: &Line) -> Self {
        Self {
            detail_type: line.kind.clone(),
            time: line.created_at.unwrap_or(line.appended_at),
            resource: resource(account),
            detail: detail(&line.text),
        }
    }

    /// The entry that tries out a bus.
    pub(super) fn of_trial(account: &AccountId, now: Timestamp) -> Self {
        let (detail_type, detail) = ("TEST".to_owned(), r#"{"type":"audit.test"}"#.to_owned());
        Self { detail_type, time: now, resource: resource(account), detail }
    }

    fn bytes(&self) -> usize {
        TIME_BYTES + SOURCE.len() + self.detail_type.len() + self.resource.len() + self.detail.len()
    }

    /// The entry as the SDK has it.
    pub(super) fn into_request(self, bus: &str) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(bus)
            .source(SOURCE)
            .detail_type(self.detail_type)
            .time(DateTime::from_millis(self.time.epoch_ms()))
            .resources(self.resource)
            .detail(self.detail)
            .build()
    }
}

fn resource(account: &AccountId) -> String {
    format!("account/{account}")
}

/// The entries of the first lines that fit a call: one at least, if there is a line.
pub(super) fn fitting(account: &AccountId, lines: &[Line]) -> Vec<Entry> {
    let mut bytes = 0;
    let mut entries = Vec::new();
    for entry in lines.iter().take(ENTRIES_MAX).map(|line| Entry::of(account, line)) {
        bytes += entry.bytes();
        if bytes >= CALL_BYTES && !entries.is_empty() {
            break;
        }
        entries.push(entry);
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::hash::Hash;

    const AT: &str = "2026-05-01T09:30:00.123Z";

    fn line(position: u64, text: String) -> Line {
        let at = Timestamp::parse_fixed(AT).expect("a time");
        Line {
            position,
            appended_at: at,
            leaf: Hash::of_leaf(b""),
            created_at: None,
            kind: "INVITED_USER".to_owned(),
            text,
        }
    }

    fn count(texts: &[usize]) -> usize {
        let account = AccountId::parse("acc_demo").expect("an id");
        let text = |bytes: usize| format!("\"{}\"", "x".repeat(bytes - 2));
        let lines: Vec<_> = (0..).zip(texts).map(|(position, bytes)| line(position, text(*bytes))).collect();
        fitting(&account, &lines).len()
    }

    /// `audit-trail`, `INVITED_USER`, `account/acc_demo` and a time.
    const BESIDES: usize = 11 + 12 + 16 + 14;

    #[test]
    fn a_call_has_ten_entries() {
        assert_eq!(count(&[]), 0);
        assert_eq!(count(&[100; 10]), 10);
        assert_eq!(count(&[100; 11]), 10);
    }

    #[test]
    fn a_call_stays_below_256_kb() {
        let half = 131_072 - BESIDES;
        assert_eq!(count(&[half, half - 1, 100]), 2);
        assert_eq!(count(&[half, half]), 1);
    }

    #[test]
    fn a_larger_entry_is_sent_alone() {
        assert_eq!(count(&[300_000, 100]), 1);
        assert_eq!(count(&[100, 300_000]), 1);
    }

    #[test]
    fn an_entry_says_what_rules_filter_by() {
        let account = AccountId::parse("acc_demo").expect("an id");
        let created_at = Timestamp::parse_fixed("2026-04-30T00:00:00.000Z");
        let event = Line { created_at, ..line(7, r#"{"position":7}"#.to_owned()) };
        let missing =
            Line { kind: "EVENT_MISSING".to_owned(), ..line(8, r#"{"position":8,"missing":true}"#.to_owned()) };

        let requests: Vec<_> =
            fitting(&account, &[event, missing]).into_iter().map(|entry| entry.into_request("audit")).collect();

        let expected = |detail_type: &str, epoch_ms, detail: &str| {
            PutEventsRequestEntry::builder()
                .event_bus_name("audit")
                .source("audit-trail")
                .detail_type(detail_type)
                .time(DateTime::from_millis(epoch_ms))
                .resources("account/acc_demo")
                .detail(detail)
                .build()
        };
        assert_eq!(requests[0], expected("INVITED_USER", 1_777_507_200_000, r#"{"position":7}"#));
        assert_eq!(requests[1], expected("EVENT_MISSING", 1_777_627_800_123, r#"{"position":8,"missing":true}"#));
    }
}
