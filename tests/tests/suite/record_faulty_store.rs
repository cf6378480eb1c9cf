//! Whatever goes wrong between function and store, and whenever: a client that asks again with its key ends with every event
//! recorded once, under the id and time that it was told.

use crate::record::{fresh, own, text, told};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use futures_util::future::join_all;
use serde_json::Value;
use shared::process::app::App;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tests::faulty_proxy::{Fault, FaultyProxy, Weather};
use tests::{Account, Bed, Call, Reply};

const BATCHES: usize = 1_000;
const CLIENTS: usize = 8;
/// Tries of a client for one batch. At 36 faults in 100 requests, so many in a row mean that something else is wrong.
const TRIES_MAX: usize = 60;
/// How long the function waits for the store.
const PATIENCE: Duration = Duration::from_millis(400);
const WEATHER: Weather = Weather { percent: 36, delay: Duration::from_millis(600) };
/// A process that is killed gives no answer; one in so many calls is, at any time.
const KILLED_ONE_IN: u32 = 20;

fn app(bed: &Bed, proxy: &FaultyProxy) -> App {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).operation_timeout(PATIENCE * 2).build();
    let retries = RetryConfig::standard().with_max_attempts(2).with_initial_backoff(Duration::from_millis(5));
    let config = audit_cli::engine::config(proxy.endpoint_url()).timeout_config(timeouts).retry_config(retries);
    bed.app_through(config)
}

/// One to five events; some have an id and a time of their own. Every description is there once.
fn batch(number: usize) -> Vec<Value> {
    let event = |at: usize| {
        let description = format!("batch {number} event {at}");
        match (number + at) % 3 {
            0 => own(&format!("e-{number}-{at}"), &format!("2024-03-01T09:00:{:02}Z", number % 60), &description),
            _ => fresh(&description),
        }
    };
    (0..=number % 5).map(event).collect()
}

/// Asks until it is told that the batch is recorded.
async fn insist(app: &App, account: &Account, number: usize) -> Reply {
    let call = Call::record(account, &batch(number)).header("Idempotency-Key", &format!("batch-{number}"));
    for _ in 0..TRIES_MAX {
        let killed_after = match fastrand::u32(0..KILLED_ONE_IN) {
            0 => Duration::from_micros(fastrand::u64(0..20_000)),
            _ => Duration::from_secs(60),
        };
        match tokio::time::timeout(killed_after, call.send(app)).await {
            Ok(reply) if reply.status == 201 => return reply,
            Ok(reply) => {
                let is_transient = reply.status == 503 || reply.status == 409;
                assert!(is_transient && reply.header("retry-after") == Some("1"), "{} {}", reply.status, reply.body);
            }
            Err(_) => {} // killed
        }
        tokio::time::sleep(Duration::from_millis(fastrand::u64(0..20))).await;
    }
    panic!("batch {number} was not recorded in {TRIES_MAX} tries");
}

/// The whole trail, past the faults: `(id, created_at)` by description.
async fn trail(bed: &Bed, account: &Account) -> BTreeMap<String, Vec<(String, String)>> {
    let mut trail: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut call = Call::trail(account).query("page_size", "100");
    loop {
        let page = bed.send(&call).await.json();
        for event in page.get("results").and_then(Value::as_array).expect("results") {
            let at = (text(event, "id"), text(event, "created_at"));
            trail.entry(text(event, "event_description")).or_default().push(at);
        }
        match page.get("next").and_then(Value::as_str) {
            Some(next) => call = call.query_instead("cursor", next),
            None => return trail,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_asks_again_with_its_key_has_every_event_recorded_once() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    let proxy = FaultyProxy::start(bed.endpoint_url(), WEATHER).await;
    let next = AtomicUsize::new(0);
    let client = || async {
        let mut recorded = Vec::new();
        let mut app = app(&bed, &proxy);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= BATCHES {
                return recorded;
            }
            if number.is_multiple_of(10) {
                app = self::app(&bed, &proxy); // a cold container
            }
            let reply = insist(&app, &account, number).await;
            for (event, given) in told(&reply).into_iter().zip(batch(number)) {
                recorded.push((text(&given, "event_description"), event));
            }
        }
    };

    let told: Vec<_> = join_all((0..CLIENTS).map(|_| client())).await.into_iter().flatten().collect();
    // What was delayed before the engine saw it arrives now, long after its client was told.
    tokio::time::sleep(WEATHER.delay * 2).await;

    let trail = trail(&bed, &account).await;
    let expected: BTreeMap<_, _> = told.into_iter().map(|(description, event)| (description, vec![event])).collect();
    assert_eq!(trail.len(), 3 * BATCHES, "every event is there");
    assert_eq!(trail, expected, "once, and as the client was told");
    let met: BTreeSet<_> =
        proxy.met().into_iter().filter(|(_, count)| *count > 20).map(|(fault, _)| format!("{fault:?}")).collect();
    assert_eq!(met.len(), Fault::ALL.len(), "every fault was met: {:?}", proxy.met());
}
