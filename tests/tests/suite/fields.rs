//! Every field of an event: it is bounded, kept, part of what the event says, documented, and shown by whatever shows the whole event.

use audit_cli::cli::Cli;
use clap::CommandFactory as _;
use serde_json::Value;
use shared::event::attributes::EventAttributes;
use shared::event::canonical::canonical;
use shared::event::input::EventInput;
use std::collections::BTreeSet;
use std::path::Path;
use tests::browser::Browser;
use tests::fields::{FIELDS, Field, Kind, every_field, every_field_but};
use tests::records::at;
use tests::stream::append_recorded;
use tests::{Bed, Call};

/// What is wrong with a field, by its dotted name.
fn faults_of(name: &str, event: &Value) -> Vec<String> {
    let faults = EventInput::parse(&event.to_string()).err();
    let of_field = faults.iter().flat_map(|faults| faults.iter()).filter(|fault| fault.field == name);
    of_field.map(|fault| fault.message.clone()).collect()
}

#[test]
fn every_attribute_of_an_event_is_a_field_that_is_given_or_tells_of_the_recording() {
    let mut attributes = BTreeSet::new();
    EventAttributes::each(|name| name).for_each(|name, _| attributes.extend([name]));
    let given: BTreeSet<_> = FIELDS.iter().map(|field| field.attribute).collect();
    assert_eq!(attributes, &given | &BTreeSet::from(["recorded_at", "recorded_by"]));
}

#[test]
fn every_text_is_bounded() {
    for field in FIELDS {
        let Kind::Text(length_max) = field.kind else { continue };
        let of_length = |length| every_field_but(field, "ż".repeat(length).into());
        let name = field.pointer.trim_start_matches('/').replace('/', ".");
        for length in [1, length_max] {
            assert_eq!(EventInput::parse(&of_length(length).to_string()).err(), None, "{name} of {length} characters");
        }
        let accepted = format!("must be 1 to {length_max} characters");
        for length in [0, length_max + 1] {
            assert_eq!(faults_of(&name, &of_length(length)), [accepted.as_str()], "{name}");
        }
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

#[test]
fn every_field_is_a_flag_of_audit_record() {
    let command = Cli::command();
    let flags = command.find_subcommand("record").expect("audit record").get_arguments();
    let flags: BTreeSet<_> = flags.filter_map(|flag| flag.get_long()).map(|long| long.replace('-', "_")).collect();
    for Field { attribute, .. } in FIELDS {
        let shorter = ["event_", "principal_", "subject_"].iter().find_map(|group| attribute.strip_prefix(group));
        let is_there = flags.contains(*attribute) || shorter.is_some_and(|shorter| flags.contains(shorter));
        assert!(is_there, "{attribute} is none of {flags:?}");
    }
}

#[test]
fn every_field_is_documented() {
    let file = |name| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name));
    let page = file("docs/events.md").expect("the page of events");
    let document: Value = serde_yaml_ng::from_str(&file("openapi.yaml").expect("the document")).expect("YAML");
    for field in FIELDS {
        let (group, name) = field.pointer.trim_start_matches('/').rsplit_once('/').unwrap_or(("", field.name()));
        let in_page = [format!("`{name}`"), format!("`{group}.{name}`"), format!("`.{name}`")];
        assert!(in_page.iter().any(|name| page.contains(name)), "{} is not in docs/events.md", field.pointer);
        let (given, shown) = match group {
            "principal" => ("EventPrincipal", "FeedPrincipal"),
            "subject" => ("EventSubject", "FeedSubject"),
            _ => ("EventInput", "FeedEvent"), // the event's own
        };
        for schema in [given, shown] {
            let pointer = format!("/components/schemas/{schema}/properties/{name}");
            assert!(document.pointer(&pointer).is_some(), "{pointer} is not in openapi.yaml");
        }
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
