use super::*;
use crate::log::entry::Entry;
use crate::table::key;
use aws_sdk_dynamodb::primitives::Blob;
use serde_json::Value;

/// The examples, whose expected values another implementation made (`tests/vectors/digest.py`).
const VECTORS: &str = include_str!("../../../../tests/vectors/digest.json");

fn value(json: &Value) -> AttributeValue {
    let (tag, inner) = json.as_object().and_then(|typed| typed.iter().next()).expect("a type and a value");
    let text = |json: &Value| json.as_str().expect("a string").to_owned();
    let blob = |json: &Value| Blob::new(STANDARD.decode(text(json)).expect("base64"));
    let list = || inner.as_array().expect("a list").iter();
    match tag.as_str() {
        "S" => AttributeValue::S(text(inner)),
        "N" => AttributeValue::N(text(inner)),
        "B" => AttributeValue::B(blob(inner)),
        "BOOL" => AttributeValue::Bool(inner.as_bool().expect("a truth value")),
        "NULL" => AttributeValue::Null(true),
        "SS" => AttributeValue::Ss(list().map(text).collect()),
        "NS" => AttributeValue::Ns(list().map(text).collect()),
        "BS" => AttributeValue::Bs(list().map(blob).collect()),
        "L" => AttributeValue::L(list().map(value).collect()),
        "M" => AttributeValue::M(item(inner)),
        other => panic!("{other} is no type"),
    }
}

fn item(json: &Value) -> Item {
    json.as_object().expect("an object").iter().map(|(name, json)| (name.clone(), value(json))).collect()
}

#[test]
fn digests_entries_and_leaves_are_those_of_the_other_implementation() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("JSON");
    for vector in &vectors {
        let (name, item) = (&vector["name"], item(&vector["item"]));
        let text = |name: &str| vector["item"][name]["S"].as_str().expect("a string").to_owned();
        let (_, shard) = key::account_of_events("events#acme#00").expect("a partition of events");
        let entry = Entry::Event(event_ref(shard, &text("sk"), &item), digest(&item));
        assert_eq!(digest(&item).to_string(), vector["digest"], "{name}");
        assert_eq!(entry.to_string(), vector["entry"], "{name}");
        assert_eq!(entry.leaf().to_string(), vector["leaf"], "{name}");
    }
    assert_eq!(vectors.len(), 6);
}

#[test]
fn a_string_like_a_set_is_not_the_set() {
    let with = |value| digest(&Item::from([("a".to_owned(), value)]));
    let set = with(AttributeValue::Ss(vec!["x".to_owned()]));
    assert_ne!(set, with(AttributeValue::S("[\"x\"]".to_owned())));
    assert_ne!(set, with(AttributeValue::L(vec![AttributeValue::S("x".to_owned())])));
}

#[test]
fn a_name_with_a_line_break_is_not_two_names() {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let two = Item::from([("a".to_owned(), text("1")), ("b".to_owned(), text("2"))]);
    let one = Item::from([("a 1\n1:b".to_owned(), text("2"))]);
    assert_ne!(digest(&two), digest(&one));
}

#[test]
fn the_digest_of_strings_is_that_of_their_item() {
    let texts = [("a", "x"), ("email_pk", "events#acme#00#email#a"), ("message", "{\"n\":1.0}"), ("sk", "é\n")];
    let salt = [7; SALT_BYTES];
    let mut item: Item =
        texts.iter().map(|(name, text)| ((*name).to_owned(), AttributeValue::S((*text).to_owned()))).collect();
    item.insert("salt".to_owned(), AttributeValue::B(Blob::new(salt)));

    assert_eq!(digest_of_strings(&salt, texts), digest(&item));
    assert_eq!(digest_of_strings(&salt, texts.into_iter().filter(|(name, _)| *name != "email_pk")), digest(&item));
    assert_ne!(digest_of_strings(&[8; SALT_BYTES], texts), digest(&item));
}

#[test]
fn a_recorded_at_that_is_no_string_stands_with_its_type() {
    let item = Item::from([("recorded_at".to_owned(), AttributeValue::N("100".to_owned()))]);
    let event = event_ref("00", "2020-07-24T03:26:02.000Z#e-1", &item);
    assert_eq!(event.to_string(), "00 2020-07-24T03:26:02.000Z#e-1 =TjoxZTI=", "base64 of N:1e2");
}

#[test]
fn an_item_has_the_bytes_of_its_names_and_values() {
    let item = Item::from([
        ("pk".to_owned(), AttributeValue::S("events#acme#00".to_owned())), // 2 + 14
        ("salt".to_owned(), AttributeValue::B(Blob::new([7; 16]))),        // 4 + 16
        ("\u{e9}".to_owned(), AttributeValue::S("\u{f6}".to_owned())),     // 2 + 2
        ("n".to_owned(), AttributeValue::N("-0.50".to_owned())),           // 1 + 5, `-5e-1`, + 3
    ]);
    assert_eq!(item_bytes(&item), 49);
}
