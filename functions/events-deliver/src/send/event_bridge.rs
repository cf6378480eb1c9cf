//! Entries on a bus of EventBridge: one for each event, up to ten at once.

mod detail;
mod entry;

pub use entry::{CALL_BYTES, ENTRIES_MAX};

use super::{Line, Outcome, Parcel, Plan, Why, aws};
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsResultEntry;
use entry::Entry;
use shared::destination::target::Bus;
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
    let sent = parcel.lines.get(..entries.len()).unwrap_or_default();
    match put(client, target, entries).await.and_then(|results| taken(sent.len(), &results)) {
        Ok(taken) => Outcome::Stored { next: next(sent, taken) },
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
    taken(1, &results).map(|_| ())
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

/// How many entries were taken, one at least. A 200 has a result for each entry in their order, some of which may be errors. Behind the
/// first of them nothing counts, or an event would be skipped.
fn taken(sent: usize, results: &[PutEventsResultEntry]) -> Result<usize, Why> {
    let is_taken = |result: &&PutEventsResultEntry| result.error_code.is_none() && result.event_id.is_some();
    let taken = results.iter().take(sent).take_while(is_taken).count();
    if taken > 0 {
        return Ok(taken);
    }
    let code = results.first().and_then(|result| result.error_code.as_deref());
    Err(aws::named(code.unwrap_or("NoResult")))
}

/// The position to go on from when that many lines of those that were sent have been taken.
fn next(sent: &[Line], taken: usize) -> u64 {
    let behind = sent.last().map_or(0, |last| last.position + 1);
    sent.get(taken).map_or(behind, |line| line.position)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::hash::Hash;

    fn results(codes: &[Option<&str>]) -> Vec<PutEventsResultEntry> {
        let result = |code: &Option<&str>| match code {
            Some(code) => PutEventsResultEntry::builder().error_code(*code).error_message("…").build(),
            None => PutEventsResultEntry::builder().event_id("1").build(),
        };
        codes.iter().map(result).collect()
    }

    #[test]
    fn all_entries_are_taken_or_those_before_the_first_failed_one() {
        assert_eq!(taken(3, &results(&[None, None, None])), Ok(3));
        assert_eq!(taken(3, &results(&[None, Some("InternalFailure"), None])), Ok(1));
    }

    #[test]
    fn if_the_first_failed_nothing_was_taken() {
        let failed = results(&[Some("ThrottlingException"), None]);
        assert_eq!(taken(2, &failed), Err(Why::Aws("ThrottlingException".to_owned())));
    }

    #[test]
    fn results_that_are_missing_acknowledge_nothing_and_surplus_ones_no_more_than_was_sent() {
        let why = Why::Aws("NoResult".to_owned());
        assert_eq!(taken(2, &[]), Err(why.clone()));
        assert_eq!(taken(2, &results(&[None])), Ok(1));
        assert_eq!(taken(2, &results(&[None, None, None])), Ok(2));
        assert_eq!(taken(1, &[PutEventsResultEntry::builder().build()]), Err(why));
    }

    #[test]
    fn the_next_position_is_that_of_the_first_line_that_was_not_taken_also_where_positions_are_missing() {
        let line = |position| {
            let (appended_at, text) = (Timestamp::MIN, String::new());
            Line { position, appended_at, leaf: Hash::of_leaf(b""), created_at: None, kind: String::new(), text }
        };
        let sent = [line(7), line(9), line(12)];
        assert_eq!([1, 2, 3].map(|taken| next(&sent, taken)), [9, 12, 13]);
    }
}
