//! Many who record into one account at once while somebody reads: nothing is lost, nothing is there twice, totals agree.

use crate::record::{told, trail_ids};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use tests::{Account, Bed, Call};

const WRITERS: usize = 32;
const BATCHES: usize = 15;
const EVENTS: usize = 5;

fn event(writer: usize, number: usize) -> Value {
    json!({"event_type": "CHANGED_SCOPES", "event_description": format!("{writer} {number}"),
        "principal": {"email": format!("w{}@example.com", writer % 4), "role": "API", "ip_address": "::1"},
        "subject": {"category": "users", "entity_key": "Network:Team", "entity_id": "x", "user_id": format!("u-{writer}")}})
}

async fn write(bed: &Bed, account: &Account, writer: usize, acknowledged: &Mutex<BTreeSet<String>>) {
    for batch in 0..BATCHES {
        let events: Vec<_> = (0..EVENTS).map(|at| event(writer, batch * EVENTS + at)).collect();
        let key = format!("{writer}-{batch}");
        let reply = bed.send(&Call::record(account, &events).header("Idempotency-Key", &key)).await;
        acknowledged.lock().expect("no writer panicked").extend(told(&reply).into_iter().map(|(id, _)| id));
    }
}

/// Walks until the writers are done, and once more. A walk returns every event that was acknowledged before it began, once.
/// Returns how many walks met some of the events and not all.
async fn read(bed: &Bed, account: &Account, acknowledged: &Mutex<BTreeSet<String>>, writing: &AtomicUsize) -> usize {
    let mut met_some = 0;
    loop {
        let done = writing.load(Ordering::SeqCst) == 0;
        let before = acknowledged.lock().expect("no writer panicked").clone();
        let ids = trail_ids(bed, account).await;
        let distinct: BTreeSet<_> = ids.iter().cloned().collect();
        assert_eq!(ids.len(), distinct.len(), "{}: twice in one walk", bed.engine);
        let lost: Vec<_> = before.difference(&distinct).collect();
        assert!(lost.is_empty(), "{}: {} lost", bed.engine, lost.len());
        met_some += usize::from((1..WRITERS * BATCHES * EVENTS).contains(&ids.len()));
        if done {
            assert_eq!(distinct.len(), WRITERS * BATCHES * EVENTS, "{}", bed.engine);
            return met_some;
        }
    }
}

async fn total(bed: &Bed, call: Call) -> String {
    let call = call.query_instead("fromDate", "2020-01-01T00:00:00Z").query_instead("toDate", "9999-01-01T00:00:00Z");
    bed.send(&call).await.header("totalrecords").expect("a total").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_writers_and_a_reader_agree() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let acknowledged = Mutex::new(BTreeSet::new());
        let writing = AtomicUsize::new(WRITERS);
        let writer = |writer| {
            let written = write(&bed, &account, writer, &acknowledged);
            async {
                written.await;
                writing.fetch_sub(1, Ordering::SeqCst);
            }
        };
        let writers = (0..WRITERS).map(writer);

        let (_, met_some) = tokio::join!(join_all(writers), read(&bed, &account, &acknowledged, &writing));

        assert!(met_some > 0, "{}: the reader walked while there was writing", bed.engine);
        let all = (WRITERS * BATCHES * EVENTS).to_string();
        assert_eq!(total(&bed, Call::users_audit(&account, None)).await, all, "{}", bed.engine);
        for writer in 0..WRITERS {
            let of_one = total(&bed, Call::users_audit(&account, Some(&format!("u-{writer}")))).await;
            assert_eq!(of_one, (BATCHES * EVENTS).to_string(), "{}", bed.engine);
        }
        let of_email = Call::trail(&account).query("user_email", "w1@example.com").query("page_size", "100");
        let of_email = tests::trail_walk::ids(&tests::trail_walk::forwards(&bed, &of_email).await);
        assert_eq!(of_email.len(), WRITERS / 4 * BATCHES * EVENTS, "{}", bed.engine);
    }
}
