//! Items of the table: what is no event is an error that names its key and what is wrong, and what is one stays the same.
#![no_main]

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use fuzz::{RECORD, UNIT};
use libfuzzer_sys::fuzz_target;
use shared::event::TrailEvent;
use shared::table::item::{EventProjection as _, Item, ItemError, decode_event, encode_event};
use shared::values::ids::AccountId;
use std::collections::HashMap;

// A text: a record for each attribute, of `<name>, <kind>, <text>`.
fuzz_target!(|text: &str| {
    let item: Item = text.split(RECORD).map(attribute).collect();
    let in_the_trail = TrailEvent::decode(item.clone());
    if let Err(error) = &in_the_trail {
        the_error_is_true(error, &item);
    }
    match decode_event(item.clone()) {
        Err(error) => the_error_is_true(&error, &item),
        Ok(event) => {
            assert_eq!(in_the_trail.as_ref(), Ok(&TrailEvent::from(&event)));
            assert_eq!(Some(event.sort_key().to_string()).as_ref(), string(&item, "sk"));
            let account = AccountId::parse("acme").expect("an account id");
            assert_eq!(decode_event(encode_event(&account, &event)), Ok(event));
        }
    }
});

fn attribute(record: &str) -> (String, AttributeValue) {
    let mut parts = record.splitn(3, UNIT);
    let mut next = || parts.next().unwrap_or_default().to_owned();
    let (name, kind, text) = (next(), next(), next());
    let value = match kind.as_str() {
        "B" => AttributeValue::B(Blob::new(text)),
        "BOOL" => AttributeValue::Bool(text.is_empty()),
        "L" => AttributeValue::L(vec![AttributeValue::S(text)]),
        "M" => AttributeValue::M(HashMap::from([(text.clone(), AttributeValue::S(text))])),
        "N" => AttributeValue::N(text),
        "NULL" => AttributeValue::Null(true),
        "SS" => AttributeValue::Ss(vec![text]),
        _ => AttributeValue::S(text), // what nearly every attribute of an event is
    };
    (name, value)
}

fn string<'a>(item: &'a Item, name: &str) -> Option<&'a String> {
    item.get(name)?.as_s().ok()
}

fn the_error_is_true(error: &ItemError, item: &Item) {
    let text = |name| string(item, name).cloned().unwrap_or_default();
    assert_eq!((&error.key.pk, &error.key.sk), (&text("pk"), &text("sk")));
    assert!(error.to_string().contains(&format!("attribute {} {}", error.attribute, error.problem)));
    let is_so = match (item.get(error.attribute), error.problem) {
        (None, problem) => problem == "is missing",
        (Some(AttributeValue::S(text)), "is missing") => ["pk", "sk"].contains(&error.attribute) && text.is_empty(),
        (Some(AttributeValue::S(_)), problem) => problem == "is malformed",
        (Some(_), problem) => problem == "is not a string",
    };
    assert!(is_so, "{error}");
}
