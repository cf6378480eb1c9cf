//! Each role is what its function asks for, no more and no less: seen from the requests that the SDK really sends. Beside
//! what is here, every test of the suite holds the functions to their roles; see `requests_sent.rs`.

#![expect(clippy::indexing_slicing, reason = "a member that is not there is a failure of the test")]

mod calls;
mod page;

use aws_sdk_dynamodb::types::AttributeValue;
use events_deliver::Called;
use serde_json::{Value, json};
use shared::credential::Scope;
use shared::process::clock;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use tests::access::Access;
use tests::deliveries::{Clock, deliver, grow, make, means, stream_of, webhook};
use tests::least_privilege::violations;
use tests::queue::{batch, consume, message};
use tests::receiver::{Does, Receiver};
use tests::records::{at, event, event_by, record, user};
use tests::reply::invoke;
use tests::role::roles;
use tests::rounds::{repeat_last_round, sign_round};
use tests::schedule;
use tests::stream;
use tests::template_json::template;
use tests::{Account, Bed};
use tokio::sync::OnceCell;

/// What functions were seen to ask for, by their folder.
type Seen = BTreeMap<String, BTreeSet<Access>>;

/// What every function asks for, seen once and used by all tests here.
pub(crate) async fn seen() -> &'static Seen {
    static SEEN: OnceCell<Seen> = OnceCell::const_new();
    SEEN.get_or_init(async || {
        let (bed, account) = demo().await;
        let mut seen = Seen::new();
        for function in roles(&template()).expect("the roles are understood").into_keys() {
            let container = bed.cold();
            match function.as_str() {
                "events-consume" => consume_batches(&container, &account).await,
                "log-read" => drop(seen.insert(function.clone(), read_proofs(&function).await)),
                "trail-view" => drop(seen.insert(function.clone(), page::look_around(&function).await)),
                "log-reconcile" => reconcile(&bed, &container).await,
                "log-sign" => {
                    seen.insert(function, sign().await);
                    continue;
                }
                "log-append" => append_batches(&container).await,
                "events-deliver" => drop(seen.insert(function.clone(), deliver_events().await)),
                "counts-roll" => drop(schedule::roll(&container.app).await.expect("an outcome")),
                _ => call(&container, &account, &function).await,
            }
            seen.entry(function).or_default().extend(container.accesses());
        }
        seen
    })
    .await
}

/// The account of the payloads in `events/`, with more of everything than one page holds.
async fn demo() -> (Bed, Account) {
    let bed = Bed::with_own_table().await;
    let account = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&account, Scope::ALL).await;
    let users: Vec<_> = (0..150).map(|n| user(&format!("usr_demo_{n:02}"))).collect();
    bed.put_users(&account, &users).await;
    let email = "ada@example.com";
    let mut events: Vec<_> =
        (0..150).map(|n| event_by(&format!("t-{n:03}"), &at(n), email, "RESET_PASSWORD")).collect();
    for category in ["users", "userAccess"] {
        events.extend((0..150).map(|n| record(&format!("{category}-{n:03}"), &at(n), category, "usr_demo_00")));
    }
    bed.record(&account, &events).await;
    stream::append_recorded(&bed, &account).await;
    (bed, account)
}

fn payload(function: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(format!("{function}.json"));
    std::fs::read_to_string(file).expect("the payload")
}

/// What is asked for to prove a log that is signed, in a table of its own: what signs is to open the log of rounds of the other.
async fn read_proofs(function: &str) -> BTreeSet<Access> {
    let (bed, account) = demo().await;
    sign_round(&bed).await;
    let container = bed.cold();
    call(&container, &account, function).await;
    container.accesses()
}

/// The payload of a function, and calls that take its other ways through the store, each with its next page if it has one.
async fn call(bed: &Bed, account: &Account, function: &str) {
    let reply = invoke(&bed.app, function, &payload(function)).await;
    assert!(reply.status < 300, "{function}: {}", reply.body);
    for (call, status) in calls::of(account, function) {
        let reply = bed.send(&call).await;
        assert_eq!(reply.status, status, "{function}: {}", reply.body);
        if let Some(next) = calls::next_page(&call, &reply) {
            assert_eq!(bed.send(&next).await.status, 200, "{function}: the next page");
        }
    }
}

/// The payload; then a message of now, one of long ago, that one again, one in conflict with it, and one of an account that
/// there is not.
async fn consume_batches(bed: &Bed, account: &Account) {
    let body = |account: &str, event: &Value| json!({"account": account, "event": event}).to_string();
    let first = body(account.id.as_str(), &event("q-1", &at(0)));
    let conflict = body(account.id.as_str(), &record("q-1", &at(0), "users", "u"));
    let unknown = body("nobody", &event("q-1", &at(0)));
    let recent = body(account.id.as_str(), &event("q-2", &clock::now().to_string()));
    let messages = [("0", &recent), ("1", &first), ("2", &first), ("3", &conflict), ("4", &unknown)];
    for batch in [payload("events-consume"), batch(&messages.map(|(id, body)| message(id, body)))] {
        consume(&bed.app, &batch).await.expect("an answer");
    }
}

/// A log that lacks an event of the table, and has one that the table lacks.
async fn reconcile(bed: &Bed, container: &Bed) {
    let lost = Account::random();
    bed.put_credential(&lost, Scope::ALL).await;
    bed.record(&lost, &[event("l-1", &at(0)), event("l-2", &at(1))]).await;
    let items = bed.event_items(&lost).await;
    let mut gone = items.first().expect("an event").clone();
    gone.insert("sk".to_owned(), AttributeValue::S("2024-01-01T00:00:00.000Z#gone".to_owned()));
    let batch = json!({"Records": [stream::insert(0, &gone)]}).to_string();
    stream::append(&bed.app, &batch).await.expect("an answer");
    let outcome = schedule::reconcile(&container.app).await.expect("an outcome");
    assert_eq!((outcome.accounts_failed, outcome.entries_appended, outcome.differences), (0, 2, 2)); // and the payload of `log-append`
}

/// The first round of a table, with a log of more entries than a node is over; then that of a container that remembers nothing, over more
/// rounds than a node is over.
async fn sign() -> BTreeSet<Access> {
    let bed = Bed::with_own_table().await;
    let (long, container) = (bed.account().await, bed.cold());
    let events: Vec<_> = (0..300).map(|n| event(&format!("n-{n:03}"), &at(n))).collect();
    bed.record(&long, &events).await;
    stream::append_recorded(&bed, &long).await;
    sign_round(&container).await;
    repeat_last_round(&bed, 255).await;
    sign_round(&container).await;
    container.accesses()
}

/// A destination that takes what it gets, one that refuses, and one that is gone; then those that wait. In a table of its own, since each
/// of them is an event.
async fn deliver_events() -> BTreeSet<Access> {
    let bed = Bed::with_own_table().await;
    let (account, container) = (bed.account().await, bed.cold());
    grow(&bed, &account, 0, 3).await;
    let (clock, means) = (Clock::new(), means("unused", Duration::from_secs(5)));
    let mut receivers = Vec::new();
    for status in [204, 500, 410] {
        let receiver = Receiver::start(&[Does::Answers(status)]).await;
        make(&bed, &account, webhook(receiver.url()), &clock).await;
        receivers.push(receiver);
    }
    let payload: Value = serde_json::from_str(&payload("events-deliver")).expect("JSON");
    for called in [stream_of(&account), Called::read(&payload)] {
        deliver(&container.app, &means, &called, &clock).await.expect("an outcome");
    }
    container.accesses()
}

/// The payload, twice: the event is in the log then.
async fn append_batches(bed: &Bed) {
    for _ in 0..2 {
        let answer = stream::append(&bed.app, &payload("log-append")).await;
        assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
    }
}

#[tokio::test]
async fn every_role_is_what_its_function_asks_for_no_more_and_no_less() {
    let seen = seen().await;
    for (function, role) in roles(&template()).unwrap() {
        assert_eq!(violations(&role, &seen[&function]), BTreeSet::new(), "{function}");
    }
}

#[tokio::test]
async fn every_attribute_that_a_role_may_write_is_written_by_a_function() {
    let seen = seen().await;
    let (mut allowed, mut written) = (BTreeMap::new(), BTreeMap::new());
    for (function, role) in roles(&template()).unwrap() {
        for permission in role.permissions {
            for kind in permission.kinds {
                let attributes = permission.attributes.iter().flatten().cloned();
                attributes_of(&mut allowed, &permission.action, &kind).extend(attributes);
            }
        }
        for access in &seen[&function] {
            for key in &access.leading_keys {
                let (kind, _) = key.split_once('#').expect("a kind of key");
                attributes_of(&mut written, &access.action, kind).extend(access.attributes.iter().cloned());
            }
        }
    }
    assert_eq!(allowed, written);
}

/// The attributes that an action names of a kind of item.
type Attributes = BTreeMap<(String, String), BTreeSet<String>>;

fn attributes_of<'a>(all: &'a mut Attributes, action: &str, kind: &str) -> &'a mut BTreeSet<String> {
    all.entry((action.to_owned(), kind.to_owned())).or_default()
}
