//! Many at once: whatever they do to one user or one address, the trail tells of exactly what happened.

use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::directory_events::{Row, rows, text_at};
use tests::{Account, Bed, Call, refusal};

const ROUNDS: usize = 100;
const AT_ONCE: usize = 4;

const CONFLICT: &str = "others are changing the same user or address at this moment; nothing was changed, try again";

/// One of the changes of a round. Its name is its own, so that it can be told in the trail; what else it changes, others
/// change too.
fn change(account: &Account, user: &str, round: usize, number: usize) -> Call {
    let call = Call::update_user(account, user).field("name", json!(name(round, number)));
    match number {
        0 => call.field("status", json!(if round.is_multiple_of(2) { "active" } else { "deactivated" })),
        1 => call.field("email_address", json!(format!("address-{}@example.com", round % 3))),
        2 => call.field("role", json!(if round.is_multiple_of(2) { "ADMIN" } else { "MEMBER" })),
        _ => call.field("status", json!("deactivated")).field("email_address", json!("ADDRESS-1@example.com")),
    }
}

fn name(round: usize, number: usize) -> String {
    format!("{round}-{number}")
}

/// Checks that each state follows from the one before, from the first event to the last, at times that grow.
fn is_one_chain(rows: &[Row]) {
    for pair in rows.windows(2) {
        let [before, after] = pair else { unreachable!("windows of two") };
        assert_eq!(after.previous_state, before.current_state, "{} and {}", before.when, after.when);
        assert!(before.when < after.when, "{} and {}", before.when, after.when);
        assert_ne!(after.previous_state, after.current_state, "{} tells of no change", after.when);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_rounds_of_updates_at_once_leave_one_chain_of_states() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let created = bed.send(&Call::create_user(&account, "address-0@example.com")).await.json();
        let id = text_at(&created, "/id");
        let mut accepted = BTreeSet::new();

        for round in 0..ROUNDS {
            let calls: Vec<_> = (0..AT_ONCE).map(|number| change(&account, &id, round, number)).collect();
            let replies = join_all(calls.iter().map(|call| bed.send(call))).await;
            for (number, (call, reply)) in calls.iter().zip(replies).enumerate() {
                if reply.status == 200 {
                    accepted.insert(name(round, number));
                } else {
                    refusal::check(call, &reply, 409);
                    assert_eq!(reply.json()["error_message"], CONFLICT);
                }
            }
        }

        let rows = rows(&bed, &account, &id).await;
        is_one_chain(&rows);
        let told: BTreeSet<_> = rows.iter().filter_map(|row| row.current_state["name"].as_str()).collect();
        assert_eq!(told, accepted.iter().map(String::as_str).collect(), "{}: what was accepted is told", bed.engine);
        assert_eq!(rows.len(), 1 + accepted.len(), "{}: once", bed.engine);
        assert!(accepted.len() >= ROUNDS, "{}: in each round at least one gets through", bed.engine);
        check_end(&bed, &account, &id, &rows).await;
    }
}

/// The user is what the last event says, and only its address is taken.
async fn check_end(bed: &Bed, account: &Account, id: &str, rows: &[Row]) {
    let last = rows.last().expect("events").current_state.clone();
    let user = bed.send(&Call::get_user(account, id)).await.json();
    for field in ["/email_address", "/status"] {
        assert_eq!(text_at(&user, field), text_at(&last, field));
    }
    let own = text_at(&last, "/email_address").to_lowercase();
    for number in 0..3 {
        let address = format!("address-{number}@example.com");
        let status = bed.send(&Call::create_user(account, &address)).await.status;
        assert_eq!(status, if address == own { 400 } else { 200 }, "{}: {address}", bed.engine);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_create_one_address_at_once_one_does() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let calls: Vec<_> = (0..16)
            .map(|n| Call::create_user(&account, if n % 2 == 0 { "ada@example.com" } else { "ADA@example.com" }))
            .collect();

        let replies = join_all(calls.iter().map(|call| bed.send(call))).await;

        let (made, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
        assert_eq!((made.len(), refused.len()), (1, 15), "{}", bed.engine);
        for reply in refused {
            let message = text_at(&reply.json(), "/error_message");
            let in_use = "email_address must not be the address of another dashboard user";
            assert!([in_use, CONFLICT].contains(&message.as_str()), "{message}");
        }
        let listed = bed.send(&Call::list_users(&account)).await.json();
        assert_eq!(listed["dashboard_users"].as_array().map(Vec::len), Some(1), "{}", bed.engine);
        let id = text_at(&made[0].json(), "/id");
        assert_eq!(rows(&bed, &account, &id).await.len(), 1);
        let trail = bed.send(&Call::trail(&account)).await.json();
        assert_eq!(trail["results"].as_array().map(Vec::len), Some(1), "{}", bed.engine);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_users_who_want_one_address_at_once_one_gets_it() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut ids = Vec::new();
        for number in 0..4 {
            let call = Call::create_user(&account, &format!("own-{number}@example.com"));
            ids.push(text_at(&bed.send(&call).await.json(), "/id"));
        }
        for round in 0..10 {
            let wanted = format!("wanted-{round}@example.com");
            let calls: Vec<_> =
                ids.iter().map(|id| Call::update_user(&account, id).field("email_address", json!(wanted))).collect();
            let replies = join_all(calls.iter().map(|call| bed.send(call))).await;
            assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1, "{}", bed.engine);
        }
        let mut history: Vec<Value> = Vec::new();
        for id in &ids {
            let rows = rows(&bed, &account, id).await;
            is_one_chain(&rows);
            history.extend(rows.into_iter().map(|row| row.current_state["email_address"].clone()));
        }
        let addresses: BTreeSet<_> = history.iter().filter_map(Value::as_str).collect();
        assert_eq!((history.len(), addresses.len()), (14, 14), "{}: each address was had once", bed.engine);
    }
}
