//! Logs that are not what was signed of them: the account is named, its old head stays, and every other account goes on.

use aws_sdk_dynamodb::types::AttributeValue;
use log_sign::{Archive, State};
use shared::log::hash::Hash;
use shared::process::clock;
use shared::store::Heads;
use shared::store::usage::Usage;
use shared::table::item::encode_node;
use shared::table::key::{Generation, Tree};
use std::collections::HashMap;
use tests::captured_log::CapturedLog;
use tests::records::{at, event};
use tests::rounds::{assert_sealed, means, sign, sign_round};
use tests::stream::append_recorded;
use tests::{Account, Bed};

type Item = HashMap<String, AttributeValue>;

async fn grow(bed: &Bed, account: &Account, from: usize, count: usize) {
    let events: Vec<_> = (from..from + count).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
    bed.record(account, &events).await;
    append_recorded(bed, account).await;
}

async fn put(bed: &Bed, item: Item) {
    let put = bed.client().put_item().table_name(bed.store().table()).set_item(Some(item));
    put.send().await.expect("the engine takes it");
}

async fn heads(bed: &Bed) -> Heads {
    let (usage, generation) = (Usage::default(), Generation::FIRST);
    let last = bed.store().last_round(generation, &usage).await.expect("an answer").expect("a round");
    bed.store().heads_at(generation, &last, &usage).await.expect("heads")
}

/// Two accounts with signed heads; then the first one's log is altered, and both grow.
async fn altered(bed: &Bed, size: usize, alter: impl AsyncFnOnce(&Bed, &Account)) -> CapturedLog {
    let (one, two) = (bed.account().await, bed.account().await);
    grow(bed, &one, 0, size).await;
    grow(bed, &two, 0, 2).await;
    sign_round(bed).await;
    let signed = heads(bed).await;
    let captured = CapturedLog::start();
    alter(bed, &one).await;
    grow(bed, &two, 2, 2).await;
    bed.store().mark_logs_grown(&[&one.id], "by-hand", clock::now(), &Usage::default()).await.expect("a mark");

    let outcome = sign_round(bed).await;

    assert_eq!((outcome.accounts_changed, outcome.accounts_carried), (1, 1));
    assert_eq!(heads(bed).await.get(&one.id), signed.get(&one.id), "the old head stays");
    assert_sealed(bed, &[&two], "the other account").await;
    let said = captured.lines("message", "log differs from its head");
    assert_eq!(said.iter().map(|line| line["account"].clone()).collect::<Vec<_>>(), [one.id.as_str()]);
    assert_eq!(sign_round(bed).await.accounts_carried, 1, "and is told of until it is as it was");
    captured
}

/// The item of the account's log at that position.
async fn log_item(bed: &Bed, account: &Account, first: u64) -> Item {
    let items = bed.items_of(&format!("log#{}", account.id)).await;
    let sk = AttributeValue::S(format!("e#{first:016}"));
    items.into_iter().find(|item| item.get("sk") == Some(&sk)).expect("an item of the log")
}

#[tokio::test]
async fn an_entry_that_was_changed_below_the_signed_size_is_told_of() {
    for bed in Bed::on_each_engine_with_own_table().await {
        altered(&bed, 3, async |bed, account| {
            let mut item = log_item(bed, account, 0).await;
            let entries = item["entries"].as_b().expect("bytes").as_ref().to_vec();
            let text = String::from_utf8_lossy(&entries).replace("e-0001", "e-9999");
            // The lengths in front of the entries are bytes of text too small to be anything else.
            assert_eq!(text.len(), entries.len());
            item.insert("entries".to_owned(), AttributeValue::B(text.into_bytes().into()));
            put(bed, item).await;
        })
        .await;
    }
}

#[tokio::test]
async fn entries_that_are_gone_below_the_signed_size_are_told_of() {
    let bed = Bed::with_own_table().await;
    altered(&bed, 3, async |bed, account| {
        bed.delete_item(&format!("log#{}", account.id), "e#0000000000000000").await;
    })
    .await;
}

#[tokio::test]
async fn a_node_that_is_another_than_was_signed_is_told_of() {
    for bed in Bed::on_each_engine_with_own_table().await {
        altered(&bed, 257, async |bed, account| {
            put(bed, encode_node(Tree::Account(&account.id), 1, 0, &Hash::of(&[b"other"]))).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_node_that_was_put_before_its_time_is_told_of() {
    let bed = Bed::with_own_table().await;
    altered(&bed, 250, async |bed, account| {
        put(bed, encode_node(Tree::Account(&account.id), 1, 0, &Hash::of(&[b"planted"]))).await;
        grow(bed, account, 250, 10).await;
    })
    .await;
}

#[tokio::test]
async fn a_log_that_is_as_it_was_again_is_sealed_as_far_as_it_has_grown() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    grow(&bed, &account, 0, 3).await;
    let (means, mut warm) = (means(Archive::Nothing), State::default());
    sign_round(&bed).await;
    let item = log_item(&bed, &account, 0).await;
    bed.delete_item(&format!("log#{}", account.id), "e#0000000000000000").await;
    bed.store().mark_logs_grown(&[&account.id], "by-hand", clock::now(), &Usage::default()).await.expect("a mark");
    assert_eq!(sign(&bed.app, &means, &mut warm).await.expect("a round").accounts_carried, 1);

    put(&bed, item).await;
    grow(&bed, &account, 3, 1).await;

    assert_eq!(sign(&bed.app, &means, &mut warm).await.expect("a round").accounts_carried, 0);
    assert_sealed(&bed, &[&account], "again").await;
}
