#![expect(clippy::disallowed_methods, reason = "what no writer of this service does is what the log must tell of")]

use std::net::{Ipv4Addr, SocketAddr};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, DeleteRequest, Put, PutRequest, TransactWriteItem, WriteRequest,
};
use serde_json::{Value, json};

use super::*;
use crate::engine::{Engine, Storage};
use crate::template::Template;

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
const ALL: usize = 10_000;

/// An engine with the template's table.
async fn start(storage: &Storage) -> Engine {
    let engine = Engine::start(storage, ANY_PORT).unwrap();
    engine.create_table_if_absent("audit", &Template::built_in().unwrap().table).await.unwrap();
    engine
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

async fn put(engine: &Engine, pk: &str, sk: &str, says: AttributeValue) {
    let put = engine.client().put_item().table_name("audit").item("pk", text(pk)).item("sk", text(sk));
    put.item("says", says).send().await.unwrap();
}

async fn delete(engine: &Engine, pk: &str, sk: &str) {
    engine.client().delete_item().table_name("audit").key("pk", text(pk)).key("sk", text(sk)).send().await.unwrap();
}

/// The changes that are kept, as `{"eventName", "dynamodb": {…}}` and so on.
async fn records(changes: &Changes) -> Vec<Value> {
    let batch = changes.read(ALL).await.unwrap();
    let event: Value = serde_json::from_str(&batch.into_event()).unwrap();
    event["Records"].as_array().unwrap().clone()
}

/// Name, sort key, and what the old and the new image say, each change in its place.
async fn said(changes: &Changes) -> Vec<[String; 4]> {
    let of = |record: &Value| {
        let image = |name: &str| record["dynamodb"][name]["says"]["S"].as_str().unwrap_or("-").to_owned();
        let sk = record["dynamodb"]["Keys"]["sk"]["S"].as_str().unwrap().to_owned();
        [record["eventName"].as_str().unwrap().to_owned(), sk, image("OldImage"), image("NewImage")]
    };
    records(changes).await.iter().map(of).collect()
}

async fn acknowledge_all(changes: &Changes) {
    let through = changes.read(ALL).await.unwrap().through().unwrap();
    changes.acknowledge(through).await.unwrap();
}

/// Does the same in memory and in a file.
async fn in_each(test: impl AsyncFn(Engine)) {
    test(start(&Storage::Memory).await).await;
    let scratch = tempfile::tempdir().unwrap();
    test(start(&Storage::Dir(scratch.path().to_owned())).await).await;
}

#[tokio::test]
async fn changes_come_in_their_order_with_what_was_and_what_is() {
    in_each(async |engine| {
        let changes = engine.changes("audit").await.unwrap();

        put(&engine, "events#acme", "1", text("a")).await;
        put(&engine, "events#acme", "2", text("b")).await;
        put(&engine, "events#acme", "1", text("c")).await;
        let update = engine.client().update_item().table_name("audit").key("pk", text("events#acme"));
        let update = update.key("sk", text("2")).update_expression("SET says = :d");
        update.expression_attribute_values(":d", text("d")).send().await.unwrap();
        delete(&engine, "events#acme", "1").await;

        assert_eq!(
            said(&changes).await,
            [
                ["INSERT", "1", "-", "a"],
                ["INSERT", "2", "-", "b"],
                ["MODIFY", "1", "a", "c"],
                ["MODIFY", "2", "b", "d"],
                ["REMOVE", "1", "c", "-"],
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn only_events_are_told_when_new_and_only_the_logs_items_besides_when_changed() {
    in_each(async |engine| {
        let changes = engine.changes("audit").await.unwrap();

        for pk in ["users#acme", "counts#acme", "log#acme", "rounds#all", "log-dirty#2020", "events", "events$"] {
            put(&engine, pk, "1", text("a")).await;
        }
        assert_eq!(said(&changes).await, [[""; 4]; 0]);

        for pk in ["users#acme", "log#acme", "rounds#all", "log-dirty#2020"] {
            put(&engine, pk, "1", text("b")).await;
            delete(&engine, pk, "1").await;
        }
        let names: Vec<_> = records(&changes).await.iter().map(|record| record["eventName"].clone()).collect();
        assert_eq!(names, ["MODIFY", "REMOVE", "MODIFY", "REMOVE"]);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_is_cancelled_leaves_no_change() {
    in_each(async |engine| {
        let changes = engine.changes("audit").await.unwrap();
        put(&engine, "events#acme", "1", text("a")).await;
        acknowledge_all(&changes).await;
        let put = |sk: &str, condition: Option<&str>| {
            let put = Put::builder().table_name("audit").item("pk", text("events#acme")).item("sk", text(sk));
            TransactWriteItem::builder().put(put.set_condition_expression(condition.map(Into::into)).build().unwrap())
        };
        let remove = Delete::builder().table_name("audit").key("pk", text("events#acme")).key("sk", text("1"));
        let remove = TransactWriteItem::builder().delete(remove.build().unwrap()).build();

        let transaction = engine.client().transact_write_items().transact_items(put("2", None).build());
        let cancelled = transaction.transact_items(put("1", Some("attribute_not_exists(pk)")).build()).send().await;
        assert!(cancelled.unwrap_err().into_service_error().is_transaction_canceled_exception());
        assert_eq!(said(&changes).await, [[""; 4]; 0]);

        let transaction = engine.client().transact_write_items().transact_items(put("3", None).build());
        transaction.transact_items(remove).send().await.unwrap();
        assert_eq!(said(&changes).await, [["INSERT", "3", "-", "-"], ["REMOVE", "1", "a", "-"]]);
    })
    .await;
}

#[tokio::test]
async fn a_write_that_is_refused_or_changes_nothing_leaves_no_change() {
    let engine = start(&Storage::Memory).await;
    let changes = engine.changes("audit").await.unwrap();
    put(&engine, "events#acme", "1", text("a")).await;
    acknowledge_all(&changes).await;

    let again = engine.client().put_item().table_name("audit").item("pk", text("events#acme")).item("sk", text("1"));
    again.condition_expression("attribute_not_exists(pk)").send().await.unwrap_err();
    delete(&engine, "events#acme", "2").await;
    put(&engine, "events#acme", "1", text("a")).await;

    assert_eq!(said(&changes).await, [[""; 4]; 0]);
}

#[tokio::test]
async fn each_write_of_a_batch_is_a_change() {
    let engine = start(&Storage::Memory).await;
    let changes = engine.changes("audit").await.unwrap();
    put(&engine, "events#acme", "0", text("a")).await;
    let put = |sk: &str| PutRequest::builder().item("pk", text("events#acme")).item("sk", text(sk)).build().unwrap();
    let mut writes: Vec<_> =
        (1..25).map(|sk| WriteRequest::builder().put_request(put(&sk.to_string())).build()).collect();
    let delete = DeleteRequest::builder().key("pk", text("events#acme")).key("sk", text("0")).build().unwrap();
    writes.push(WriteRequest::builder().delete_request(delete).build());

    engine.client().batch_write_item().request_items("audit", writes).send().await.unwrap();

    let changes: Vec<_> = said(&changes).await.into_iter().map(|[name, sk, ..]| format!("{name} {sk}")).collect();
    let inserted = (0..25).map(|sk| format!("INSERT {sk}"));
    assert_eq!(changes, inserted.chain(["REMOVE 0".to_owned()]).collect::<Vec<_>>());
}

#[tokio::test]
async fn attributes_of_every_type_and_the_largest_item_arrive_as_they_were_written() {
    in_each(async |engine| {
        let changes = engine.changes("audit").await.unwrap();
        let key = "é\"\\\u{1}/\u{10ffff}";
        let item = [
            ("pk", text(&format!("events#{key}"))),
            ("sk", text(key)),
            ("salt", AttributeValue::B(Blob::new([0x00, 0xff, 0x80, 0x0a]))),
            ("sets", AttributeValue::Bs(vec![Blob::new([0xfb, 0xff]), Blob::new([0x00])])),
            ("number", AttributeValue::N("1.5".to_owned())),
            ("list", AttributeValue::L(vec![AttributeValue::Null(true), AttributeValue::Bool(false), text(key)])),
        ];
        let item = item.map(|(name, value)| (name.to_owned(), value)).into();
        engine.client().put_item().table_name("audit").set_item(Some(item)).send().await.unwrap();
        let rest = "x".repeat(400 * 1024 - "pkevents#acmesk1says".len());
        put(&engine, "events#acme", "1", text(&rest)).await;

        let records = records(&changes).await;

        let (pk, sk) = (json!({"S": format!("events#{key}")}), json!({"S": key}));
        assert_eq!(records[0]["dynamodb"]["Keys"], json!({"pk": pk, "sk": sk}));
        assert_eq!(
            records[0]["dynamodb"]["NewImage"],
            json!({
                "pk": pk,
                "sk": sk,
                "salt": {"B": "AP+ACg=="},
                "sets": {"BS": ["AA==", "+/8="]},
                "number": {"N": "1.5"},
                "list": {"L": [{"NULL": true}, {"BOOL": false}, {"S": key}]},
            })
        );
        assert_eq!(records[1]["dynamodb"]["NewImage"]["says"]["S"].as_str().unwrap(), rest);
        assert_eq!(records[1]["dynamodb"]["SizeBytes"], 400 * 1024 + "pkevents#acmesk1".len());
    })
    .await;
}

#[tokio::test]
async fn the_functions_type_of_event_reads_it() {
    let engine = start(&Storage::Memory).await;
    let changes = engine.changes("audit").await.unwrap();
    put(&engine, "events#acme", "1", AttributeValue::B(Blob::new([0x00, 0xff, 0x80]))).await;
    put(&engine, "events#acme", "1", text("b")).await;
    delete(&engine, "events#acme", "1").await;

    let batch = changes.read(ALL).await.unwrap();
    let numbers: Vec<_> = batch.sequence_numbers().iter().map(ToString::to_string).collect();
    let event: aws_lambda_events::event::dynamodb::Event = serde_json::from_str(&batch.into_event()).unwrap();

    let names: Vec<_> = event.records.iter().map(|record| record.event_name.as_str()).collect();
    assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
    let (inserted, removed) = (&event.records[0].change, &event.records[2].change);
    assert!(format!("{:?}", inserted.new_image).contains("B([0, 255, 128])"), "{:?}", inserted.new_image);
    assert!(inserted.old_image.is_empty() && removed.new_image.is_empty());
    assert!(inserted.approximate_creation_date_time.timestamp() > 0);
    let read: Vec<_> = event.records.iter().map(|record| record.change.sequence_number.clone().unwrap()).collect();
    assert_eq!(read, numbers);
}

mod kept;
