//! Entries on a bus of EventBridge: one for each event, up to ten at once.

mod bus;
mod detail;
mod entry;

pub use bus::{Bus, BusError};
pub use entry::{CALL_BYTES, ENTRIES_MAX};

use super::{Line, Outcome, Parcel, Plan, Why, aws};
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsResultEntry;
use entry::Entry;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// A bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBridgeTarget {
    /// Its name or ARN.
    pub bus: Bus,
}

impl EventBridgeTarget {
    /// The lines that the next call has. Nothing waits for more of them.
    pub fn plan(&self, account: &AccountId, lines: &[Line]) -> Option<Plan> {
        let last = entry::fitting(account, lines).len().checked_sub(1).and_then(|last| lines.get(last))?;
        Some(Plan::Send { last: last.position })
    }
}

/// Sends a parcel, or as much of it as fits one call.
pub async fn send(client: &Client, target: &EventBridgeTarget, parcel: &Parcel<'_>) -> Outcome {
    let entries = entry::fitting(parcel.account, parcel.lines);
    let sent = entries.len();
    match put(client, target, entries).await {
        Ok(results) => outcome(parcel.first(), sent, &results),
        Err(why) => Outcome::Refused { wait: None, why },
    }
}

/// Puts one entry of the type `TEST`.
///
/// # Errors
/// Why it was not taken.
pub async fn try_out(
    client: &Client,
    target: &EventBridgeTarget,
    account: &AccountId,
    now: Timestamp,
) -> Result<(), Why> {
    let results = put(client, target, vec![Entry::of_trial(account, now)]).await?;
    match outcome(0, 1, &results) {
        Outcome::Stored { .. } => Ok(()),
        Outcome::Refused { why, .. } | Outcome::Gone { why } => Err(why),
    }
}

async fn put(
    client: &Client,
    target: &EventBridgeTarget,
    entries: Vec<Entry>,
) -> Result<Vec<PutEventsResultEntry>, Why> {
    let entries = entries.into_iter().map(|entry| entry.into_request(target.bus.as_str())).collect();
    let answer = client.put_events().set_entries(Some(entries)).send().await;
    answer.map(|answer| answer.entries.unwrap_or_default()).map_err(|error| aws::why(&error))
}

/// What a 200 says: it has a result for each entry in their order, some of which may be errors. Behind the first of them nothing counts,
/// or an event would be skipped.
fn outcome(first: u64, sent: usize, results: &[PutEventsResultEntry]) -> Outcome {
    let is_taken = |result: &&PutEventsResultEntry| result.error_code.is_none() && result.event_id.is_some();
    let taken = results.iter().take(sent).take_while(is_taken).count();
    if taken > 0 {
        return Outcome::Stored { next: first + taken as u64 };
    }
    let code = results.first().and_then(|result| result.error_code.as_deref());
    Outcome::Refused { wait: None, why: aws::named(code.unwrap_or("NoResult")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(codes: &[Option<&str>]) -> Vec<PutEventsResultEntry> {
        let result = |code: &Option<&str>| match code {
            Some(code) => PutEventsResultEntry::builder().error_code(*code).error_message("…").build(),
            None => PutEventsResultEntry::builder().event_id("1").build(),
        };
        codes.iter().map(result).collect()
    }

    #[test]
    fn all_entries_are_taken_or_those_before_the_first_failed_one() {
        assert_eq!(outcome(7, 3, &results(&[None, None, None])), Outcome::Stored { next: 10 });
        let one_failed = results(&[None, Some("InternalFailure"), None]);
        assert_eq!(outcome(7, 3, &one_failed), Outcome::Stored { next: 8 });
    }

    #[test]
    fn if_the_first_failed_nothing_was_taken() {
        let why = Why::Aws("ThrottlingException".to_owned());
        let failed = results(&[Some("ThrottlingException"), None]);
        assert_eq!(outcome(7, 2, &failed), Outcome::Refused { wait: None, why });
    }

    #[test]
    fn results_that_are_missing_acknowledge_nothing_and_surplus_ones_no_more_than_was_sent() {
        let why = Why::Aws("NoResult".to_owned());
        assert_eq!(outcome(7, 2, &[]), Outcome::Refused { wait: None, why: why.clone() });
        assert_eq!(outcome(7, 2, &results(&[None])), Outcome::Stored { next: 8 });
        assert_eq!(outcome(7, 2, &results(&[None, None, None])), Outcome::Stored { next: 9 });
        let empty = PutEventsResultEntry::builder().build();
        assert_eq!(outcome(7, 1, &[empty]), Outcome::Refused { wait: None, why });
    }
}
