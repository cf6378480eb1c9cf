//! States that are larger than any writer may record, or were written to do harm: shown, counted where they are cut, and inert.

use serde_json::{Map, Value, json};
use tests::Bed;
use tests::browser::Browser;
use tests::records::{at, record};

const URL: &str = "/view/events/2024-01-01T00:00:00.000Z/e-1";

/// The page of an event into which a hand put these states.
async fn page_of(previous: &str, current: &str) -> (String, Value) {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &[record("e-1", &at(0), "users", "usr_1")]).await;
    let mut item = bed.event_items(&account).await.remove(0);
    for (name, text) in [("previous_state", previous), ("current_state", current)] {
        item.insert(name.to_owned(), aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned()));
    }
    bed.put_whole(item).await;
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let page = browser.get(URL).await;
    assert_eq!(page.status, 200, "{}", page.body);
    (page.body, browser.get(&format!("{URL}/json")).await.json())
}

fn state(members: usize, value: impl Fn(usize) -> String) -> String {
    let members: Map<_, _> = (0..members).map(|n| (format!("<i>{n}\u{202e}"), json!(value(n)))).collect();
    Value::Object(members).to_string()
}

#[tokio::test]
async fn states_of_64_kib_with_2_000_hostile_members_are_shown_whole_and_are_text() {
    let previous = state(2_000, |n| format!("\"><script>{n}</script>"));
    let current = state(2_000, |n| format!("'><img src=x onerror={n}>"));
    assert!(previous.len() > 64 * 1024 && current.len() > 64 * 1024, "{} {}", previous.len(), current.len());

    let (page, whole) = page_of(&previous, &current).await;

    assert_eq!(page.matches("<tr class=\"changed\">").count(), 2_000);
    assert!(!page.contains("are not shown here"));
    let (_, main) = page.split_once("<main").expect("the content");
    assert!(!main.contains("<script") && !main.contains("<img") && !main.contains("<i>"), "markup is text");
    assert!(!page.contains('\u{202e}') && page.matches("<span class=\"escape\">U+202E</span>").count() >= 2_000);
    assert!(page.contains("&lt;script&gt;1999&lt;/script&gt;"));
    assert_eq!(whole["previous_state"], serde_json::from_str::<Value>(&previous).expect("JSON"));
}

#[tokio::test]
async fn what_is_beyond_the_most_rows_is_counted_and_stands_in_the_json() {
    let previous = format!("{{{}}}", (0..5_000).map(|n| format!("\"a{n}\":1")).collect::<Vec<_>>().join(","));
    let current = format!("{{{}}}", (0..4_000).map(|n| format!("\"b{n}\":1")).collect::<Vec<_>>().join(","));

    let (page, whole) = page_of(&previous, &current).await;

    assert_eq!(page.matches("<tr class=\"removed\">").count() + page.matches("<tr class=\"added\">").count(), 4_096);
    let said = "<p class=\"cut\">4,904 more members are not shown here. All of them are in <a href=\"/v1/view/events/\
                2024-01-01T00:00:00.000Z/e-1/json\">the event as JSON</a>.</p>";
    assert!(page.contains(said), "{page}");
    assert_eq!(whole["previous_state"].as_object().map(Map::len), Some(5_000));
    assert_eq!(whole["current_state"].as_object().map(Map::len), Some(4_000));
}
