//! Whatever goes wrong between the function of the queue and DynamoDB: its message fails, is said to fail once, and its next
//! delivery records it.

use crate::store_outages::{AT_ONCE, Case, SLOW, TROUBLES};
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use std::time::{Duration, Instant};
use tests::captured_log::CapturedLog;
use tests::directory_events::text_at;
use tests::outage::Of::{All, Data};
use tests::outage::Trouble::{Drips, Silent};
use tests::outage::{Of, Outage};
use tests::queue::{batch, consume, failures, message};
use tests::trail_walk::page;
use tests::{Bed, Call};

/// Longest that a store request takes with its retries, and a moment.
const LONGEST: Duration = Duration::from_secs(12);

#[tokio::test]
async fn the_message_fails_in_time_after_a_few_tries_and_its_next_delivery_records_it() {
    let (bed, log) = (Bed::new().await, CapturedLog::start());
    let cases = TROUBLES.iter().chain(&SLOW).flat_map(|case| [(case, All), (case, Data)]);
    let met = cases.enumerate().map(|(number, (case, of))| {
        let (bed, log) = (&bed, &log);
        async move { meet(bed, log, &format!("message-{number}"), case, of).await }
    });
    stream::iter(met).for_each_concurrent(AT_ONCE, |met| met).await;
}

async fn meet(bed: &Bed, log: &CapturedLog, id: &str, case: &Case, of: Of) {
    let &(trouble, status, tries, said) = case;
    let (account, case) = (bed.account().await, format!("{trouble:?} of {of:?}"));
    let (outage, started) = (Outage::start(bed, trouble, of).await, Instant::now());
    let app = outage.app(bed);
    let body = json!({"account": account.id.as_str(), "event": crate::record::fresh("By the queue")});
    let batch = batch(&[message(id, &body.to_string())]);

    assert_eq!(consume(&app, &batch).await, Ok(failures(&[id])), "{case}");

    assert!(started.elapsed() < LONGEST, "{case}: {:?}", started.elapsed());
    let fewest = if matches!(trouble, Silent | Drips(_)) { 1 } else { tries };
    assert!((fewest..=tries).contains(&outage.requests()), "{case}: {} requests", outage.requests());
    let lines = log.lines("message_id", id);
    let [line] = lines.as_slice() else { panic!("{case}: {lines:?}") };
    let level = if status == 503 { "WARN" } else { "ERROR" }; // it may pass, or someone should act
    assert_eq!(text_at(line, "/level"), level, "{case}");
    assert!(text_at(line, "/reason").contains(said), "{case}: {line}");

    outage.end();
    assert_eq!(consume(&app, &batch).await, Ok(failures(&[])), "{case}, when it is over");
    assert_eq!(page(bed, &Call::trail(&account)).await.ids.len(), 1, "{case}");
}
