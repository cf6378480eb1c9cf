//! What is asked of the store about destinations.

use super::Asked;
use shared::destination::change;
use shared::destination::progress::{Failing, Lease};
use shared::store::{Held, Sent};
use shared::values::ids::AccountId;
use tests::deliveries::{self, Clock, deed, webhook};

pub(super) async fn ask_for_destinations(asked: &mut Asked<'_>, account: &AccountId) {
    let clock = Clock::new();
    let made = deliveries::destination(account, webhook("https://127.0.0.1"), &clock);
    let (id, deed) = (&made.id, || deed(clock.now()));
    asked.of("create_destination", async |store, usage| store.create_destination(&made, &deed(), usage).await).await;
    asked.of("destinations", async |store, usage| store.destinations(account, usage).await).await;
    asked.of("listed_destinations", async |store, usage| store.listed_destinations(usage).await).await;
    let lease = Lease { holder: "h-1".to_owned(), until: clock.now().plus_ms(60_000).expect("a time") };
    let (now, holder) = (clock.now(), &lease.holder);
    let failing = Failing { since: now, failures: 1, why: "status 500".to_owned(), next_try_at: now };
    for is_last in [false, true] {
        let held = asked
            .of("hold_destination", async |store, usage| store.hold_destination(&made, &lease, 2, now, usage).await)
            .await;
        assert_eq!(held, Held::Ours);
        if !is_last {
            asked
                .of("note_failed_delivery", async |store, usage| {
                    store.note_failed_delivery(&made, holder, &failing, usage).await
                })
                .await;
        }
    }
    let sent = Sent { next: 1, goes_on: Some((2, lease.until)), at: now, took_ms: 1 };
    asked
        .of("advance_destination", async |store, usage| store.advance_destination(&made, holder, &sent, usage).await)
        .await;
    let seen = asked.of("destination", async |store, usage| store.destination(account, id, usage).await).await;
    let seen = seen.expect("it is there");
    assert_eq!(seen.progress.position, 1);
    let why = "status 410".to_owned();
    let paused = asked
        .of("pause_held_destination", async |store, usage| {
            store.pause_held_destination(&seen, holder, why, &deed(), usage).await
        })
        .await;
    asked
        .of("change_destination", async |store, usage| {
            store.change_destination(&paused, &change::Change::Remove, &deed(), usage).await
        })
        .await;
}
