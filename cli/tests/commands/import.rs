//! `audit import`: each line once, and nothing overwritten.

use crate::import_lines::{event, ids, sum, user, without_id};
use crate::place::Place;

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
