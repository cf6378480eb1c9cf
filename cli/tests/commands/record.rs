//! `audit record`: one event from flags, a file or standard input, into the table or through a service.

use crate::place::{Place, Run, audit, file, run};
use crate::service::{Reply, Service};
use serde_json::{Value, json};

const FLAGS: [&str; 8] =
    ["--event-type", "INVITED_USER", "--description", "Invited Ada", "--role", "ADMIN", "--ip-address", "192.0.2.1"];

const EVENT: &str = r#"{"id":"e-1","created_at":"2020-01-02T03:04:05Z","event_type":"INVITED_USER",
    "event_description":"Invited Ada","principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#;

fn record(place: &Place, arguments: &[&str]) -> Run {
    place.audit(&[&["record", "--account", &place.account], arguments].concat())
}

/// The only line of standard error of a run that must fail with that exit code.
fn error(run: &Run, code: i32) -> &str {
    assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{}", run.stderr);
    run.stderr.trim_end()
}

#[test]
fn flags_are_recorded_now_under_an_id_of_ours() {
    let place = Place::new();

    let run = record(&place, &[&FLAGS[..], &["--json"]].concat());

    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let printed: Value = serde_json::from_str(&run.stdout).unwrap();
    let id = printed["id"].as_str().unwrap();
    assert!(id.starts_with("evt_") && printed["created_at"].as_str().unwrap().starts_with("20"), "{printed}");
    assert_eq!(place.events(), [(id.to_owned(), "Invited Ada".to_owned())]);
}

#[test]
fn a_file_is_recorded_once_however_often_and_its_id_and_time_are_shown() {
    let place = Place::new();
    let file = file(EVENT);
    for _ in 0..2 {
        let run = record(&place, &[&file.path().display().to_string()]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(run.stdout, "id          e-1\ncreated_at  2020-01-02T03:04:05.000Z\n");
    }
    assert_eq!(place.events(), [("e-1".to_owned(), "Invited Ada".to_owned())]);
}

#[test]
fn standard_input_is_recorded() {
    let place = Place::new();
    let run = place.audit_piped(&["record", "-", "--account", &place.account], &format!("{EVENT}\n"));
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(place.events(), [("e-1".to_owned(), "Invited Ada".to_owned())]);
}

#[test]
fn a_byte_order_mark_is_passed_over_and_a_fault_of_a_file_has_one_position() {
    let place = Place::new();
    let marked = file(format!("\u{feff}{EVENT}"));
    assert_eq!(record(&place, &[&marked.path().display().to_string()]).code, 0);

    let broken = file("{\n  \"id\": 1,\n}");
    let name = broken.path().display().to_string();
    let said = record(&place, &[&name]);
    assert_eq!(error(&said, 1), format!("audit: {name}:3:1: event must be JSON: key must be a string"));
}

#[test]
fn a_file_that_is_no_text_is_named_for_what_it_is() {
    let place = Place::new();
    let utf_16: Vec<u8> = EVENT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, what) in [
        (b"\x1f\x8b\x08\0".to_vec(), "is a gzip file: unpack it first, as `gunzip` does"),
        (utf_16, "is UTF-16 or UTF-32: it must be UTF-8"),
        (b"{\"id\":\"\xff\"}".to_vec(), "must be UTF-8"),
    ] {
        let file = file(content);
        let name = file.path().display().to_string();
        assert_eq!(error(&record(&place, &[&name]), 1), format!("audit: {name}: {what}"));
    }
}

#[test]
fn an_account_that_there_is_not_is_an_error_unless_it_is_to_be_made() {
    let place = Place::unknown();
    let unknown = format!("audit: there is no account {}; --create-account makes it", place.account);
    assert_eq!(error(&record(&place, &FLAGS), 1), unknown);
    assert_eq!(record(&place, &[&FLAGS[..], &["--create-account"]].concat()).code, 0);
    assert_eq!(record(&place, &FLAGS).code, 0);
}

#[test]
fn a_value_may_begin_with_a_hyphen() {
    let place = Place::new();
    let flags = ["--event-type", "A", "--description", "-5 %", "--role", "ADMIN", "--ip-address", "::1", "--id", "-e"];
    let run = record(&place, &flags);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(place.events(), [("-e".to_owned(), "-5 %".to_owned())]);
}

#[test]
fn every_fault_of_the_event_is_named() {
    let place = Place::new();
    let bad = ["--event-type", "x", "--description", "", "--role", "KING", "--ip-address", "1", "--email", "ada"];
    let said = record(&place, &bad);
    let expected = "audit: event_type must be 1 to 64 capital letters, digits and _, beginning with a letter; \
        event_description must be 1 to 1000 characters; principal.email must be an e-mail address";
    assert!(error(&said, 1).starts_with(expected), "{}", said.stderr);

    let ahead = record(&place, &[&FLAGS[..], &["--created-at", "9999-01-01T00:00:00Z"]].concat());
    assert!(error(&ahead, 1).starts_with("audit: created_at must not be more than 60000 ms ahead of now, 2"));
    let missing = record(&place, &["/no/such/file"]);
    assert!(error(&missing, 1).starts_with("audit: /no/such/file: "));
    let large = file(" ".repeat(70_000));
    let name = large.path().display().to_string();
    let large = record(&place, &[&name]);
    assert_eq!(error(&large, 1), format!("audit: {name}: event must be at most 65536 bytes of JSON"));
    assert_eq!(place.events(), []);
}

#[test]
fn a_conflict_is_an_error_and_overwrites_nothing() {
    let place = Place::new();
    record(&place, &[&file(EVENT).path().display().to_string()]);

    let run = record(&place, &[&file(EVENT.replace("Invited Ada", "Invited Eve")).path().display().to_string()]);

    let expected = "audit: conflict: an event with the id e-1 and the time 2020-01-02T03:04:05.000Z is there, with other \
        content; it was left as it is";
    assert_eq!(error(&run, 1), expected);
    assert_eq!(place.events(), [("e-1".to_owned(), "Invited Ada".to_owned())]);
}

#[test]
fn a_command_line_that_does_not_say_what_or_where_is_refused() {
    let service = ["--url", "http://127.0.0.1:1", "--token", "a.b"];
    let cases: [&[&str]; 7] = [
        &["record", "--table", "t", "--account", "a"],
        &["record", "--table", "t", "--account", "a", "file", "--role", "ADMIN"],
        &["record", "file"],
        &["record", "file", "--account", "a"],
        &["record", "file", "--url", "http://127.0.0.1:1"],
        &[&["record", "file", "--account", "a"], &service[..]].concat(),
        &[&["record", "file", "--local"], &service[..]].concat(),
    ];
    for arguments in cases {
        assert_eq!(run(&mut audit(arguments)).code, 2, "{arguments:?}");
    }
}

fn through(service: &Service, token: &str) -> Run {
    let mut command = audit(&["record", "-", "--url", &service.url, "--json"]);
    command.env("AUDIT_TOKEN", token);
    crate::place::piped(command, EVENT)
}

#[test]
fn through_a_service_it_is_posted_with_a_key_and_the_answer_is_shown() {
    let service = Service::start(vec![Reply::recorded("e-1")]);

    let run = through(&service, "demo.secret");

    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, "{\"id\":\"e-1\",\"created_at\":\"2020-01-02T03:04:05.000Z\"}\n");
    let requests = service.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.line, "POST /audit-trail/events");
    assert_eq!(request.authorization, "Bearer demo.secret");
    let event: Value = serde_json::from_str(EVENT).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap(), json!({"events": [event]}));
}

#[test]
fn what_may_pass_is_tried_again_with_the_same_key_and_body() {
    let busy = Reply { status: 503, retry_after: Some("0"), body: "{}".to_owned() };
    let under_way = Reply { status: 409, retry_after: Some("0"), body: "{}".to_owned() };
    let service = Service::start(vec![busy, Reply::hang_up(), under_way, Reply::recorded("e-1")]);

    let run = through(&service, "demo.secret");

    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let requests = service.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests.iter().all(|request| request == &requests[0] && request.idempotency_key.len() > 20));
}

#[test]
fn it_gives_up_after_five_attempts_and_at_once_where_the_event_is_refused() {
    let busy = || Reply { status: 503, retry_after: Some("0"), body: "{\"detail\":\"busy\"}".to_owned() };
    let service = Service::start((0..6).map(|_| busy()).collect());
    let expected = "audit: given up after 5 attempts: the service answered 503 Service Unavailable: \
        {\"detail\":\"busy\"}; the event may have been recorded";
    assert_eq!(error(&through(&service, "demo.secret"), 1), expected);
    assert_eq!(service.requests().len(), 5);

    for status in [400, 401, 409, 413] {
        let body = "{\"detail\":\"no\"}".to_owned();
        let service = Service::start(vec![Reply { status, retry_after: None, body }]);
        let run = through(&service, "demo.secret");
        assert!(error(&run, 1).starts_with(&format!("audit: the service answered {status} ")), "{}", run.stderr);
        assert!(run.stderr.ends_with(": {\"detail\":\"no\"}\n") && !run.stderr.contains("secret"), "{}", run.stderr);
        assert_eq!(service.requests().len(), 1);
    }
}
