//! Logs held against the table: what the stream lost is found, what the table lost is told.

use aws_sdk_dynamodb::types::AttributeValue;
use log_reconcile::Outcome;
use serde_json::Value;
use shared::process::invocation::Invocation;
use shared::store::usage::Usage;
use tests::captured_log::CapturedLog;
use tests::marks::marks;
use tests::records::{at, event};
use tests::stream::{append, append_recorded, batch, insert};
use tests::{Account, Bed};

async fn reconcile(bed: &Bed) -> Outcome {
    log_reconcile::handle(&bed.app, &Invocation::default()).await.expect("every account can be reconciled")
}

async fn log(bed: &Bed, account: &Account) -> Vec<String> {
    let entries = bed.store().log_entries(&account.id, None, 0, 1_000_000, &Usage::default()).await;
    let entries = entries.expect("the engine answers");
    let words = |entry: &shared::log::entry::Entry| match entry.event() {
        Some(event) => event.sk.split_once('#').map_or_else(|| event.sk.clone(), |(_, id)| id.to_owned()),
        None => entry.to_string().trim().to_owned(),
    };
    entries.iter().map(|logged| words(&logged.entry)).collect()
}

fn events(ids: &[&str]) -> Vec<Value> {
    ids.iter().enumerate().map(|(n, id)| event(id, &at(n))).collect()
}

/// An event of today, which is compared each time.
fn today(id: &str) -> Value {
    event(id, &shared::process::clock::now().to_string())
}

/// What the log says by that message of the account: the sort keys' ids, and what else it says.
fn told(log: &CapturedLog, account: &Account, message: &str, also: &str) -> Vec<(String, String)> {
    let lines = log.lines("account", account.id.as_str());
    let of_message = lines.iter().filter(|line| line["message"] == message);
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let id = |line: &Value| text(line, "sort_key").split_once('#').map(|(_, id)| id.to_owned()).unwrap_or_default();
    of_message.map(|line| (id(line), text(line, also))).collect()
}

/// A bed whose one account has been reconciled before.
async fn reconciled(ids: &[&str]) -> (Bed, Account) {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    bed.record(&account, &ids.iter().map(|id| today(id)).collect::<Vec<_>>()).await;
    append_recorded(&bed, &account).await;
    reconcile(&bed).await;
    (bed, account)
}

async fn item_of(bed: &Bed, account: &Account, id: &str) -> std::collections::HashMap<String, AttributeValue> {
    let items = bed.event_items(account).await;
    items.into_iter().find(|item| sk(item).ends_with(&format!("#{id}"))).expect("an event of that id")
}

async fn put(bed: &Bed, item: std::collections::HashMap<String, AttributeValue>) {
    let put = bed.client().put_item().table_name(bed.store().table()).set_item(Some(item));
    put.send().await.expect("the engine takes it");
}

fn sk(item: &std::collections::HashMap<String, AttributeValue>) -> &str {
    item.get("sk").and_then(|sk| sk.as_s().ok()).expect("a key")
}

async fn delete(bed: &Bed, account: &Account, id: &str) {
    let item = item_of(bed, account, id).await;
    bed.delete_item(&format!("events#{}#00", account.id), sk(&item)).await;
}

#[tokio::test]
async fn what_was_recorded_before_there_was_a_log_is_taken_in_once() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    bed.record(&account, &events(&["a", "b", "c"])).await;
    bed.record(&account, &[today("d")]).await;
    let outcome = reconcile(&bed).await;
    assert_eq!((outcome.accounts, outcome.entries_appended, outcome.differences), (1, 4, 0));
    let expected = ["backfill/1 begin", "a", "b", "c", "d", "backfill/1 end"];
    assert_eq!(log(&bed, &account).await, expected);

    let again = reconcile(&bed).await;
    assert_eq!((again.entries_appended, again.differences, again.accounts_failed), (0, 0, 0));
    append_recorded(&bed, &account).await;
    assert_eq!(log(&bed, &account).await, expected, "what the stream brings later is no other event");
}

#[tokio::test]
async fn what_the_stream_lost_is_appended_and_told() {
    let (bed, account) = reconciled(&["a"]).await;
    let captured = CapturedLog::start();
    bed.record(&account, &[today("lost")]).await;
    let outcome = reconcile(&bed).await;
    assert_eq!((outcome.entries_appended, outcome.differences), (1, 0));
    assert_eq!(log(&bed, &account).await, ["a", "lost"]);
    assert_eq!(told(&captured, &account, "event appended late", ""), [("lost".to_owned(), String::new())]);
    append(&bed.app, &batch(&[insert(77, &item_of(&bed, &account, "lost").await)])).await.unwrap();
    assert_eq!(log(&bed, &account).await, ["a", "lost"]);
}

#[tokio::test]
async fn an_event_that_the_stream_may_still_bring_is_left_to_it() {
    let (bed, account) = reconciled(&["a"]).await;
    bed.record_at(shared::process::clock::now(), &account, &[today("young")]).await;
    bed.record(&account, &[today("old")]).await;
    assert_eq!(reconcile(&bed).await.entries_appended, 1);
    assert_eq!(log(&bed, &account).await, ["a", "old"]);
    append_recorded(&bed, &account).await;
    assert_eq!(log(&bed, &account).await, ["a", "old", "young"]);
    assert_eq!(reconcile(&bed).await.entries_appended, 0);
}

#[tokio::test]
async fn what_the_table_lost_or_has_otherwise_is_told_by_name() {
    let (bed, account) = reconciled(&["a", "gone", "forged", "hidden"]).await;
    let captured = CapturedLog::start();
    delete(&bed, &account, "gone").await;
    let mut forged = item_of(&bed, &account, "forged").await;
    forged.insert("event_description".to_owned(), AttributeValue::S("Nothing happened".to_owned()));
    put(&bed, forged).await;
    let mut hidden = item_of(&bed, &account, "hidden").await;
    hidden.insert("type_pk".to_owned(), AttributeValue::S("events#nobody#00#type#A".to_owned()));
    put(&bed, hidden).await;

    let outcome = reconcile(&bed).await;
    assert_eq!((outcome.entries_appended, outcome.differences), (0, 3));
    let mut said = told(&captured, &account, "history differs", "difference");
    said.sort();
    let expected = [("forged", "altered"), ("gone", "missing"), ("hidden", "index keys")];
    assert_eq!(said, expected.map(|(id, what)| (id.to_owned(), what.to_owned())));
}

#[tokio::test]
async fn a_deletion_that_the_stream_told_is_not_told_again() {
    let (bed, account) = reconciled(&["a", "b"]).await;
    let item = item_of(&bed, &account, "b").await;
    delete(&bed, &account, "b").await;
    append(&bed.app, &batch(&[tests::stream::remove(9_000, &item)])).await.unwrap();
    assert_eq!(reconcile(&bed).await.differences, 0);
}

#[tokio::test]
async fn an_event_of_which_the_stream_brought_only_a_change_gets_its_position() {
    let (bed, account) = reconciled(&["a"]).await;
    bed.record(&account, &[today("b")]).await;
    let item = item_of(&bed, &account, "b").await;
    append(&bed.app, &batch(&[tests::stream::modify(9_000, &item, &item)])).await.unwrap();
    assert_eq!(reconcile(&bed).await.entries_appended, 1);
    assert_eq!(log(&bed, &account).await, ["a", "b", "b"], "the change, and then the event");
    assert_eq!(reconcile(&bed).await.entries_appended, 0);
}

#[tokio::test]
async fn a_day_whose_log_has_grown_is_compared_however_old_it_is() {
    let (bed, account) = reconciled(&["a"]).await;
    bed.record(&account, &events(&["old-1", "old-2"])).await;
    append(&bed.app, &batch(&[insert(500, &item_of(&bed, &account, "old-1").await)])).await.unwrap();
    let outcome = reconcile(&bed).await;
    assert_eq!(outcome.entries_appended, 1);
    assert_eq!(log(&bed, &account).await, ["a", "old-1", "old-2"]);
}

#[tokio::test]
async fn events_under_keys_that_no_writer_makes_are_compared_too() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    let pk = format!("events#{}#00", account.id);
    for sk in ["by hand", "2024-01-01zzz", "#"] {
        bed.put_item(&[("pk", &pk), ("sk", sk), ("event_type", "A")]).await;
    }
    assert_eq!(reconcile(&bed).await.entries_appended, 3);
    let mut log = log(&bed, &account).await;
    log.sort();
    assert_eq!(log, ["", "2024-01-01zzz", "backfill/1 begin", "backfill/1 end", "by hand"]);
    assert_eq!(reconcile(&bed).await.entries_appended, 0);
}

#[tokio::test]
async fn one_account_that_cannot_be_reconciled_keeps_no_other_from_it() {
    let bed = Bed::with_own_table().await;
    let (broken, whole) = (bed.account().await, bed.account().await);
    let unreadable = format!("log#{}", broken.id);
    bed.put_item(&[("pk", &unreadable), ("sk", "e#0000000000000000"), ("entries", "nothing")]).await;
    bed.record(&whole, &events(&["a"])).await;
    let failed = log_reconcile::handle(&bed.app, &Invocation::default()).await.expect_err("one of them failed");
    assert_eq!(failed.to_string(), "1 of 2 accounts could not be reconciled");
    assert_eq!(log(&bed, &whole).await, ["backfill/1 begin", "a", "backfill/1 end"]);
}

#[tokio::test]
async fn reconcilers_side_by_side_append_each_event_once() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    let ids: Vec<String> = (0..300).map(|n| format!("e-{n:03}")).collect();
    bed.record(&account, &events(&ids.iter().map(String::as_str).collect::<Vec<_>>())).await;
    tokio::join!(reconcile(&bed), reconcile(&bed), append_recorded(&bed, &account));
    reconcile(&bed).await;
    let mut log: Vec<_> = log(&bed, &account).await.into_iter().filter(|word| word.starts_with("e-")).collect();
    log.sort();
    assert_eq!(log, ids);
}

#[tokio::test]
async fn an_account_whose_log_was_extended_is_marked_as_grown_once() {
    let bed = Bed::with_own_table().await;
    let (account, empty) = (bed.account().await, bed.account().await);
    bed.record(&account, &events(&["a", "b"])).await;

    reconcile(&bed).await;
    assert_eq!((marks(&bed, &account).await, marks(&bed, &empty).await), (1, 0));

    reconcile(&bed).await;
    assert_eq!(marks(&bed, &account).await, 1, "nothing has come since");
}
