//! `audit import` of lines and files that are not as they should be, and of a store that goes away: each fault has its place.

use crate::import_lines::{event, ids, sum};
use crate::place::{Place, audit, wait};
use audit_cli::engine::{Engine, Storage};
use audit_cli::template::Template;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn a_bad_line_is_told_by_its_number_and_nothing_after_it_is_sent() {
    let place = Place::new();
    // Line 2 is blank; line 4 lacks a field and has one that is wrong.
    let bad = event("e-3", 3, "three").replace(r#""event_type":"INVITED_USER","#, "").replace("ADMIN", "KING");
    let file = [event("e-1", 1, "one"), "\n".to_owned(), event("e-2", 2, "two"), bad, event("e-4", 4, "four")].concat();

    let run = place.import("events", &file, &[]);

    assert_eq!(run.code, 1);
    assert_eq!(sum(&run.stdout), "2 recorded, 0 already there, 0 in conflict, 1 bad");
    assert_eq!(
        run.stderr,
        "FILE:4: event_type is required; principal.role must be one of ADMIN, DEVELOPER, MEMBER, API, SYSTEM, \
         MERGE_TEAM, SUPPORT\naudit: FILE: not every line is in the table\n"
    );
    assert_eq!(ids(&place.events()), ["e-1", "e-2"]);
}

#[test]
fn told_to_keep_going_it_sends_the_rest() {
    let place = Place::new();
    assert_eq!(place.import("events", event("e-3", 3, "first"), &[]).code, 0);
    let lines = [event("e-1", 1, "one"), "nonsense\n".into(), event("e-3", 3, "second"), event("e-4", 4, "four")];

    let run = place.import("events", lines.concat(), &["--keep-going"]);

    assert_eq!(run.code, 1);
    assert_eq!(sum(&run.stdout), "2 recorded, 0 already there, 1 in conflict, 1 bad");
    assert!(run.stderr.contains("FILE:2:2: event must be JSON: expected ident\n"), "{}", run.stderr);
    assert!(run.stderr.contains("FILE:3: conflict: "), "{}", run.stderr);
    assert_eq!(ids(&place.events()), ["e-1", "e-3", "e-4"]);
}

#[test]
fn each_kind_of_bad_line_says_what_is_wrong() {
    let place = Place::new();
    let long = event("e-1", 1, &"x".repeat(70_000));
    for (line, reason) in [
        (event("a#b", 1, "d").into_bytes(), "id must be 1 to 64 characters"),
        (event("e-1", 61, "d").into_bytes(), "created_at must be a date-time with a zone"),
        (event("e-1", 1, "d").replace("2024", "9000").into_bytes(), "created_at must not be more than 60000 ms ahead"),
        (
            event("e-1", 1, "d").replace("\"2024-01-01T00:00:01Z\"", "null").into_bytes(),
            "created_at is required in an import",
        ),
        (event("e-1", 1, "d").replace("{\"id\"", "{\"x\":1,\"id\"").into_bytes(), "x is not a known field"),
        (event("e-1", 1, "d").replace("{\"id\"", "{\"id\":\"y\",\"id\"").into_bytes(), "event has the field id twice"),
        (long.into_bytes(), "must be at most 65536 bytes long"),
        (b"{\"id\":\"\xff\"}\n".to_vec(), "must be UTF-8"),
        (b"1\n".to_vec(), "event must be a JSON object"),
    ] {
        let run = place.import("events", &line, &[]);
        assert_eq!(run.code, 1);
        assert!(run.stderr.starts_with(&format!("FILE:1: {reason}")), "{reason}: {}", run.stderr);
    }
    assert_eq!(place.events(), []);
}

#[test]
fn a_fault_of_a_line_has_one_position() {
    let place = Place::new();
    let bad = event("e-2", 2, "two").replace(r#""id":"e-2","#, r#""id":e-2,"#);
    let run = place.import("events", [event("e-1", 1, "one"), "\n".to_owned(), bad].concat(), &[]);
    assert!(run.stderr.starts_with("FILE:3:7: event must be JSON: expected value\n"), "{}", run.stderr);
}

#[test]
fn a_file_that_is_no_lines_is_named_for_what_it_is() {
    let place = Place::new();
    let utf_16: Vec<u8> = event("e-1", 1, "one").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, what) in [
        (b"\x1f\x8b\x08\0\0\0\0\0".to_vec(), "is a gzip file: unpack it first"),
        ([b"\xff\xfe".to_vec(), utf_16.clone()].concat(), "is UTF-16 or UTF-32: it must be UTF-8"),
        (utf_16, "is UTF-16 or UTF-32: it must be UTF-8"),
        (format!("[{}]", event("e-1", 1, "one")).into_bytes(), "is a JSON array: it must be one JSON object a line"),
    ] {
        let run = place.import("events", content, &[]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.starts_with(&format!("audit: FILE: {what}")), "{}", run.stderr);
    }
    assert_eq!(place.events(), []);
}

#[test]
fn a_byte_order_mark_at_the_start_of_a_file_is_passed_over() {
    let place = Place::new();
    let run = place.import("events", format!("\u{feff}{}", event("e-1", 1, "one")), &[]);
    assert_eq!(
        (run.code, sum(&run.stdout)),
        (0, "1 recorded, 0 already there, 0 in conflict, 0 bad"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_empty_file_and_a_last_line_without_an_end_are_good() {
    let place = Place::new();
    assert_eq!(sum(&place.import("events", "", &[]).stdout), "0 recorded, 0 already there, 0 in conflict, 0 bad");
    let run = place.import("events", event("e-1", 1, "one").trim_end(), &[]);
    assert_eq!(sum(&run.stdout), "1 recorded, 0 already there, 0 in conflict, 0 bad");
    let run = place.import("events", event("e-2", 2, "two").replace('\n', "\r\n"), &[]);
    assert_eq!(sum(&run.stdout), "1 recorded, 0 already there, 0 in conflict, 0 bad", "{}", run.stderr);
}

#[test]
fn a_dash_is_standard_input() {
    let place = Place::new();
    let run = place.import_piped("events", &[event("e-1", 1, "one"), "{}\n".to_owned()].concat());
    assert_eq!(run.code, 1);
    assert_eq!(sum(&run.stdout), "1 recorded, 0 already there, 0 in conflict, 1 bad");
    assert!(run.stderr.starts_with("-:2: event_type is required"), "{}", run.stderr);
    assert_eq!(ids(&place.events()), ["e-1"]);
}

#[test]
fn an_import_that_the_store_stops_prints_its_tally() {
    let engine = Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into()).unwrap();
    let template = Template::built_in().unwrap();
    wait(engine.create_table_if_absent("audit", &template.table)).unwrap();
    let (store, account) = (AuditStore::new(engine.client().clone(), "audit"), AccountId::parse("acme").unwrap());
    wait(store.create_account(&account, &Usage::default())).unwrap();
    let port = engine.address().port().to_string();
    let mut command = audit(&["import", "events", "-", "--account", "acme", "--local", &port]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = child.stdin.take().unwrap();

    // One batch and the line that sends it; then the engine goes, and the next batch meets nobody.
    let send = |lines: &mut std::process::ChildStdin, from: usize| {
        (from..from + 99).for_each(|n| lines.write_all(event(&format!("e-{n:03}"), n % 60, "d").as_bytes()).unwrap());
    };
    send(&mut lines, 0);
    let begun = Instant::now();
    while wait(events_of_acme(&engine)) < 98 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the first batch is not recorded");
    }
    engine.stop();
    send(&mut lines, 99);
    drop(lines);

    let (mut stdout, mut stderr) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(sum(&stdout), "98 recorded, 0 already there, 0 in conflict, 0 bad");
    assert!(stderr.starts_with("audit: -:99: the store is unavailable: "), "{stderr}");
    assert!(stderr.ends_with("(run it again: what is there already is not recorded twice)\n"), "{stderr}");
}

async fn events_of_acme(engine: &Engine) -> i32 {
    let query = engine.client().query().table_name("audit").key_condition_expression("pk = :pk");
    let value = aws_sdk_dynamodb::types::AttributeValue::S("events#acme#00".to_owned());
    query.expression_attribute_values(":pk", value).send().await.expect("the engine answers").count()
}
