//! Every field of an event: it is bounded, kept, part of what the event says, and shown by whatever shows the whole event.

use shared::event::attributes::EventAttributes;
use shared::event::canonical::canonical;
use shared::event::input::EventInput;
use std::collections::BTreeSet;
use tests::browser::Browser;
use tests::fields::{FIELDS, Kind, every_field, every_field_but};
use tests::records::at;
use tests::stream::append_recorded;
use tests::{Bed, Call};

fn fault_of(event: &serde_json::Value) -> Option<String> {
    EventInput::parse(&event.to_string()).err().map(|faults| faults.to_string())
}

#[test]
fn every_attribute_of_an_event_is_a_field_that_is_given_or_tells_of_the_recording() {
    let mut attributes = BTreeSet::new();
    EventAttributes::each(|name| name).for_each(|name, _| drop(attributes.insert(name)));
    let given: BTreeSet<_> = FIELDS.iter().map(|field| field.attribute).collect();
    assert_eq!(attributes, &given | &BTreeSet::from(["recorded_at", "recorded_by"]));
}

#[test]
fn every_text_is_bounded() {
    for field in FIELDS {
        let Kind::Text(length_max) = field.kind else { continue };
        let of_length = |length| every_field_but(field, "ż".repeat(length).into());
        let name = field.pointer.trim_start_matches('/').replace('/', ".");
        assert_eq!([1, length_max].map(|length| fault_of(&of_length(length))), [None, None], "{name}");
        let refused = Some(format!("{name} must be 1 to {length_max} characters"));
        assert_eq!([0, length_max + 1].map(|length| fault_of(&of_length(length))), [refused.clone(), refused]);
    }
}

#[test]
fn every_field_is_part_of_what_an_event_says() {
    let input = EventInput::parse(&every_field("e-1", &at(0)).to_string()).expect("an event");
    let form = canonical(None, None, &input.details);
    for field in FIELDS {
        let said = format!("\"{}\":{}", field.name(), field.value());
        assert!(form.contains(&said), "{said}: {form}");
    }
}

#[tokio::test]
async fn every_field_is_kept_and_shown_by_whatever_shows_the_whole_event() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    let reply = bed.send(&Call::record(&account, &[every_field("e-1", &at(0))])).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    append_recorded(&bed, &account).await;

    let item = bed.event_items(&account).await.remove(0);
    for field in FIELDS {
        let kept = item.get(field.attribute).and_then(|value| value.as_s().ok());
        assert_eq!(kept, Some(&field.stored()), "{}", field.attribute);
    }

    let feed = Call::feed(&account);
    let formats = ["audit", "ocsf", "cloudevents"].map(|format| feed.clone().query("format", format));
    let mut shown = Vec::new();
    for call in formats.iter().chain([&Call::system_log(&account)]) {
        shown.push(bed.send(call).await.body);
    }
    let mut browser = Browser::new(&bed);
    browser.sign_in(&account).await;
    let page = format!("/view/events/{}/e-1", at(0));
    for path in [page.as_str(), &format!("{page}/json"), "/view/export/ndjson", "/view/export/csv"] {
        shown.push(browser.get(path).await.body);
    }
    for text in shown {
        for field in FIELDS {
            assert!(text.contains(field.mark), "{} is not in {text}", field.pointer);
        }
    }
}
