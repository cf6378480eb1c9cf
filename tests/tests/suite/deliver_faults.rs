//! Nothing is lost, passed over or put out of order wherever a call is stopped, however many work at once, and whoever is late.

use events_deliver::{Called, HELD_FOR};
use futures_util::future::join_all;
use shared::destination::Status;
use shared::store::usage::Usage;
use std::time::Duration;
use tests::cut_line::{Cut, CutLine};
use tests::deliveries::{Clock, deliver, grow, make, means, read, webhook};
use tests::receiver::{Does, Receiver};
use tests::{Account, Bed};

const PATIENCE: Duration = Duration::from_millis(300);

async fn all(bed: &Bed, account: &Account) -> Vec<u64> {
    (0..bed.store().log_end(&account.id, &Usage::default()).await.expect("the log").position).collect()
}

/// A call whose line to the engine is cut at each of its requests, in each way, and the call that comes when the lease is over.
#[tokio::test]
async fn a_call_that_is_stopped_at_any_request_leaves_nothing_out() {
    for cut in Cut::ALL {
        for at in 1.. {
            let bed = Bed::with_own_table().await;
            let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&[]).await);
            let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
            grow(&bed, &account, 0, 120).await; // two webhooks
            let means = means("unused", PATIENCE);
            let line = CutLine::start(&bed, at, cut).await;

            let _ = deliver(&line.app(&bed), &means, &Called::Schedule, &clock).await;
            let was_cut = line.is_cut();
            let before = receiver.positions();
            assert_eq!(before, (0..before.len() as u64).collect::<Vec<_>>(), "{cut:?} at {at}");
            clock.advance(HELD_FOR + Duration::from_secs(1));
            deliver(&bed.app, &means, &Called::Schedule, &clock).await.expect("an outcome");

            assert_eq!(receiver.positions(), all(&bed, &account).await, "{cut:?} at {at}");
            let stands = read(&bed, &destination).await.progress;
            assert_eq!((stands.position, stands.range_end, stands.lease), (121, None, None), "{cut:?} at {at}");
            let repeated = receiver.kept().len() - 3;
            assert!(repeated <= 1, "{cut:?} at {at}: {repeated} webhooks came again");
            if cut == Cut::LosesAnswer {
                assert_eq!(repeated, 0, "at {at}: what was written is known to be, though the answer was lost");
            }
            if !was_cut {
                assert!(at > 8, "{at} requests are too few");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_pause_is_made_with_its_event_or_not_at_all() {
    for cut in Cut::ALL {
        for at in 1.. {
            let bed = Bed::with_own_table().await;
            let (account, clock) = (bed.account().await, Clock::new());
            let receiver = Receiver::start(&[Does::Answers(410); 2]).await;
            let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
            grow(&bed, &account, 0, 1).await;
            let line = CutLine::start(&bed, at, cut).await;
            let means = means("unused", PATIENCE);

            let _ = deliver(&line.app(&bed), &means, &Called::Schedule, &clock).await;
            let was_cut = line.is_cut();
            let is_paused = matches!(read(&bed, &destination).await.status, Status::Paused { .. });
            let events = bed.event_items(&account).await.len();
            assert_eq!(events, if is_paused { 3 } else { 2 }, "{cut:?} at {at}");
            clock.advance(HELD_FOR + Duration::from_secs(1));
            deliver(&bed.app, &means, &Called::Schedule, &clock).await.expect("an outcome");

            assert!(matches!(read(&bed, &destination).await.status, Status::Paused { .. }), "{cut:?} at {at}");
            assert_eq!(bed.event_items(&account).await.len(), 3, "{cut:?} at {at}");
            if !was_cut {
                break;
            }
        }
    }
}

#[tokio::test]
async fn several_at_once_send_everything_once() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, clock, receiver) = (bed.account().await, Clock::new(), Receiver::start(&[]).await);
        make(&bed, &account, webhook(receiver.url()), &clock).await;
        grow(&bed, &account, 0, 500).await;
        let means = means("unused", Duration::from_secs(10));

        let calls = (0..8).map(|_| deliver(&bed.app, &means, &Called::Schedule, &clock));
        let outcomes: Vec<_> = join_all(calls).await.into_iter().map(|outcome| outcome.expect("an outcome")).collect();

        assert_eq!(receiver.positions(), all(&bed, &account).await, "{}", bed.engine);
        let webhooks = receiver.kept().len();
        assert_eq!(receiver.kept().iter().map(|kept| kept.positions.len()).sum::<usize>(), 501, "none came twice");
        assert_eq!(outcomes.iter().map(|outcome| outcome.parcels_sent).sum::<u64>(), webhooks as u64);
    }
}

/// ```text
/// t0  A holds the destination, and sends 0 to 40; the receiver keeps them, and is slow to say so
/// t1          A's lease is over. B sends 0 to 40 again, under the same id, and all that is behind
/// t2  A hears that its webhook was kept, and finds that it does not hold the destination any more
/// ```
#[tokio::test]
async fn one_that_is_late_moves_nothing_back() {
    let bed = Bed::with_own_table().await;
    let (account, clock) = (bed.account().await, Clock::new());
    let receiver = Receiver::start(&[Does::AnswersWhenTold]).await;
    let destination = make(&bed, &account, webhook(receiver.url()), &clock).await;
    grow(&bed, &account, 0, 300).await;
    let means = means("unused", Duration::from_secs(60));

    let late = deliver(&bed.app, &means, &Called::Schedule, &clock);
    let other = async {
        while receiver.kept().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        clock.advance(HELD_FOR + Duration::from_secs(1));
        let outcome = deliver(&bed.app, &means, &Called::Schedule, &clock).await;
        receiver.answer();
        outcome
    };
    let (late, other) = tokio::join!(late, other);

    assert_eq!(receiver.positions(), all(&bed, &account).await);
    let kept = receiver.kept();
    assert_eq!(kept[0].id, kept[1].id, "the first came twice, and nothing else did");
    assert_eq!(kept.iter().map(|kept| kept.positions.len()).sum::<usize>(), 301 + kept[0].positions.len());
    assert_eq!((other.expect("an outcome").events_sent, read(&bed, &destination).await.progress.position), (301, 301));
    assert_eq!(late.expect("an outcome").destinations_failed, 0);
}

#[tokio::test]
async fn an_account_that_cannot_be_read_holds_up_no_other() {
    let bed = Bed::with_own_table().await;
    let (good, bad) = (bed.account().await, bed.account().await);
    let (clock, receiver) = (Clock::new(), Receiver::start(&[]).await);
    make(&bed, &good, webhook(receiver.url()), &clock).await;
    let broken = make(&bed, &bad, webhook(receiver.url()), &clock).await;
    grow(&bed, &good, 0, 3).await;
    bed.put_item(&[("pk", &format!("destinations#{}", bad.id)), ("sk", broken.id.as_str()), ("kind", "ftp")]).await;

    let outcome = deliver(&bed.app, &means("unused", PATIENCE), &Called::Schedule, &clock).await.expect("an outcome");

    assert_eq!((outcome.destinations, outcome.accounts_failed, outcome.events_sent), (1, 1, 4));
}
