//! The log over a real engine: every event once, whoever writes it, however often the stream brings it.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use shared::store::Logged;
use shared::store::usage::Usage;
use std::collections::HashMap;
use tests::records::{at, event};
use tests::stream::{append, batch, insert, modify, remove};
use tests::{Account, Bed, Call, queue};

const NO_FAILURE: &str = r#"{"batchItemFailures":[]}"#;

async fn log(bed: &Bed, account: &Account) -> Vec<Logged> {
    let entries = bed.store().log_entries(&account.id, None, 0, 1_000_000, &Usage::default()).await;
    let entries = entries.expect("the engine answers");
    assert!(entries.iter().map(|logged| logged.position).eq(0..entries.len() as u64), "positions are dense");
    assert!(entries.is_sorted_by_key(|logged| logged.appended_at), "times never fall");
    entries
}

/// The kinds and ids of the entries, in order.
async fn told(bed: &Bed, account: &Account) -> Vec<String> {
    let words = |logged: &Logged| {
        let line = logged.entry.to_string();
        let kind = line.split('/').next().unwrap_or_default();
        let id = logged.entry.event().and_then(|event| event.sk.split_once('#')).map(|(_, id)| id);
        format!("{kind} {}", id.expect("the id of an event"))
    };
    log(bed, account).await.iter().map(words).collect()
}

async fn record(bed: &Bed, account: &Account, ids: &[&str]) -> Vec<Value> {
    bed.record(account, &ids.iter().map(|id| event(id, &at(1))).collect::<Vec<_>>()).await;
    let items = bed.event_items(account).await;
    let sk =
        |item: &HashMap<String, AttributeValue>| item.get("sk").and_then(|sk| sk.as_s().ok()).expect("a key").clone();
    let is_of = |item: &&HashMap<_, _>| ids.iter().any(|id| sk(item).ends_with(&format!("#{id}")));
    items.iter().filter(is_of).enumerate().map(|(at, item)| insert(at, item)).collect()
}

#[tokio::test]
async fn every_writer_salts_its_events() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    assert_eq!(bed.send(&Call::record(&account, &[event("by-endpoint", &at_now())])).await.status, 201);
    assert_eq!(bed.send(&Call::create_user(&account, "ada@example.com").field("name", "Ada".into())).await.status, 200);
    let body = serde_json::json!({"account": account.id.as_str(), "event": event("by-queue", &at(1))}).to_string();
    queue::consume(&bed.app, &queue::batch(&[queue::message("m-1", &body)])).await.unwrap();
    bed.record(&account, &[event("by-import", &at(2))]).await;

    let items = bed.event_items(&account).await;
    let salts: Vec<&[u8]> = items.iter().map(|item| item["salt"].as_b().unwrap().as_ref()).collect();
    assert_eq!(salts.iter().map(|salt| salt.len()).collect::<Vec<_>>(), [16; 4]);
    let distinct: std::collections::HashSet<_> = salts.iter().collect();
    assert_eq!(distinct.len(), 4, "each has a salt of its own");
}

fn at_now() -> String {
    shared::process::clock::now().to_string()
}

#[tokio::test]
async fn a_batch_that_comes_again_whole_or_cut_in_half_changes_nothing() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let records = record(&bed, &account, &["a", "b", "c", "d"]).await;
        for part in [&records[..2], &records[..], &records[1..], &records[3..], &records[..1]] {
            assert_eq!(append(&bed.app, &batch(part)).await.as_deref(), Ok(NO_FAILURE), "{}", bed.engine);
        }
        assert_eq!(told(&bed, &account).await, ["event a", "event b", "event c", "event d"], "{}", bed.engine);
    }
}

#[tokio::test]
async fn consumers_side_by_side_give_each_event_one_position() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let ids: Vec<String> = (0..40).map(|n| format!("e-{n:02}")).collect();
        let records = record(&bed, &account, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let parts = [&records[..20], &records[..], &records[20..], &records[10..30], &records[..]];
        let batches: Vec<_> = parts.iter().map(|part| batch(part)).collect();
        let answers = futures_util::future::join_all(batches.iter().map(|batch| append(&bed.app, batch))).await;
        assert!(answers.iter().all(|answer| answer.as_deref() == Ok(NO_FAILURE)), "{answers:?}");
        let mut told = told(&bed, &account).await;
        told.sort();
        assert_eq!(told, ids.iter().map(|id| format!("event {id}")).collect::<Vec<_>>(), "{}", bed.engine);
    }
}

#[tokio::test]
async fn changes_and_deletions_are_told_and_an_event_that_comes_again_is_new() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let records = record(&bed, &account, &["a"]).await;
    let item = bed.event_items(&account).await.remove(0);
    let mut other = item.clone();
    other.insert("principal_name".to_owned(), AttributeValue::S("Mallory".to_owned()));
    let changes = [
        records[0].clone(),
        modify(2_000, &item, &other),
        modify(2_001, &other, &item),
        modify(2_002, &item, &other),
        remove(2_003, &other),
        insert(2_004, &item),
    ];
    for part in [&changes[..3], &changes[..], &changes[2..], &changes[..1]] {
        assert_eq!(append(&bed.app, &batch(part)).await.as_deref(), Ok(NO_FAILURE));
    }
    let expected = ["event a", "changed a", "changed a", "changed a", "removed a", "event a"];
    assert_eq!(told(&bed, &account).await, expected);
}

#[tokio::test]
async fn a_thousand_events_stand_in_items_of_256_and_accounts_are_noted() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let ids: Vec<String> = (0..1_000).map(|n| format!("e-{n:04}")).collect();
    let records = record(&bed, &account, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    append(&bed.app, &batch(&records[..10])).await.unwrap();
    append(&bed.app, &batch(&records)).await.unwrap();
    let mut firsts: Vec<_> = log(&bed, &account).await.iter().map(|logged| logged.item_first).collect();
    firsts.dedup();
    assert_eq!(firsts, [0, 10, 256, 512, 768]);
    let minute: String = at_now().chars().take(16).collect();
    let dirty = bed.items_of(&format!("log-dirty#{minute}")).await;
    let notes = dirty.iter().filter(|item| {
        let accounts = item["accounts"].as_l().unwrap();
        accounts.contains(&AttributeValue::S(account.id.to_string()))
    });
    assert!((1..=2).contains(&notes.count()), "one a call, unless a minute ended between");
}

#[tokio::test]
async fn an_account_whose_log_cannot_be_read_holds_up_no_other() {
    for bed in Bed::on_each_engine().await {
        let (broken, whole) = (bed.account().await, bed.account().await);
        let unreadable = format!("log#{}", broken.id);
        bed.put_item(&[("pk", &unreadable), ("sk", "e#0000000000000000"), ("entries", "nothing")]).await;
        let records = [record(&bed, &broken, &["a"]).await, record(&bed, &whole, &["b"]).await].concat();
        assert_eq!(append(&bed.app, &batch(&records)).await.as_deref(), Ok(NO_FAILURE), "{}", bed.engine);
        assert_eq!(told(&bed, &whole).await, ["event b"]);
    }
}

#[tokio::test]
async fn a_planted_item_is_not_followed() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let records = record(&bed, &account, &["a", "b"]).await;
        append(&bed.app, &batch(&records[..1])).await.unwrap();
        let mut planted = bed.items_of(&format!("log#{}", account.id)).await.remove(0);
        planted.insert("sk".to_owned(), AttributeValue::S("e#9999999999999999".to_owned()));
        let put = bed.client().put_item().table_name(bed.store().table()).set_item(Some(planted));
        put.send().await.unwrap();
        append(&bed.app, &batch(&records)).await.unwrap();
        assert_eq!(told(&bed, &account).await, ["event a", "event b"], "{}", bed.engine);
        let feed = bed.send(&Call::feed(&account).query("from", "now")).await;
        assert_eq!(feed.status, 200, "{}", feed.body);
    }
}

#[tokio::test]
async fn what_is_no_batch_of_a_stream_is_refused_whole() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut records = record(&bed, &account, &["a", "b"]).await;
    records[1]["eventSource"] = "aws:sqs".into();
    let refused = append(&bed.app, &batch(&records)).await.unwrap_err();
    let expected = "the payload is not a batch of a DynamoDB stream of NEW_AND_OLD_IMAGES: eventSource is absent or not \
                    what it sends";
    assert_eq!(refused, expected);
    assert_eq!(told(&bed, &account).await, Vec::<String>::new());
}
