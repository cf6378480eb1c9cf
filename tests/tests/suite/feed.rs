//! A page of the feed: where it begins and ends, what it costs, and what it says of itself.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use tests::records::{at, event, large, record};
use tests::stream::{append_recorded, batch, insert};
use tests::{Account, Bed, Call, stream};

pub(crate) fn text(json: &Value, name: &str) -> String {
    json.get(name).and_then(Value::as_str).expect("a text").to_owned()
}

async fn page(bed: &Bed, call: &Call) -> Value {
    let reply = bed.send(call).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

fn positions(page: &Value) -> Vec<u64> {
    events(page).iter().map(position).collect()
}

pub(crate) fn events(page: &Value) -> &[Value] {
    page.get("events").and_then(Value::as_array).expect("a list of events")
}

pub(crate) fn position(event: &Value) -> u64 {
    event.get("position").and_then(Value::as_u64).expect("a position")
}

/// An account with that many events that have positions, one a second.
pub(crate) async fn account_with(bed: &Bed, events: usize) -> Account {
    let account = bed.account().await;
    bed.record(&account, &(0..events).map(|n| event(&format!("e-{n:03}"), &at(n))).collect::<Vec<_>>()).await;
    append_recorded(bed, &account).await;
    account
}

/// An account of four events, of which the second is gone from the table, and the third is another than was recorded.
pub(crate) async fn account_with_one_gone_and_one_altered(bed: &Bed) -> Account {
    let account = account_with(bed, 4).await;
    let items = bed.event_items(&account).await;
    let [_, gone, altered, _] = items.as_slice() else { panic!("{} items", items.len()) };
    let part = |name: &str| gone.get(name).and_then(|value| value.as_s().ok()).expect("a part of a key");
    bed.delete_item(part("pk"), part("sk")).await;
    let mut altered = altered.clone();
    altered.insert("principal_name".to_owned(), AttributeValue::S("Mallory".to_owned()));
    let put = bed.client().put_item().table_name(bed.store().table());
    put.set_item(Some(altered)).send().await.expect("a put");
    account
}

/// An account of three events at the first positions, then two entries that are no events, then an event.
pub(crate) async fn account_with_entries_that_are_no_events(bed: &Bed) -> Account {
    let account = account_with(bed, 3).await;
    let items = bed.event_items(&account).await;
    let [first, second, ..] = items.as_slice() else { panic!("{} items", items.len()) };
    let changes = [stream::remove(2_000, first), stream::modify(2_001, second, second)];
    stream::append(&bed.app, &batch(&changes)).await.expect("an append");
    bed.record(&account, &[event("e-9", &at(9))]).await;
    let items = bed.event_items(&account).await;
    let last = items.last().expect("an item");
    stream::append(&bed.app, &batch(&[insert(9_000, last)])).await.expect("an append");
    account
}

#[tokio::test]
async fn a_page_begins_where_it_is_told_to() {
    for bed in Bed::on_each_engine().await {
        let account = account_with(&bed, 10).await;
        let feed = Call::feed(&account);
        let starting = |name, value: &str| feed.clone().query(name, value);
        assert_eq!(positions(&page(&bed, &feed).await), (0..10).collect::<Vec<_>>(), "{}", bed.engine);
        assert_eq!(positions(&page(&bed, &starting("after", "-1")).await), (0..10).collect::<Vec<_>>());
        assert_eq!(positions(&page(&bed, &starting("after", "7")).await), [8, 9]);
        assert_eq!(positions(&page(&bed, &starting("after", "9")).await), Vec::<u64>::new());
        assert_eq!(positions(&page(&bed, &starting("from", "now")).await), Vec::<u64>::new());

        let appended_at = text(&page(&bed, &feed).await["events"][0], "appended_at");
        assert_eq!(positions(&page(&bed, &starting("since", &appended_at)).await).len(), 10, "since is inclusive");
        let later = appended_at.replace('Z', "1Z");
        assert_eq!(positions(&page(&bed, &starting("since", &later)).await), Vec::<u64>::new());
        assert_eq!(positions(&page(&bed, &starting("since", "1970-01-01T00:00:00Z")).await).len(), 10);

        // A cursor wins over what stands beside it.
        let first = page(&bed, &starting("limit", "4")).await;
        let next = text(&first, "next");
        let both = starting("cursor", &next).query("after", "-1").query("since", "1970-01-01T00:00:00Z");
        assert_eq!(positions(&page(&bed, &both).await), [4, 5, 6, 7, 8, 9]);
    }
}

#[tokio::test]
async fn an_empty_feed_has_a_checkpoint_that_goes_on() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        for start in [None, Some(("from", "now")), Some(("after", "-1")), Some(("since", "2024-01-01T00:00:00Z"))] {
            let call = start.map_or(Call::feed(&account), |(name, value)| Call::feed(&account).query(name, value));
            let empty = page(&bed, &call).await;
            assert_eq!((&empty["next"], &empty["behind"]), (&Value::Null, &Value::Bool(false)));
            assert_eq!(positions(&empty), Vec::<u64>::new());
        }
        let checkpoint = text(&page(&bed, &Call::feed(&account)).await, "checkpoint");
        bed.record(&account, &[event("e-1", &at(1))]).await;
        append_recorded(&bed, &account).await;
        let on = page(&bed, &Call::feed(&account).query("cursor", &checkpoint)).await;
        assert_eq!((positions(&on), text(&on["events"][0], "id")), (vec![0], "e-1".to_owned()));
    }
}

#[tokio::test]
async fn a_time_leads_to_the_first_event_that_was_appended_then() {
    for bed in Bed::on_each_engine().await {
        // Three times 300 events, each appended in a call of its own: the places looked at are multiples of 256.
        let account = bed.account().await;
        let mut began = Vec::new();
        for round in 0..3 {
            let events: Vec<_> = (0..300).map(|n| event(&format!("{round}-{n:03}"), &at(round * 300 + n))).collect();
            bed.record(&account, &events).await;
            append_recorded(&bed, &account).await;
            let last = page(&bed, &Call::feed(&account).query("after", &(round * 300).to_string())).await;
            began.push(text(&last["events"][0], "appended_at"));
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        bed.requests_sent();
        for (round, began) in began.iter().enumerate() {
            let from = page(&bed, &Call::feed(&account).query("since", began).query("limit", "1")).await;
            let position = positions(&from)[0];
            assert!(position <= round as u64 * 300 + 1, "{}: {position} is behind {began}", bed.engine);
            let at = text(&from["events"][0], "appended_at");
            assert!(at >= *began, "{}: {at} is before {began}", bed.engine);
            assert!(bed.requests_sent() <= 20);
        }
        assert_eq!(
            positions(&page(&bed, &Call::feed(&account).query("since", &began[0]).query("limit", "1")).await),
            [0]
        );
    }
}

#[tokio::test]
async fn a_page_is_a_query_and_a_request_for_each_hundred_events() {
    for bed in Bed::on_each_engine().await {
        let account = account_with(&bed, 350).await;
        page(&bed, &Call::feed(&account).query("limit", "1")).await;
        bed.requests_sent();
        for (limit, after, requests) in [(100, 10, 2), (100, 240, 2), (250, 50, 4), (1, 100, 2)] {
            let call = Call::feed(&account).query("limit", &limit.to_string()).query("after", &after.to_string());
            assert_eq!(positions(&page(&bed, &call).await).len(), limit, "{}", bed.engine);
            assert_eq!(bed.requests_sent(), requests, "{}: {limit} after {after}", bed.engine);
        }
        let end = page(&bed, &Call::feed(&account).query("after", "340")).await;
        assert_eq!((positions(&end).len(), &end["next"]), (9, &Value::Null));
        assert_eq!(bed.requests_sent(), 3, "{}: and the newest event of the table", bed.engine);
    }
}

#[tokio::test]
async fn a_page_of_large_events_ends_at_4_mb_and_goes_on() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let events: Vec<_> = (0..100).map(|n| large(record(&format!("e-{n:03}"), &at(n), "users", "u-1"))).collect();
    bed.record(&account, &events).await;
    append_recorded(&bed, &account).await;
    let reply = bed.send(&Call::feed(&account).query("limit", "1000")).await;
    assert!((3_900_000..4_100_000).contains(&reply.body.len()), "{} bytes", reply.body.len());
    let first = reply.json();
    let read = positions(&first).len();
    assert!((70..90).contains(&read), "{read} events");
    let second = page(&bed, &Call::feed(&account).query("limit", "1000").query("cursor", &text(&first, "next"))).await;
    assert_eq!((positions(&second)[0], positions(&second).len()), (read as u64, 100 - read));
}

#[tokio::test]
async fn an_event_that_is_gone_or_altered_is_marked_and_stops_nothing() {
    for bed in Bed::on_each_engine().await {
        let account = account_with_one_gone_and_one_altered(&bed).await;

        let events = page(&bed, &Call::feed(&account)).await["events"].as_array().unwrap().clone();
        assert_eq!(events.len(), 4, "{}", bed.engine);
        let marker = |at: usize| {
            let names: Vec<_> = events[at].as_object().unwrap().keys().cloned().collect();
            (names, text(&events[at], "id"), text(&events[at], "created_at"))
        };
        let named = |last: &str| {
            let mut names: Vec<_> = ["appended_at", "created_at", "id", "position", last].map(str::to_owned).into();
            names.sort();
            names
        };
        assert_eq!(marker(1), (named("missing"), "e-001".to_owned(), at(1)));
        assert_eq!(marker(2), (named("altered"), "e-002".to_owned(), at(2)));
        assert_eq!(text(&events[3], "event_type"), "INVITED_USER");
    }
}

#[tokio::test]
async fn who_asks_for_ndjson_gets_an_event_a_line() {
    let bed = Bed::new().await;
    let account = account_with(&bed, 3).await;
    let ndjson = Call::feed(&account).header("Accept", "application/x-ndjson");
    let reply = bed.send(&ndjson.clone().query("limit", "2")).await;
    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = reply.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines,
        page(&bed, &Call::feed(&account).query("limit", "2")).await["events"].as_array().unwrap().clone()
    );
    assert_eq!(reply.header("x-next"), reply.header("x-checkpoint"));
    let next = reply.header("x-next").unwrap();
    let last = bed.send(&ndjson.query("cursor", next)).await;
    assert_eq!((last.body.lines().count(), last.header("x-next"), last.header("x-behind")), (1, None, Some("false")));
}

#[tokio::test]
async fn a_link_leads_to_the_next_page_where_there_is_one() {
    let bed = Bed::new().await;
    let account = account_with(&bed, 3).await;
    let asked = Call::feed(&account).header("Host", "audit.example.com").query("limit", "2");
    let reply = bed.send(&asked).await;
    let next = text(&reply.json(), "next");
    let url = "https://audit.example.com/v1/audit-trail/feed";
    assert_eq!(reply.header("link"), Some(format!("<{url}?limit=2&cursor={next}>; rel=\"next\"").as_str()));
    assert_eq!(bed.send(&asked.query("cursor", &next)).await.header("link"), None);
}

#[tokio::test]
async fn a_log_that_lags_says_so_at_its_end() {
    for bed in Bed::on_each_engine().await {
        // Recorded long ago, as the bed does, and not appended.
        let account = account_with(&bed, 2).await;
        assert_eq!(page(&bed, &Call::feed(&account)).await["behind"], Value::Bool(false), "{}", bed.engine);
        bed.record(&account, &[event("e-9", &at(9))]).await;
        assert_eq!(page(&bed, &Call::feed(&account)).await["behind"], Value::Bool(true), "{}", bed.engine);
        assert_eq!(page(&bed, &Call::feed(&account).query("limit", "1")).await["behind"], Value::Bool(false));
        append_recorded(&bed, &account).await;
        assert_eq!(page(&bed, &Call::feed(&account)).await["behind"], Value::Bool(false), "{}", bed.engine);
        // The newest event is far back in the log.
        let old: Vec<_> = (0..150).map(|n| event(&format!("old-{n}"), &at(0))).collect();
        bed.record(&account, &old).await;
        append_recorded(&bed, &account).await;
        assert_eq!(page(&bed, &Call::feed(&account).query("from", "now")).await["behind"], Value::Bool(false));
    }
}
