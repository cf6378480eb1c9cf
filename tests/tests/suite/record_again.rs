//! A request that is sent again under its key: the same answer for 24 hours, and never a second record.

use crate::record::{fresh, own, told, trail_ids};
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::credential::Scope;
use shared::process::clock;
use shared::table::key;
use shared::values::ids::ClientId;
use tests::scripted_store::{Answer, ScriptedStore};
use tests::{Account, Bed, Call, refusal};

fn keyed(account: &Account, key: &str, description: &str) -> Call {
    Call::record(account, &[fresh(description), own("e-1", "2024-03-01T09:00:00Z", "One")])
        .header("Idempotency-Key", key)
}

/// Makes the record under a key one that expires at that time, so many seconds from now.
async fn set_expiry(bed: &Bed, account: &Account, key: &str, from_now_s: i64) {
    let key = shared::event::idempotency::IdempotencyKey::parse(key).expect("a key");
    let key = key::idempotency(&account.id, &key);
    let expires_at = clock::now().epoch_ms() / 1_000 + from_now_s;
    let update = bed.client().update_item().table_name(bed.store().table());
    let update = update.key("pk", AttributeValue::S(key.pk)).key("sk", AttributeValue::S(key.sk));
    let update = update.update_expression("SET expires_at = :at").condition_expression("attribute_exists(pk)");
    let update = update.expression_attribute_values(":at", AttributeValue::N(expires_at.to_string()));
    update.send().await.expect("the record is there");
}

/// Leaves the account's credential no scope but that to record events.
async fn let_import_no_longer(bed: &Bed, account: &Account) {
    let key = key::credential(&ClientId::parse(&account.client_id).expect("a client id"));
    let update = bed.client().update_item().table_name(bed.store().table());
    let update = update.key("pk", AttributeValue::S(key.pk)).key("sk", AttributeValue::S(key.sk));
    let update = update.update_expression("SET scopes = :scopes").condition_expression("attribute_exists(pk)");
    let scopes = AttributeValue::L(vec![AttributeValue::S("events:write".to_owned())]);
    update.expression_attribute_values(":scopes", scopes).send().await.expect("the credential is there");
}

#[tokio::test]
async fn the_same_request_has_the_first_result_and_another_is_refused() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let key = "!\"#%25 ~".replace(' ', "");
        let first = bed.send(&keyed(&account, &key, "One")).await;
        assert_eq!(first.header("idempotency-replayed"), None);

        // In other words: white space, the order of the fields, null for absent.
        let body = r#" { "events" : [ {"principal": {"ip_address":"192.0.2.1", "role": "ADMIN", "id": null}, "event_description":"One",
            "event_type":"INVITED_USER"}, {"created_at":"2024-03-01T10:00:00.000+01:00","id":"e-1","event_type":"INVITED_USER",
            "event_description":"One","principal":{"role":"ADMIN","ip_address":"192.0.2.1"}} ] } "#;
        for call in [keyed(&account, &key, "One"), keyed(&account, &key, "x").body(body)] {
            let again = bed.cold().send(&call).await;
            assert_eq!(told(&again), told(&first), "{}", bed.engine);
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
        }
        let other = keyed(&account, &key, "Other");
        let refused = bed.send(&other).await;
        refusal::check(&other, &refused, 409);
        let detail = r#"{"detail":"The Idempotency-Key was given to another request in the last 24 hours."}"#;
        assert_eq!((refused.body.as_str(), refused.header("retry-after")), (detail, None), "{}", bed.engine);
        assert_eq!(trail_ids(&bed, &account).await.len(), 2);

        // The key of another account is another key.
        let neighbour = bed.account().await;
        assert_eq!(told(&bed.send(&keyed(&neighbour, &key, "Other")).await).len(), 2);
    }
}

/// A body of one event with an id and a time of its own, and these members of its message.
fn with_message(members: &str) -> String {
    format!(
        r#"{{"events":[{{"id":"e-1","created_at":"2024-03-01T09:00:00Z","event_type":"A","event_description":"b",
        "principal":{{"role":"API","ip_address":"::1"}},"message":{{{members}}}}}]}}"#
    )
}

#[tokio::test]
async fn a_message_with_its_keys_in_another_order_or_in_escapes_is_the_same_and_with_another_digit_is_not() {
    let given = r#""a":1,"b":{"y":"ë","x":2.0}"#;
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let record = |members: &str| Call::record(&account, &[fresh("x")]).body(with_message(members));
        let keyed = |members: &str| record(members).header("Idempotency-Key", "k");
        let first = bed.send(&keyed(given)).await;
        assert_eq!(first.status, 201, "{}", bed.engine);

        for same in [given, r#""b":{"x":2.0,"y":"\u00eb"},"a":1"#, r#""\u0062": {"y" : "ë", "x" : 2.0}, "a" : 1"#] {
            let replayed = bed.cold().send(&keyed(same)).await;
            assert_eq!(told(&replayed), told(&first), "{}: {same}", bed.engine);
            assert_eq!(replayed.header("idempotency-replayed"), Some("true"));
            let already = bed.send(&record(same)).await;
            assert_eq!((already.status, told(&already)), (201, told(&first)), "{}: {same}", bed.engine);
        }
        for other in
            [r#""a":1,"b":{"y":"ë","x":2}"#, r#""a":1.0,"b":{"y":"ë","x":2.0}"#, r#""a":1,"b":{"y":"Ë","x":2.0}"#]
        {
            assert_eq!(bed.send(&keyed(other)).await.status, 409, "{}: {other}", bed.engine);
            assert_eq!(bed.send(&record(other)).await.status, 409, "{}: {other}", bed.engine);
        }
        assert_eq!(trail_ids(&bed, &account).await, ["e-1"], "{}", bed.engine);
    }
}

#[tokio::test]
async fn a_record_that_has_expired_counts_as_absent_and_one_that_has_not_does_not() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let first = told(&bed.send(&keyed(&account, "k", "One")).await);

        set_expiry(&bed, &account, "k", 60).await;
        assert_eq!(told(&bed.send(&keyed(&account, "k", "One")).await), first, "{}", bed.engine);
        set_expiry(&bed, &account, "k", -1).await;
        let second = bed.send(&keyed(&account, "k", "One")).await;

        assert_eq!(second.header("idempotency-replayed"), None, "{}", bed.engine);
        assert_ne!(told(&second)[0].0, first[0].0, "an event left to us is a new one");
        assert_eq!(told(&second)[1], first[1], "one with an id and a time of its own is the same");
        let third = bed.send(&keyed(&account, "k", "One")).await;
        assert_eq!(told(&third), told(&second), "{}: the new record counts", bed.engine);
        assert_eq!(trail_ids(&bed, &account).await.len(), 3, "{}", bed.engine);
    }
}

#[tokio::test]
async fn a_record_is_kept_for_24_hours() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let before_s = clock::now().epoch_ms() / 1_000;
    told(&bed.send(&keyed(&account, "a#b", "One")).await);

    let pk = AttributeValue::S(format!("idempotency#{}#a%23b", account.id));
    let get = bed.client().get_item().table_name(bed.store().table()).key("pk", pk);
    let item = get.key("sk", AttributeValue::S("idempotency".to_owned())).send().await.expect("an answer").item;

    let expires_at: i64 = item.expect("the record")["expires_at"].as_n().expect("a number").parse().expect("seconds");
    assert!((0..=5).contains(&(expires_at - before_s - 86_400)), "{expires_at}");
}

#[tokio::test]
async fn a_replay_is_answered_even_where_its_times_have_become_too_old() {
    let bed = Bed::new().await;
    let account = bed.account_with(&[Scope::EventsWrite, Scope::EventsImport, Scope::AuditRead]).await;
    let call = Call::record(&account, &[own("e-1", "2024-03-01T09:00:00Z", "One")]).header("Idempotency-Key", "k");
    let first = told(&bed.send(&call).await);

    // The credential may import no longer: to it the event is too old.
    let_import_no_longer(&bed, &account).await;
    let bed = bed.cold();
    let of_strict = |key: &str, description: &str| {
        let events = [own("e-1", "2024-03-01T09:00:00Z", description)];
        Call::record(&account, &events).header("Idempotency-Key", key)
    };
    let again = bed.send(&of_strict("k", "One")).await;

    assert_eq!(told(&again), first);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(bed.send(&of_strict("other", "One")).await.status, 400);
    assert_eq!(bed.send(&of_strict("k", "Other")).await.status, 400);
    set_expiry(&bed, &account, "k", -1).await;
    assert_eq!(bed.send(&of_strict("k", "One")).await.status, 400);
}

#[tokio::test]
async fn a_refused_batch_leaves_its_key_free() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    told(&bed.send(&Call::record(&account, &[own("e-1", "2024-03-01T09:00:00Z", "There")])).await);
    assert_eq!(bed.send(&keyed(&account, "k", "One")).await.status, 409, "e-1 is there with other content");
    let bad = keyed(&account, "k", "One").field("events", json!([{}]));
    assert_eq!(bed.send(&bad).await.status, 400);

    let good = bed.send(&Call::record(&account, &[fresh("One")]).header("Idempotency-Key", "k")).await;

    assert_eq!((told(&good).len(), good.header("idempotency-replayed")), (1, None));
}

#[tokio::test]
async fn a_batch_that_is_there_already_is_remembered_under_a_new_key() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let batch = [own("e-1", "2024-03-01T09:00:00Z", "One")];
        told(&bed.send(&Call::record(&account, &batch)).await);
        let keyed = Call::record(&account, &batch).header("Idempotency-Key", "k");
        let first = bed.send(&keyed).await;
        let again = bed.send(&keyed).await;
        assert_eq!(told(&first), told(&again));
        let marks = (first.header("idempotency-replayed"), again.header("idempotency-replayed"));
        assert_eq!(marks, (None, Some("true")), "{}", bed.engine);
    }
}

#[tokio::test]
async fn two_at_once_are_one_record_50_times() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let other = bed.cold();
        for round in 0..50 {
            let call = Call::record(&account, &[fresh("One"), fresh("Two")]);
            let call = call.header("Idempotency-Key", &format!("round-{round}"));
            let (one, two) = tokio::join!(bed.send(&call), other.send(&call));
            let mut recorded: Vec<_> =
                [one, two].into_iter().filter(|reply| reply.status != 409).map(|reply| told(&reply)).collect();
            recorded.dedup();
            assert_eq!(recorded.len(), 1, "{}: one result, whoever tells it", bed.engine);
        }
        assert_eq!(trail_ids(&bed, &account).await.len(), 100, "{}", bed.engine);
    }
}

const CREDENTIAL: Answer = Answer::Json(
    200,
    r#"{"Item":{"pk":{"S":"credential#c"},"sk":{"S":"credential"},"account":{"S":"acme"},
    "created_at":{"S":"1970-01-01T00:00:00.000Z"},"scopes":{"L":[{"S":"events:write"}]},
    "secret_hashes":{"L":[{"S":"rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4"}]}}}"#,
);

async fn answered(cancelled: &'static str) -> (u16, String, bool) {
    let store = ScriptedStore::start(CREDENTIAL, Answer::Json(400, cancelled)).await;
    let account = Account::new("acme", "c", "local-demo-secret");
    let call = Call::record(&account, &[fresh("One")]).header("Idempotency-Key", "k");
    let reply = call.send(&store.app()).await;
    refusal::check_shape(&call, &reply);
    (reply.status, reply.body.clone(), reply.header("retry-after") == Some("1"))
}

#[tokio::test]
async fn whoever_meets_another_at_work_on_every_try_is_told_to_try_again() {
    let record = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]}"#;
    let detail = r#"{"detail":"A request with this Idempotency-Key is being recorded. Try again."}"#;
    assert_eq!(answered(record).await, (409, detail.to_owned(), true));
    let event = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict"}]}"#;
    let (status, body, retry) = answered(event).await;
    assert!(status == 503 && retry && body.starts_with(r#"{"detail":"Service unavailable. "#), "{status} {body}");
}

#[tokio::test]
async fn a_throttled_transaction_is_a_503_and_a_malformed_one_a_500() {
    let throttled = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError"}]}"#;
    let (status, _, retry) = answered(throttled).await;
    assert_eq!((status, retry), (503, true));
    let invalid = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "CancellationReasons":[{"Code":"None"},{"Code":"ValidationError"}]}"#;
    let (status, _, retry) = answered(invalid).await;
    assert_eq!((status, retry), (500, false));
}
