//! Destinations get every event of an account: at least once, in the order of positions, none passed over, whatever they do.

use events_deliver::Called;
use serde_json::{Value, json};
use shared::destination::change::Change;
use shared::destination::target::{Bucket, Prefix, Target};
use shared::destination::{Destination, Status};
use shared::store::usage::Usage;
use std::time::Duration;
use tests::captured_log::CapturedLog;
use tests::deliveries::{Clock, change, deliver, grow, make, means, read, stream_of, webhook};
use tests::receiver::{Does, Receiver};
use tests::{Account, Bed};

const PATIENCE: Duration = Duration::from_millis(300);

/// The one line that says so.
fn line(log: &CapturedLog, message: &str) -> Value {
    let mut lines = log.lines("message", message);
    assert_eq!(lines.len(), 1, "{message}");
    lines.remove(0)
}

/// All positions of the account's log.
async fn all(bed: &Bed, account: &Account) -> Vec<u64> {
    (0..bed.store().log_end(&account.id, &Usage::default()).await.expect("the log").position).collect()
}

#[tokio::test]
async fn every_event_arrives_once_and_in_order_and_then_there_is_nothing_to_do() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&[]).await);
        let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
        grow(&bed, &account, 0, 700).await;
        let means = means("unused", PATIENCE);

        let outcome = deliver(&bed.app, &means, &stream_of(&account), &clock).await.unwrap();

        assert_eq!(receiver.positions(), all(&bed, &account).await, "{}", bed.engine);
        assert_eq!((outcome.events_sent, outcome.lag_events, outcome.lag_ms), (701, 0, 0)); // and that of its making
        let ids: Vec<_> = receiver.kept().into_iter().map(|kept| kept.id).collect();
        assert!(ids.len() > 5 && ids.iter().collect::<std::collections::BTreeSet<_>>().len() == ids.len(), "{ids:?}");
        let stands = read(&bed, &destination).await.progress;
        assert_eq!((stands.position, stands.range_end, stands.lease, stands.failing), (701, None, None, None));
        assert_eq!(stands.delivered_at, Some(clock.now()));

        let again = deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
        assert_eq!((again.destinations, again.events_sent), (1, 0));
        assert_eq!(receiver.kept().len(), ids.len());
    }
}

#[tokio::test]
async fn ten_thousand_events_arrive_in_their_order() {
    let bed = Bed::with_own_table().await;
    let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&[]).await);
    grow(&bed, &account, 0, 10_000).await;
    make(&bed, &account, webhook(receiver.url()), &clock).await;
    let means = means("unused", PATIENCE);

    while deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap().events_sent > 0 {}

    assert_eq!(receiver.positions(), (0..10_000).collect::<Vec<_>>());
    assert_eq!(receiver.positions().len(), receiver.kept().iter().map(|kept| kept.positions.len()).sum::<usize>());
}

#[tokio::test]
async fn a_receiver_that_refuses_hangs_cuts_and_dawdles_gets_everything_in_order() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let script = [
            Does::Stores,
            Does::Answers(500),
            Does::CutsBefore,
            Does::Hangs,
            Does::CutsAfter,
            Does::Answers(302),
            Does::Slow(100),
            Does::Answers(429),
        ];
        let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&script).await);
        let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
        grow(&bed, &account, 0, 200).await;
        let means = means("unused", PATIENCE);

        let mut whys = Vec::new();
        for _ in 0..8 {
            deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
            let stands = read(&bed, &destination).await.progress;
            whys.extend(stands.failing.map(|failing| (failing.failures, failing.why)));
            clock.advance(Duration::from_secs(3_600));
        }

        assert_eq!(receiver.positions(), all(&bed, &account).await, "{}", bed.engine);
        let expected = [
            (1, "status 500"),
            (2, "the connection ended before an answer"),
            (3, "no answer in time"),
            (4, "the connection ended before an answer"),
            (5, "status 302: redirects are not followed"),
            (1, "status 429"),
        ];
        assert_eq!(whys, expected.map(|(failures, why)| (failures, why.to_owned())));
        let kept = receiver.kept();
        let repeated = kept.iter().filter(|one| kept.iter().filter(|other| other.id == one.id).count() > 1).count();
        assert_eq!(repeated, 2, "what was kept before the connection was cut came again under its id");
    }
}

#[tokio::test]
async fn a_receiver_that_is_away_is_tried_with_growing_waits_and_comes_back() {
    let bed = Bed::with_own_table().await;
    let away = [Does::Answers(503); 100];
    let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&away).await);
    let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
    grow(&bed, &account, 0, 50).await;
    let (means, began) = (means("unused", PATIENCE), clock.now());

    let mut waits = Vec::new();
    for _ in 0..60 {
        deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
        let failing = read(&bed, &destination).await.progress.failing.expect("it fails");
        assert_eq!(failing.since, began);
        waits.push(failing.failures);
        clock.advance(Duration::from_secs(60));
    }
    let tries = *waits.last().unwrap();
    assert!((8..=11).contains(&tries), "{tries} tries in an hour");
    let outcome = deliver(&bed.app, &means, &stream_of(&account), &clock).await.unwrap();
    assert_eq!((outcome.destinations_failing, outcome.destinations_refusing), (1, 0), "the stream leaves it alone");

    receiver.then(&[]);
    clock.advance(Duration::from_secs(3_600));
    let outcome = deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
    assert_eq!((outcome.events_sent, outcome.destinations_failing, outcome.lag_ms), (51, 0, 0));
    assert_eq!(receiver.positions(), all(&bed, &account).await);
}

#[tokio::test]
async fn the_lag_is_that_of_the_oldest_event_that_is_due() {
    let bed = Bed::with_own_table().await;
    let (account, clock) = (bed.account().await, Clock::new());
    let receiver = Receiver::start(&[Does::Answers(500)]).await;
    make(&bed, &account, webhook(receiver.url()), &clock).await;
    grow(&bed, &account, 0, 10).await;
    let appended_at = bed.store().log_end(&account.id, &Usage::default()).await.unwrap().last.unwrap().appended_at;
    let behind = u64::try_from(appended_at.epoch_ms() - clock.now().epoch_ms()).unwrap();
    clock.advance(Duration::from_millis(behind + 1_234)); // the log has the time of the machine
    let means = means("unused", PATIENCE);

    let log = CapturedLog::start();
    let outcome = deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
    assert_eq!(outcome.lag_events, 11);
    assert!((1_000..10_000).contains(&outcome.lag_ms), "{}", outcome.lag_ms);
    let said = line(&log, "events delivered");
    assert_eq!((said["destinations_refusing"].as_u64(), said["lag_events"].as_u64()), (Some(1), Some(11)));
    assert_eq!(line(&log, "delivery refused")["reason"], "status 500");

    let waiting = deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
    assert_eq!((waiting.lag_events, waiting.destinations_failing, waiting.destinations_refusing), (11, 1, 0));
}

#[tokio::test]
async fn retry_after_is_honoured() {
    let bed = Bed::with_own_table().await;
    let (account, clock) = (bed.account().await, Clock::new());
    let receiver = Receiver::start(&[Does::AsksToWait(600)]).await;
    let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
    grow(&bed, &account, 0, 1).await;

    deliver(&bed.app, &means("unused", PATIENCE), &Called::Schedule, &clock).await.unwrap();

    let failing = read(&bed, &destination).await.progress.failing.unwrap();
    assert_eq!(Some(failing.next_try_at), clock.now().plus_ms(600_000));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_paused_and_the_trail_says_so() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, clock) = (bed.account().await, Clock::new());
        let receiver = Receiver::start(&[Does::Answers(410)]).await;
        let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
        grow(&bed, &account, 0, 1).await;
        let (means, log) = (means("unused", PATIENCE), CapturedLog::start());

        deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();

        let paused = read(&bed, &destination).await;
        assert_eq!(paused.status, Status::Paused { why: "status 410".to_owned() });
        assert_eq!(line(&log, "destination paused")["reason"], "status 410");
        let events = bed.event_items(&account).await;
        let text = |at: usize, name: &str| events[at][name].as_s().unwrap().clone();
        assert_eq!(text(2, "event_type"), "PAUSED_DESTINATION");
        assert_eq!(text(2, "recorded_by"), "destination:events-deliver");
        let message: Value = serde_json::from_str(&text(2, "message")).unwrap();
        assert_eq!(message, json!({"destination_id": destination.id.as_str(), "reason": "status 410"}));

        let again = deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
        assert_eq!((again.destinations, receiver.kept().len()), (0, 0));
        change(&bed, &destination, &Change::Resume, &clock).await;
        deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
        assert_eq!(receiver.positions(), all(&bed, &account).await, "it goes on where it stood");
    }
}

#[tokio::test]
async fn one_slow_destination_holds_up_no_other() {
    let bed = Bed::with_own_table().await;
    let clock = Clock::new();
    let (slow, quick) = (bed.account().await, bed.account().await);
    let patience = Duration::from_secs(5);
    let (hangs, stores) = (Receiver::start(&[Does::Hangs; 10]).await, Receiver::start(&[]).await);
    for (account, receiver) in [(&slow, &hangs), (&quick, &stores)] {
        make(&bed, account, webhook(receiver.url()), &clock).await;
        grow(&bed, account, 0, 20).await;
    }
    let means = means("unused", patience);
    let call = deliver(&bed.app, &means, &Called::Schedule, &clock);
    let arrived = async {
        let began = std::time::Instant::now();
        while stores.positions().len() < 21 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        began.elapsed()
    };

    let (outcome, took) = tokio::join!(call, arrived);

    assert!(took < patience / 2, "{took:?}");
    let outcome = outcome.unwrap();
    assert_eq!((outcome.events_sent, outcome.destinations_refusing), (21, 1));
}

#[tokio::test]
async fn what_is_purged_is_never_sent_and_what_comes_is() {
    let bed = Bed::with_own_table().await;
    let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&[Does::Answers(500)]).await);
    let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
    grow(&bed, &account, 0, 30).await;
    let means = means("unused", PATIENCE);
    deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();

    let end = all(&bed, &account).await.len() as u64;
    change(&bed, &destination, &Change::Purge { to: end }, &clock).await;
    deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
    assert_eq!(receiver.positions(), Vec::<u64>::new());

    grow(&bed, &account, 30, 5).await;
    deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();
    assert_eq!(receiver.positions(), (end..all(&bed, &account).await.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_bucket_gathers_events_for_its_window_and_the_stream_leaves_it_alone() {
    let (bed, folder) = (Bed::with_own_table().await, tempfile::tempdir().unwrap());
    let (account, clock) = (bed.account().await, Clock::new());
    let target = Target::S3 {
        bucket: Bucket::parse("my-bucket").unwrap(),
        prefix: Prefix::parse("audit/").unwrap(),
        window_s: 300,
    };
    let destination: Destination = make(&bed, &account, target, &clock).await;
    grow(&bed, &account, 0, 30).await;
    let first = bed.store().log_end(&account.id, &Usage::default()).await.unwrap().last.unwrap().appended_at;
    let behind = u64::try_from(first.epoch_ms() - clock.now().epoch_ms()).unwrap();
    clock.advance(Duration::from_millis(behind));
    let means = means(folder.path(), PATIENCE);

    for called in [stream_of(&account), Called::Schedule] {
        let outcome = deliver(&bed.app, &means, &called, &clock).await.unwrap();
        assert_eq!((outcome.events_sent, outcome.lag_events), (0, 0), "{called:?}");
    }
    clock.advance(Duration::from_secs(301));
    let outcome = deliver(&bed.app, &means, &stream_of(&account), &clock).await.unwrap();
    assert_eq!(outcome.events_sent, 0);
    let outcome = deliver(&bed.app, &means, &Called::Schedule, &clock).await.unwrap();

    assert_eq!((outcome.events_sent, outcome.parcels_sent), (31, 1));
    assert_eq!(read(&bed, &destination).await.progress.position, 31);
    let day = first.to_string()[..10].to_owned();
    let objects = folder.path().join(format!("my-bucket/audit/account={}/date={day}", account.id));
    let names: Vec<_> = std::fs::read_dir(objects).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 1, "{names:?}");
}
