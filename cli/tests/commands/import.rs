//! `audit import`: each line once, each fault by its number, and nothing overwritten.

use crate::place::{Place, audit, wait};
use audit_cli::engine::{Engine, Storage};
use audit_cli::template::Template;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

fn event(id: &str, second: usize, description: &str) -> String {
    format!(
        concat!(
            r#"{{"id":"{}","created_at":"2024-01-01T00:00:{:02}Z","event_type":"INVITED_USER","#,
            r#""event_description":"{}","principal":{{"role":"ADMIN","ip_address":"192.0.2.1"}}}}"#,
            "\n"
        ),
        id, second, description
    )
}

fn without_id(second: usize) -> String {
    event("x", second, "d").replacen(r#""id":"x","#, "", 1)
}

fn user(id: &str, email: &str) -> String {
    format!(
        r#"{{"id":"{id}","email_address":"{email}","status":"active","created_at":"2024-01-01T00:00:00Z"}}{}"#,
        "\n"
    )
}

/// The sum, without the time it took.
fn sum(stdout: &str) -> &str {
    stdout.split_once(';').expect("a sum").0
}

fn ids(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(id, _)| id.as_str()).collect()
}

#[test]
fn the_same_file_twice_records_nothing_twice() {
    let place = Place::new();
    let file = [event("e-1", 1, "one"), event("e-2", 1, "two"), without_id(3)].concat();

    let first = place.import("events", &file, &[]);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert_eq!(sum(&first.stdout), "3 recorded, 0 already there, 0 in conflict, 0 bad");
    let recorded = place.events();
    assert!(place.recorders().iter().all(|(_, recorder)| recorder == "import"), "{:?}", place.recorders());

    let second = place.import("events", &file, &[]);
    assert_eq!((second.code, second.stderr.as_str()), (0, ""));
    assert_eq!(sum(&second.stdout), "0 recorded, 3 already there, 0 in conflict, 0 bad");
    assert_eq!(place.events(), recorded);
    assert_eq!(recorded.len(), 3);
}

#[test]
fn an_event_is_the_same_however_its_line_is_written() {
    let place = Place::new();
    assert_eq!(place.import("events", event("e-1", 1, "Zoë"), &[]).code, 0);
    let rewritten = concat!(
        r#" { "principal": {"ip_address":"192.0.2.1", "role":"ADMIN", "name":null}, "event_type":"INVITED_USER","#,
        r#" "event_description":"Zo\u00eb", "created_at":"2024-01-01T02:00:01.0009+02:00", "id":"e-1" } "#
    );
    let run = place.import("events", rewritten, &[]);
    assert_eq!(sum(&run.stdout), "0 recorded, 1 already there, 0 in conflict, 0 bad", "{}", run.stderr);
}

#[test]
fn a_conflict_is_told_and_nothing_is_overwritten() {
    let place = Place::new();
    assert_eq!(place.import("events", event("e-1", 1, "first"), &[]).code, 0);

    let run = place.import("events", event("e-1", 1, "second"), &[]);

    assert_eq!(run.code, 1);
    assert_eq!(sum(&run.stdout), "0 recorded, 0 already there, 1 in conflict, 0 bad");
    assert_eq!(
        run.stderr,
        "FILE:1: conflict: an event with this id and time is there, with other content; it was left as it is\n\
         audit: FILE: not every line is in the table\n"
    );
    assert_eq!(place.events(), [("e-1".to_owned(), "first".to_owned())]);
}

#[test]
fn the_same_id_at_another_time_is_another_event() {
    let place = Place::new();
    let run = place.import("events", [event("e-1", 1, "one"), event("e-1", 2, "two")].concat(), &[]);
    assert_eq!(sum(&run.stdout), "2 recorded, 0 already there, 0 in conflict, 0 bad");
}

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
fn a_dash_is_standard_input() {
    let place = Place::new();
    let run = place.import_piped("events", &[event("e-1", 1, "one"), "{}\n".to_owned()].concat());
    assert_eq!(run.code, 1);
    assert_eq!(sum(&run.stdout), "1 recorded, 0 already there, 0 in conflict, 1 bad");
    assert!(run.stderr.starts_with("-:2: event_type is required"), "{}", run.stderr);
    assert_eq!(ids(&place.events()), ["e-1"]);
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
fn a_line_without_an_id_is_the_same_event_each_time_and_no_other() {
    let place = Place::new();
    let run = place.import("events", [without_id(1), without_id(1), without_id(2)].concat(), &[]);
    assert_eq!((run.code, sum(&run.stdout)), (0, "2 recorded, 1 already there, 0 in conflict, 0 bad"));
    for (id, _) in place.events() {
        assert!(id.starts_with("evt_") && id.len() == 36, "{id}");
    }
}

#[test]
fn lines_without_ids_are_told_apart_to_the_last_digit_of_their_time() {
    let place = Place::new();
    let at = |fraction: &str| without_id(1).replace(":01Z", &format!(":01.{fraction}Z"));
    let file = [at("123001"), at("123002"), at("12300100000000001"), at("1230010")].concat();
    let run = place.import("events", file, &[]);
    assert_eq!((run.code, sum(&run.stdout)), (0, "3 recorded, 1 already there, 0 in conflict, 0 bad"));
}

#[test]
fn a_line_without_an_id_is_the_same_event_with_its_keys_in_another_order() {
    let place = Place::new();
    let with =
        |members: &str| without_id(1).replace(r#""event_type""#, &format!(r#""message":{{{members}}},"event_type""#));
    let file = [with(r#""a":1,"b":"ë""#), with(r#""b":"\u00eb","a":1"#), with(r#""a":1.0,"b":"ë""#)].concat();
    let run = place.import("events", file, &[]);
    assert_eq!((run.code, sum(&run.stdout)), (0, "2 recorded, 1 already there, 0 in conflict, 0 bad"));
}

#[test]
fn users_are_recorded_once_and_an_address_belongs_to_one_of_them() {
    let place = Place::new();
    let file = [user("u-1", "ada@example.com"), user("u-2", "zoë@example.com")].concat();
    let first = place.import("users", &file, &[]);
    assert_eq!((first.code, sum(&first.stdout)), (0, "2 recorded, 0 already there, 0 in conflict, 0 bad"));
    let second = place.import("users", &file, &[]);
    assert_eq!((second.code, sum(&second.stdout)), (0, "0 recorded, 2 already there, 0 in conflict, 0 bad"));

    let taken = [
        user("u-1", "other@example.com"),
        user("u-3", "ADA@example.com"),
        user("u-4", "nobody"),
        user("u-5", "zoe\u{308}@EXAMPLE.com"),
        user("u-6", "ada\u{200b}@example.com"),
    ];
    let run = place.import("users", taken.concat(), &["--keep-going"]);

    assert_eq!((run.code, sum(&run.stdout)), (1, "0 recorded, 0 already there, 3 in conflict, 2 bad"));
    for line in [
        "FILE:1: conflict: a user with this id is there, with other content; it was left as it is\n",
        "FILE:2: conflict: another user has this email_address; it was left as it is\n",
        "FILE:3: email_address must be an e-mail address of at most 254 bytes",
        "FILE:4: conflict: another user has this email_address; it was left as it is\n",
        "FILE:5: email_address must be an e-mail address without invisible characters",
    ] {
        assert!(run.stderr.contains(line), "{line}: {}", run.stderr);
    }
    let expected = [("u-1", "ada@example.com"), ("u-2", "zoë@example.com")];
    assert_eq!(place.users(), expected.map(|(id, email)| (id.to_owned(), email.to_owned())));
}

#[test]
fn a_user_without_an_id_is_the_same_user_each_time() {
    let place = Place::new();
    let file = user("x", "Ada@example.com").replace(r#""id":"x","#, "");
    assert_eq!(sum(&place.import("users", &file, &[]).stdout), "1 recorded, 0 already there, 0 in conflict, 0 bad");
    assert_eq!(sum(&place.import("users", &file, &[]).stdout), "0 recorded, 1 already there, 0 in conflict, 0 bad");
}

#[test]
fn two_lines_of_one_file_that_contradict_each_other_are_one_record_and_one_conflict() {
    let place = Place::new();
    let events = [event("e-1", 1, "one"), event("e-2", 2, "two"), event("e-1", 1, "other")].concat();
    let run = place.import("events", events, &["--keep-going"]);
    assert_eq!((run.code, sum(&run.stdout)), (1, "2 recorded, 0 already there, 1 in conflict, 0 bad"));
    assert_eq!(ids(&place.events()), ["e-1", "e-2"]);

    let users = [user("u-1", "ada@example.com"), user("u-2", "Ada@example.com"), user("u-1", "ada@example.com")];
    let run = place.import("users", users.concat(), &["--keep-going"]);
    // Lines are sent side by side, so either user may be first at the address; the other is the conflict.
    assert_eq!((run.code, sum(&run.stdout).split_once(", ").unwrap().0), (1, "1 recorded"));
    assert!(run.stderr.contains("conflict: another user has this email_address"), "{}", run.stderr);
    assert_eq!(place.users().len(), 1);
}

#[test]
fn many_lines_are_all_recorded_and_counted() {
    let place = Place::new();
    let lines: String = (0..1_234).map(|n| event(&format!("e-{n:04}"), n % 60, "d")).collect();
    assert_eq!(
        sum(&place.import("events", &lines, &[]).stdout),
        "1,234 recorded, 0 already there, 0 in conflict, 0 bad"
    );
    assert_eq!(
        sum(&place.import("events", &lines, &[]).stdout),
        "0 recorded, 1,234 already there, 0 in conflict, 0 bad"
    );
}

#[test]
fn an_account_that_there_is_not_is_an_error_unless_it_is_to_be_made() {
    let place = Place::unknown();
    let unknown = place.import("events", event("e-1", 1, "one"), &[]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (1, ""));
    assert_eq!(unknown.stderr, format!("audit: there is no account {}; --create-account makes it\n", place.account));

    let made = place.import("events", event("e-1", 1, "one"), &["--create-account"]);
    assert_eq!((made.code, sum(&made.stdout)), (0, "1 recorded, 0 already there, 0 in conflict, 0 bad"));
    let known = place.import("users", user("u-1", "ada@example.com"), &[]);
    assert_eq!((known.code, sum(&known.stdout)), (0, "1 recorded, 0 already there, 0 in conflict, 0 bad"));
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
fn a_fault_of_a_line_has_one_position() {
    let place = Place::new();
    let bad = event("e-2", 2, "two").replace(r#""id":"e-2","#, r#""id":e-2,"#);
    let run = place.import("events", [event("e-1", 1, "one"), "\n".to_owned(), bad].concat(), &[]);
    assert!(run.stderr.starts_with("FILE:3:7: event must be JSON: expected value\n"), "{}", run.stderr);
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
