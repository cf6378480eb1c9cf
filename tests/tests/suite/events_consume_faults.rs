//! Messages that fail: exactly those are named, and the others of their batch are recorded.

use serde_json::{Value, json};
use tests::queue::{batch, consume, failures, message};
use tests::records::at;
use tests::scripted_store::{Answer, ScriptedStore};
use tests::throttle::Throttle;
use tests::trail_walk::page;
use tests::{Account, Bed, Call};

fn event(id: &str) -> Value {
    tests::records::event(id, &at(1))
}

fn body(account: &Account, events: &[Value]) -> String {
    json!({"account": account.id.as_str(), "events": events}).to_string()
}

async fn recorded(bed: &Bed, account: &Account) -> Vec<String> {
    let mut ids = page(bed, &Call::trail(account)).await.ids;
    ids.sort();
    ids
}

#[tokio::test]
async fn the_bad_messages_of_a_batch_are_named_and_the_good_ones_recorded() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let nobody = Account::random();
    let bad_event = json!({"event_type": "lower", "event_description": "", "principal": {}});
    let messages = [
        message("good-1", &body(&account, &[event("a")])),
        message("not-json", "{\"account\":"),
        message("no-account", &json!({"event": event("b")}).to_string()),
        message("unknown-account", &body(&nobody, &[event("c")])),
        message("good-2", &body(&account, &[event("d"), event("e")])),
        message("bad-event", &body(&account, &[event("f"), bad_event])),
        message("too-many", &body(&account, &vec![json!({}); 51])),
        message("none", &body(&account, &[])),
        message("empty", ""),
        message("good-3", &body(&account, &[event("g")])),
    ];

    let answer = consume(&bed.app, &batch(&messages)).await;

    let expected = concat!(
        r#"{"batchItemFailures":[{"itemIdentifier":"not-json"},{"itemIdentifier":"no-account"},"#,
        r#"{"itemIdentifier":"unknown-account"},{"itemIdentifier":"bad-event"},{"itemIdentifier":"too-many"},"#,
        r#"{"itemIdentifier":"none"},{"itemIdentifier":"empty"}]}"#
    );
    assert_eq!(answer.as_deref(), Ok(expected));
    assert_eq!(recorded(&bed, &account).await, ["a", "d", "e", "g"], "nothing of a malformed message");
    bed.put_credential(&nobody, &[shared::credential::Scope::AuditRead]).await;
    assert_eq!(recorded(&bed, &nobody).await, [""; 0]);
}

#[tokio::test]
async fn an_account_that_is_made_later_is_known_at_the_next_delivery() {
    let bed = Bed::new().await;
    let account = Account::random();
    let batch = batch(&[message("early", &body(&account, &[event("a")]))]);
    assert_eq!(consume(&bed.app, &batch).await, Ok(failures(&["early"])));

    bed.put_credential(&account, &[shared::credential::Scope::AuditRead]).await;

    assert_eq!(consume(&bed.app, &batch).await, Ok(failures(&[])));
    assert_eq!(recorded(&bed, &account).await, ["a"]);
}

#[tokio::test]
async fn a_conflict_fails_its_message_and_overwrites_nothing_but_the_other_events_are_recorded() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut first = event("b");
        first["event_description"] = json!("as it was");
        bed.record(&account, &[first]).await;

        let conflicting = message("conflict", &body(&account, &[event("a"), event("b"), event("c")]));
        let answer = consume(&bed.app, &batch(&[conflicting, message("good", &body(&account, &[event("d")]))])).await;

        assert_eq!(answer, Ok(failures(&["conflict"])), "{}", bed.engine);
        assert_eq!(recorded(&bed, &account).await, ["a", "b", "c", "d"], "{}", bed.engine);
        let trail = bed.send(&Call::trail(&account)).await.json();
        let described = trail["results"].as_array().unwrap().iter().find(|event| event["id"] == "b").unwrap();
        assert_eq!(described["event_description"], "as it was", "{}", bed.engine);
    }
}

#[tokio::test]
async fn throttling_fails_just_the_messages_it_meets_and_their_next_delivery_completes_them() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let throttle = Throttle::start(&bed, "throttle-me").await;
    let events: Vec<_> = (0..20).map(|n| event(&format!("half-{n:02}"))).chain([event("throttle-me")]).collect();
    let messages = [
        message("good-1", &body(&account, &[event("a")])),
        message("throttled-1", &body(&account, &[event("throttle-me-too")])),
        message("good-2", &body(&account, &[event("b")])),
        message("throttled-2", &body(&account, &events)),
    ];

    let answer = consume(&throttle.app(), &batch(&messages)).await;

    assert_eq!(answer, Ok(failures(&["throttled-1", "throttled-2"])));
    let half = recorded(&bed, &account).await;
    assert!(half.contains(&"a".to_owned()) && half.contains(&"b".to_owned()), "{half:?}");
    assert!(!half.iter().any(|id| id.starts_with("throttle-me")), "{half:?}");

    assert_eq!(consume(&bed.app, &batch(&messages[1..])).await, Ok(failures(&[])));
    assert_eq!(recorded(&bed, &account).await.len(), 24, "each once");
}

#[tokio::test]
async fn whatever_the_store_does_wrong_fails_the_messages_and_never_the_batch() {
    let throttled = r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":""}"#;
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":""}"#;
    let account = Account::random();
    let batch = batch(&[message("one", &body(&account, &[event("a")])), message("malformed", "x")]);
    for answer in [
        Answer::Json(400, throttled),
        Answer::Json(400, denied),
        Answer::Json(500, "{}"),
        Answer::HangUp,
        Answer::Noise,
    ] {
        let store = ScriptedStore::start(answer, answer).await;
        assert_eq!(consume(&store.app(), &batch).await, Ok(failures(&["one", "malformed"])), "{answer:?}");
    }
}
