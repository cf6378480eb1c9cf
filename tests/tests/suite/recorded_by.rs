//! Which writer told us of an event is stored with it, and no writer passes for the directory.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use shared::credential::Scope;
use tests::queue::{batch, consume, failures, message};
use tests::records::{at, record, set};
use tests::{Account, Bed, Call};

/// The attribute of the account's events, oldest first.
async fn recorders(bed: &Bed, account: &Account) -> Vec<String> {
    let text = |text: String| AttributeValue::S(text);
    let query = bed
        .client()
        .query()
        .table_name(bed.store().table())
        .consistent_read(true)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", text(format!("events#{}#00", account.id)));
    let items = query.send().await.expect("an answer").items.unwrap_or_default();
    items.iter().map(|item| item["recorded_by"].as_s().expect("a string").clone()).collect()
}

#[tokio::test]
async fn a_request_is_known_by_its_credential_the_queue_as_such_and_the_directory_by_both() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let recorded = bed.send(&Call::record(&account, &[record("e-1", &at(1), "users", "u-1")])).await;
        assert_eq!(recorded.status, 201, "{}: {}", bed.engine, recorded.body);
        let body = json!({"account": account.id.as_str(), "event": record("e-2", &at(2), "users", "u-1")}).to_string();
        assert_eq!(consume(&bed.app, &batch(&[message("m-1", &body)])).await, Ok(failures(&[])));
        let made = bed.send(&Call::create_user(&account, "grace@example.com")).await;
        assert_eq!(made.status, 200, "{}: {}", bed.engine, made.body);

        let client_id = &account.client_id;
        let expected = [client_id.clone(), "queue".to_owned(), format!("directory:{client_id}")];
        assert_eq!(recorders(&bed, &account).await, expected, "{}", bed.engine);
    }
}

#[tokio::test]
async fn the_same_event_through_another_writer_is_the_same_event() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let event = record("e-1", &at(1), "users", "u-1");
    bed.send(&Call::record(&account, std::slice::from_ref(&event))).await;

    let body = json!({"account": account.id.as_str(), "event": event}).to_string();
    let consumed = consume(&bed.app, &batch(&[message("m-1", &body)])).await;

    assert_eq!(consumed, Ok(failures(&[])));
    assert_eq!(recorders(&bed, &account).await, std::slice::from_ref(&account.client_id), "who told of it first");
}

#[tokio::test]
async fn an_event_of_the_directory_is_refused_from_every_other_writer() {
    let bed = Bed::new().await;
    let account = bed.account_with(&[Scope::EventsWrite, Scope::EventsImport]).await;
    let mut event = record("e-1", &at(1), "users", "u-1");
    set(&mut event, "/subject/entity_key", json!("Network:User"));

    let reply = bed.send(&Call::record(&account, std::slice::from_ref(&event))).await;
    let body = json!({"account": account.id.as_str(), "event": event}).to_string();
    let consumed = consume(&bed.app, &batch(&[message("m-1", &body)])).await;

    assert_eq!(reply.status, 400, "{}", reply.body);
    let fault = "must not be Network:User: changes of dashboard users are recorded where they are made";
    assert!(reply.body.contains(fault) && reply.body.contains("subject.entity_key"), "{}", reply.body);
    assert_eq!(consumed, Ok(failures(&["m-1"])));
    assert_eq!(recorders(&bed, &account).await, Vec::<String>::new());
}
