//! Mutants of events: each is found, by its right name and at the right event.

#![expect(clippy::indexing_slicing, reason = "what is there, the test has put there")]

use audit_verify::{Report, verify_proof};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use shared::table::json as item_json;
use shared::values::ids::AccountId;
use tests::proofs::verified::{Short, report, short};
use tests::proofs::{MadeLog, made_event};

const AT: &str = "2026-01-01T00:06:00.000Z";

/// A position whose event has every attribute that there can be.
const FULL: usize = 12;

pub(crate) fn acme() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

pub(crate) fn log() -> MadeLog {
    MadeLog::filled(&acme(), 20, 3)
}

/// A log of more than two tiles.
pub(crate) fn long_log() -> MadeLog {
    MadeLog::filled(&acme(), 600, 3)
}

pub(crate) fn with_lines(log: &MadeLog, edit: impl FnOnce(&mut Vec<String>)) -> Report {
    let mut exported = log.export(&acme());
    exported.edit_lines(edit);
    report(&exported, log.key(), None, AT).expect("a whole export")
}

fn altered(position: u64, id: &str) -> Short {
    found("ALTERED", position, id)
}

pub(crate) fn found(verdict: &'static str, position: u64, id: &str) -> Short {
    (verdict, Some(position), Some(id.to_owned()))
}

fn with_item(line: &str, edit: impl FnOnce(&mut serde_json::Map<String, Value>)) -> String {
    let mut line: Value = serde_json::from_str(line).expect("a line");
    edit(line["Item"].as_object_mut().expect("an item"));
    let item = line["Item"].to_string();
    format!(r#"{{"position":{},"Item":{item}}}"#, line["position"])
}

#[test]
fn every_attribute_that_is_edited_or_taken_away_is_found() {
    let log = log();
    let line: Value =
        serde_json::from_str(log.export(&acme()).text("events.ndjson").lines().nth(FULL).expect("a line"))
            .expect("JSON");
    let names: Vec<String> = line["Item"].as_object().expect("an item").keys().cloned().collect();
    assert_eq!(names.len(), 24, "every attribute that an event may have: {names:?}");
    for name in names {
        for edit in ["one more letter", "gone", "empty"] {
            let seen = with_lines(&log, |lines| {
                lines[FULL] = with_item(&lines[FULL], |item| match (edit, name.as_str()) {
                    ("gone", _) => drop(item.remove(&name)),
                    ("empty", "salt") => item[&name] = json!({"B": ""}),
                    (_, "salt") => item[&name] = json!({"B": STANDARD.encode([9; 16])}),
                    ("empty", _) => item[&name] = json!({"S": ""}),
                    _ => item[&name] = json!({"S": format!("{}x", item[&name]["S"].as_str().expect("a string"))}),
                });
            });
            assert_eq!(short(&seen), [altered(12, "e-0000012")], "{name}: {edit}");
            assert_eq!(seen.exit_code(), 1);
        }
    }
}

#[test]
fn every_index_key_that_is_edited_is_named() {
    let log = log();
    for name in ["type_pk", "email_pk", "category_pk", "subject_pk"] {
        for value in [Some("events#acme#00#type#OTHER"), Some(""), None] {
            let seen = with_lines(&log, |lines| {
                lines[FULL] = with_item(&lines[FULL], |item| match value {
                    Some(text) => item[name] = json!({ "S": text }),
                    None => drop(item.remove(name)),
                });
            });
            assert_eq!(short(&seen), [altered(12, "e-0000012")], "{name}");
            assert!(
                seen.findings[0]
                    .means
                    .starts_with(&format!("its index key `{name}` does not follow from what it says"))
            );
        }
    }
    let seen = with_lines(&log, |lines| {
        lines[1] =
            with_item(&lines[1], |item| drop(item.insert("subject_pk".to_owned(), json!({"S": "events#acme#00"}))));
    });
    assert_eq!(short(&seen), [altered(1, "e-0000001")], "an index key where none belongs");
}

#[test]
fn salts_that_were_swapped_are_found_at_both_events() {
    let seen = with_lines(&log(), |lines| {
        let salt = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["Item"]["salt"].clone();
        let (one, other) = (salt(&lines[4]), salt(&lines[9]));
        lines[4] = with_item(&lines[4], |item| item["salt"] = other);
        lines[9] = with_item(&lines[9], |item| item["salt"] = one);
    });
    assert_eq!(short(&seen), [altered(4, "e-0000004"), altered(9, "e-0000009")]);
}

#[test]
fn ids_that_were_swapped_are_found_at_both_events() {
    let seen = with_lines(&log(), |lines| {
        lines[4] = lines[4].replace("e-0000004", "e-0000005");
        lines[5] = lines[5].replace("e-0000005", "e-0000004");
    });
    assert_eq!(short(&seen), [altered(4, "e-0000004"), altered(5, "e-0000005")]);
    assert!(
        seen.findings[0].means.starts_with("another event stands in its place (2026-01-01T00:00:00.548Z#e-0000005)")
    );
    assert_eq!(seen.findings[0].created_at.as_deref(), Some("2026-01-01T00:00:00.548Z"), "of event 4");
}

#[test]
fn a_time_to_live_on_an_event_is_named() {
    let seen = with_lines(&log(), |lines| {
        lines[9] = with_item(&lines[9], |item| drop(item.insert("expires_at".to_owned(), json!({"N": "1767225600"}))));
    });
    assert_eq!(short(&seen), [altered(9, "e-0000009")]);
    assert!(seen.findings[0].means.contains("`expires_at`"), "{}", seen.findings[0].means);
}

#[test]
fn a_string_that_was_turned_into_a_set_or_another_type_is_found() {
    for value in [json!({"SS": ["INVITED_USER"]}), json!({"L": [{"S": "INVITED_USER"}]}), json!({"B": "SU5WSVRFRA=="})]
    {
        let seen = with_lines(&log(), |lines| lines[FULL] = with_item(&lines[FULL], |item| item["event_type"] = value));
        assert_eq!(short(&seen), [altered(12, "e-0000012")]);
    }
}

#[test]
fn an_attribute_that_was_added_is_found_whatever_it_is() {
    let log = log();
    for (name, value) in [
        ("aaa", json!({"S": ""})),
        ("aaa", json!({"B": STANDARD.encode([9; 16])})),
        ("zzz", json!({"B": STANDARD.encode([9; 16])})),
        ("salts", json!({"S": "x"})),
        ("salts", json!({"M": {}})),
        ("redacted", json!({"S": "x"})),
        ("redacted", json!({"M": {}})),
        ("redacted", json!({"M": {"message": {"S": "x"}}})),
    ] {
        let seen = with_lines(&log, |lines| {
            lines[FULL] = with_item(&lines[FULL], |item| drop(item.insert(name.to_owned(), value.clone())));
        });
        assert_eq!((short(&seen), seen.exit_code()), (vec![altered(12, "e-0000012")], 1), "{name}: {value}");
    }
}

#[test]
fn a_number_without_its_zero_and_a_text_in_another_normal_form_are_found() {
    let log = log();
    let seen = with_lines(&log, |lines| {
        assert!(lines[FULL].contains(r#"\"ratio\":1.0"#));
        lines[FULL] = lines[FULL].replace(r#"\"ratio\":1.0"#, r#"\"ratio\":1"#);
    });
    assert_eq!(short(&seen), [altered(12, "e-0000012")]);
    let seen = with_lines(&log, |lines| {
        lines[7] = lines[7].replace("Zo\u{eb} invited", "Zoe\u{308} invited");
    });
    assert_eq!(short(&seen), [altered(7, "e-0000007")]);
}

#[test]
fn another_spelling_of_the_same_json_is_no_change() {
    let seen = with_lines(&log(), |lines| {
        lines[7] = lines[7].replace("Zo\u{eb} invited", r"Zo\u00eb invited");
    });
    assert_eq!(short(&seen), []);
}

#[test]
fn an_event_of_another_account_is_no_event_of_this_one() {
    let other = AccountId::parse("other-1").expect("an account id");
    let item = item_json::write(&made_event::item(&other, 9));
    let seen = with_lines(&log(), |lines| lines[9] = format!(r#"{{"position":9,"Item":{item}}}"#));
    assert_eq!(short(&seen), [altered(9, "e-0000009")]);
}

#[test]
fn many_findings_are_counted_and_the_first_hundred_named() {
    let log = long_log();
    let seen = with_lines(&log, |lines| {
        lines.iter_mut().for_each(|line| *line = line.replace("192.0.2.", "198.51.100."));
    });
    assert_eq!((seen.total(), seen.findings.len()), (600, 100));
    assert_eq!(seen.findings[0].id.as_deref(), Some("e-0000000"));
}

#[test]
fn the_same_edits_of_a_proof_file_are_found() {
    let log = long_log();
    let proof = log.proof(&acme(), 300).to_string();
    let edits = [
        ("Zo\u{eb} invited", "Zoe\u{308} invited"),
        (r#"\"ratio\":1.0"#, r#"\"ratio\":1"#),
        ("#type#INVITED_USER", "#type#OTHER"),
        (r#""event_type":{"S":"INVITED_USER"}"#, r#""event_type":{"SS":["INVITED_USER"]}"#),
        (r#""sk":{"S":"2026-01-01T00:00:41.100Z#e-0000300"}"#, r#""sk":{"S":"2026-01-01T00:00:41.100Z#e-0000301"}"#),
        (r#""message":{"#, r#""expires_at":{"N":"1"},"message":{"#),
        ("position 300", "position 301"),
        ("account acme", "account acne"),
        ("\nindex 2\n", "\nindex 1\n"),
        ("event/1 00 2026", "event/1 01 2026"),
        ("\n3\n", "\n4\n"),
    ];
    for (from, to) in edits {
        assert_eq!(proof.matches(from).count(), 1, "{from}");
        let seen = verify_proof(&proof.replacen(from, to, 1), log.key());
        let seen = seen.unwrap_or_else(|error| panic!("{from}: {error}"));
        assert_eq!((seen.findings[0].verdict.name(), seen.exit_code()), ("ALTERED", 1), "{from}");
    }
}
