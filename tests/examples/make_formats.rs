//! Writes events in the formats that they are given out in, for validators to be tried on: `make_formats DIR EVENTS`.
//!
//! | file | lines |
//! |---|---|
//! | `types.ocsf.ndjson` | each event type that is known, and some that are not: with and without a subject, by all kinds of principals, redacted, missing, altered |
//! | `drawn.ocsf.ndjson` | so many events that were drawn, of texts that break careless formats |
//! | `types.cloudevents.ndjson`, `drawn.cloudevents.ndjson` | the same events, as CloudEvents |

#![expect(clippy::indexing_slicing, reason = "a member that is not there is a failure of the test")]

use proptest::prelude::Strategy;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::{Value, json};
use shared::dialect::feed::{FeedRow, Row};
use shared::dialect::formats::{Context, line};
use shared::dialect::ocsf::KNOWN;
use shared::event::input::EventInput;
use shared::event::recorder::Recorder;
use shared::log::entry::Entry;
use shared::process::ocsf_mapping::OcsfMapping;
use shared::store::Logged;
use shared::table::attribute;
use shared::table::digest::{digest, event_ref};
use shared::table::item::{Item, encode_event};
use shared::values::format::Format;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use tests::model::drawn;

/// An operator's mapping that has every class, status and severity.
const MAPPING: &str = r#"{"PAID_INVOICE": "entity_management.move",
    "LOGON_FAILED": {"activity": "authentication.logon", "status": "failure", "severity": "medium"},
    "ODD": {"activity": "account_change.other", "status": "unknown", "severity": "fatal"}}"#;

/// Types of which nothing is known but what the mapping says of some.
const OTHERS: [&str; 5] = ["PAID_INVOICE", "LOGON_FAILED", "ODD", "A", "EVENT_MISSING"];

/// Addresses that an event may have; OCSF takes the first two alone.
const EMAILS: [&str; 5] = ["ada@example.com", "o'b+x@a-b.example", "zoë@example.com", "a@localhost", "a:b@example.com"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "make_formats DIR EVENTS";
    let directory = PathBuf::from(arguments.next().ok_or(usage)?);
    let events = arguments.next().ok_or(usage)?.parse()?;
    fs::create_dir_all(&directory)?;
    for (name, items) in [("types", of_types()?), ("drawn", drawn_items(events)?)] {
        for format in [Format::Ocsf, Format::CloudEvents] {
            let lines: String = items.iter().zip(0..).map(|(item, position)| written(item, position, format)).collect();
            fs::write(directory.join(format!("{name}.{}.ndjson", format.as_str())), lines)?;
        }
    }
    Ok(())
}

/// What stands in the table, and what became of it.
enum Made {
    Stands(Item),
    Missing(Item),
    Altered(Item),
}

fn of_types() -> Result<Vec<Made>, Box<dyn Error>> {
    let mut made = Vec::new();
    for event_type in KNOWN.iter().map(|known| known.event_type).chain(OTHERS) {
        for (principal, subject) in [
            (json!({"role": "ADMIN", "ip_address": "::"}), Value::Null),
            (json!({"role": "API", "ip_address": "2001:db8::1", "email": "ada@example.com"}), subject("Network:User")),
            (json!({"role": "MERGE_TEAM", "ip_address": "192.0.2.1", "email": "zoë@example.com"}), subject("Team")),
            (json!({"role": "SYSTEM", "ip_address": "192.0.2.1", "id": "p", "name": "\t"}), Value::Null),
        ] {
            let state = json!({"id": "u-1", "name": "Grace", "email_address": "grace@example.com"});
            let event = json!({"id": "e-1", "created_at": "2026-05-01T09:30:00.123Z", "event_type": event_type,
                "event_description": "It\nhappened", "principal": principal, "subject": subject, "current_state": state});
            let item = item(&event)?;
            made.push(Made::Stands(redacted(item.clone())));
            made.push(Made::Stands(item));
        }
    }
    let Some(Made::Stands(item)) = made.last() else { return Err("no types".into()) };
    let (missing, altered) = (Made::Missing(item.clone()), Made::Altered(item.clone()));
    made.extend([missing, altered]);
    Ok(made)
}

fn subject(entity_key: &str) -> Value {
    json!({"category": "users", "entity_key": entity_key, "entity_id": "u-1", "user_id": "u-1"})
}

/// Without who did it, what it was, and what it was done to.
fn redacted(mut item: Item) -> Item {
    let names = [attribute::PRINCIPAL_ID, attribute::PRINCIPAL_EMAIL, attribute::PRINCIPAL_ROLE, attribute::EVENT_TYPE];
    for name in names.iter().chain(&[attribute::SUBJECT_USER_ID, attribute::CURRENT_STATE]) {
        item.remove(*name);
    }
    let gone = aws_sdk_dynamodb::types::AttributeValue::M(
        names.map(|name| (name.to_owned(), aws_sdk_dynamodb::types::AttributeValue::Null(true))).into(),
    );
    item.insert(attribute::REDACTED.to_owned(), gone);
    item
}

fn drawn_items(count: usize) -> Result<Vec<Made>, Box<dyn Error>> {
    let types: Vec<_> = KNOWN.iter().map(|known| known.event_type).chain(OTHERS).collect();
    let entity_key = select(&["", "", "Network:User"][..]);
    let strategy = (drawn::row(), select(types), select(&EMAILS[..]), entity_key);
    let mut runner = TestRunner::new(Config { rng_seed: RngSeed::Fixed(16), ..Config::default() });
    let mut made = Vec::new();
    for _ in 0..count {
        let (row, event_type, email, entity_key) =
            strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        let mut event = row.0;
        event["event_type"] = json!(event_type);
        if event["principal"]["email"].is_string() {
            event["principal"]["email"] = json!(email);
        }
        if event["subject"].is_object() && !entity_key.is_empty() {
            event["subject"]["entity_key"] = json!(entity_key);
        }
        made.push(Made::Stands(item(&event)?));
    }
    Ok(made)
}

fn item(event: &Value) -> Result<Item, Box<dyn Error>> {
    let input = EventInput::parse(&event.to_string()).map_err(|faults| format!("{faults}: {event}"))?;
    let (id, created_at) = (input.id.clone().ok_or("no id")?, input.created_at_or(Timestamp::MIN));
    let event = input.into_event(id, created_at, created_at).with_recorder(Recorder::Queue);
    Ok(encode_event(&account(), &event))
}

fn account() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

/// The line of an event, with its end.
fn written(made: &Made, position: u64, format: Format) -> String {
    let (item, row) = match made {
        Made::Stands(item) => (item, Row::Recorded(item)),
        Made::Missing(item) => (item, Row::Missing),
        Made::Altered(item) => (item, Row::Altered),
    };
    let sk = item.get(attribute::SK).and_then(|value| value.as_s().ok()).expect("an event has a sort key");
    let event = event_ref("00", sk, item);
    let entry = Entry::Event(event.clone(), digest(item));
    let logged = Logged { position, appended_at: Timestamp::MIN, entry, item_bytes: 0, item_first: 0 };
    let mapping = OcsfMapping::parse(MAPPING).expect("a mapping");
    let context = Context { account: &account(), mapping: &mapping };
    line(&FeedRow::of(&logged, &event, &row), format, &context) + "\n"
}
