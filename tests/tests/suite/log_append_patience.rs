//! An account whose log is out of reach, alone or beside others: what comes again, and what is left to `log-reconcile`.

#![expect(clippy::indexing_slicing, reason = "the records are the test's own")]

use serde_json::{Value, json};
use shared::process::clock;
use shared::store::usage::Usage;
use tests::captured_log::CapturedLog;
use tests::marks::marks;
use tests::records::{at, event};
use tests::schedule::reconcile;
use tests::stream::{append, batch, insert};
use tests::throttle::Throttle;
use tests::{Account, Bed};

const SUCCESS: &str = r#"{"batchItemFailures":[]}"#;
const COMES_AGAIN: &str = r#"{"batchItemFailures":[{"itemIdentifier":"1001"}]}"#;

/// Age of a change that is waited for, and of one that is not, in milliseconds: the limit is a minute.
const FRESH_MS: i64 = 1_000;
const OLD_MS: i64 = 3_600_000;

/// The record of an event that was recorded so long ago, the only one of its account.
async fn recorded(bed: &Bed, account: &Account, number: usize, ago_ms: i64) -> Value {
    bed.record(account, &[event("e-1", &at(1))]).await;
    let mut record = insert(number, &bed.event_items(account).await[0]);
    record["dynamodb"]["ApproximateCreationDateTime"] = json!((clock::now().epoch_ms() - ago_ms) / 1_000);
    record
}

/// Entries in the account's log.
async fn entries(bed: &Bed, account: &Account) -> usize {
    let entries = bed.store().log_entries(&account.id, None, 0, 1_000, &Usage::default()).await;
    entries.expect("the engine answers").len()
}

fn of_log(account: &Account) -> String {
    format!("log#{}\"", account.id)
}

/// How often that was said of the account.
fn said(log: &CapturedLog, message: &str, account: &Account) -> usize {
    log.lines("message", message).iter().filter(|line| line["account"] == account.id.as_str()).count()
}

#[tokio::test]
async fn one_account_alone_that_is_out_of_reach_for_a_minute_holds_up_its_shard_no_longer() {
    let (bed, log) = (Bed::with_own_table().await, CapturedLog::start());
    let account = bed.account().await;
    let throttle = Throttle::start(&bed, &of_log(&account)).await;
    let old = batch(&[recorded(&bed, &account, 1, OLD_MS).await]);

    assert_eq!(append(&throttle.app(), &old).await.as_deref(), Ok(SUCCESS));

    assert_eq!((said(&log, "log not extended", &account), said(&log, "log not extended for now", &account)), (1, 0));
    assert_eq!((entries(&bed, &account).await, marks(&bed, &account).await), (0, 1));
    reconcile(&bed.app).await.expect("it goes well");
    assert_eq!(entries(&bed, &account).await, 3, "log-reconcile appends it, between backfill/1 begin and end");
}

#[tokio::test]
async fn one_account_alone_that_is_out_of_reach_for_a_moment_is_waited_for() {
    let (bed, log) = (Bed::new().await, CapturedLog::start());
    let account = bed.account().await;
    let throttle = Throttle::start(&bed, &of_log(&account)).await;
    let fresh = batch(&[recorded(&bed, &account, 1, FRESH_MS).await]);

    assert_eq!(append(&throttle.app(), &fresh).await.as_deref(), Ok(COMES_AGAIN));

    assert_eq!((said(&log, "log not extended", &account), said(&log, "log not extended for now", &account)), (0, 1));
    assert_eq!(append(&bed.app, &fresh).await.as_deref(), Ok(SUCCESS));
    assert_eq!(entries(&bed, &account).await, 1);
}

#[tokio::test]
async fn an_account_that_is_out_of_reach_holds_up_others_for_a_minute_and_no_longer() {
    let (bed, log) = (Bed::new().await, CapturedLog::start());
    for (ago_ms, answer, left) in [(FRESH_MS, COMES_AGAIN, 0), (OLD_MS, SUCCESS, 1)] {
        let (throttled, other) = (bed.account().await, bed.account().await);
        let throttle = Throttle::start(&bed, &of_log(&throttled)).await;
        let records = [recorded(&bed, &throttled, 1, ago_ms).await, recorded(&bed, &other, 2, ago_ms).await];

        assert_eq!(append(&throttle.app(), &batch(&records)).await.as_deref(), Ok(answer));

        assert_eq!(said(&log, "log not extended", &throttled), left);
        assert_eq!((entries(&bed, &throttled).await, entries(&bed, &other).await), (0, 1));
    }
}

#[tokio::test]
async fn what_is_out_of_reach_with_all_logs_or_with_the_marks_is_waited_for_as_long_as_it_takes() {
    let (bed, log) = (Bed::new().await, CapturedLog::start());
    let accounts = [bed.account().await, bed.account().await];
    let records = [recorded(&bed, &accounts[0], 1, OLD_MS).await, recorded(&bed, &accounts[1], 2, OLD_MS).await];
    // No log can be read; nothing can be read or put; every log can be extended, but no mark is made.
    for throttled in ["log#", "\"TableName\"", "log-dirty#"] {
        let throttle = Throttle::start(&bed, throttled).await;
        for records in [&records[..1], &records] {
            let answer = append(&throttle.app(), &batch(records)).await;
            assert_eq!(answer.as_deref(), Ok(COMES_AGAIN), "{throttled}");
        }
    }

    assert_eq!(log.lines("message", "log not extended"), Vec::<Value>::new());
    assert_eq!(append(&bed.app, &batch(&records)).await.as_deref(), Ok(SUCCESS));
    assert_eq!((entries(&bed, &accounts[0]).await, entries(&bed, &accounts[1]).await), (1, 1));
}
