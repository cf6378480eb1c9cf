//! The items of a log over HTTP: a line for each event, in the order of positions, up to the newest signed head.

#![expect(clippy::indexing_slicing, reason = "what is there, the test has put there")]

use serde_json::Value;
use shared::table::item::Item;
use shared::table::json;
use tests::records::{at, event, large};
use tests::sealing::Sealing;
use tests::stream::{append_recorded, batch, modify, remove};
use tests::{Account, Bed, Call, Reply, stream};

async fn items(bed: &Bed, account: &Account, from: u64) -> Reply {
    let reply = bed.send(&Call::log_of(account, "items").query("from", &from.to_string())).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/x-ndjson")), "{}", reply.body);
    reply
}

/// The lines of all answers from a position on, each with its position.
async fn all(bed: &Bed, account: &Account) -> Vec<(u64, Option<Item>)> {
    let (mut lines, mut next) = (Vec::new(), Some(0));
    while let Some(from) = next {
        let reply = items(bed, account, from).await;
        lines.extend(reply.body.lines().map(read));
        next = reply.header("x-next").map(|next| next.parse().expect("a position"));
    }
    lines
}

/// The position of a line, and the item if there is one.
fn read(line: &str) -> (u64, Option<Item>) {
    let line: Value = serde_json::from_str(line).expect("JSON");
    let item = line.get("Item").map(|item| json::from_json(item).expect("an item"));
    assert_eq!(line.get("missing"), item.is_none().then_some(&Value::Bool(true)));
    (line["position"].as_u64().expect("a position"), item)
}

async fn account_with(bed: &Bed, events: &[Value]) -> Account {
    let account = bed.account().await;
    bed.record(&account, events).await;
    append_recorded(bed, &account).await;
    account
}

#[tokio::test]
async fn there_is_a_line_for_each_event_and_entries_of_no_event_are_passed_over() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = account_with(&bed, &[event("e-0", &at(0)), event("e-1", &at(1)), event("e-2", &at(2))]).await;
        let stored = bed.event_items(&account).await;
        let mut changed = stored[2].clone();
        changed.insert("event_type".to_owned(), stored[2]["pk"].clone());
        let changes = batch(&[remove(10, &stored[1]), modify(11, &stored[2], &changed)]);
        assert_eq!(stream::append(&bed.app, &changes).await.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
        bed.delete_item(&format!("events#{}#00", account.id), &format!("{}#e-1", at(1))).await;
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;
        bed.record(&account, &[event("e-3", &at(3))]).await;
        append_recorded(&bed, &account).await; // at a position that is not signed

        let (first, third) = (stored[0].clone(), stored[2].clone());
        assert_eq!(
            all(&bed, &account).await,
            [(0, Some(first)), (1, None), (2, Some(third.clone()))],
            "{}",
            bed.engine
        );
        let lines = items(&bed, &account, 0).await.body;
        assert!(lines.contains("\n{\"position\":1,\"missing\":true}\n{\"position\":2,\"Item\":{"), "{lines}");
        assert_eq!(items(&bed, &account, 2).await.body.lines().map(read).collect::<Vec<_>>(), [(2, Some(third))]);
        let behind = items(&bed, &account, 5).await;
        assert_eq!((behind.body.as_str(), behind.header("x-next")), ("", None));
        let call = Call::log_of(&account, "items").query("from", "6");
        let beyond = bed.send(&call).await;
        tests::refusal::check(&call, &beyond, 400);
        assert_eq!(beyond.body, r#"{"from":["must be a position that is signed, or the one behind: at most 5"]}"#);
    }
}

#[tokio::test]
async fn an_answer_ends_at_a_thousand_lines_and_says_where_to_go_on() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let events: Vec<_> = (0..1_001).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
        let account = account_with(&bed, &events).await;
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;

        let first = items(&bed, &account, 0).await;
        assert_eq!((first.body.lines().count(), first.header("x-next")), (1_000, Some("1000")), "{}", bed.engine);
        let last = items(&bed, &account, 1_000).await;
        assert_eq!((last.body.lines().count(), last.header("x-next")), (1, None));
        let exactly = items(&bed, &account, 1).await;
        assert_eq!((exactly.body.lines().count(), exactly.header("x-next")), (1_000, None));
    }
}

#[tokio::test]
async fn an_answer_ends_at_4_mb_whatever_the_size_of_events() {
    let bed = Bed::with_own_table().await;
    let events: Vec<_> = (0..200).map(|n| large(event(&format!("e-{n:04}"), &at(n)))).collect();
    let account = account_with(&bed, &events).await;
    let mut sealing = Sealing::open(&bed).await;
    sealing.seal(&bed, &[&account]).await;

    let first = items(&bed, &account, 0).await;
    assert!((3_900_000..=4_000_200).contains(&first.bytes.len()), "{} bytes", first.bytes.len());
    let lines = all(&bed, &account).await;
    assert_eq!(lines.iter().map(|(position, _)| *position).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
    assert_eq!(lines.into_iter().filter_map(|(_, item)| item).collect::<Vec<_>>(), bed.event_items(&account).await);
}
