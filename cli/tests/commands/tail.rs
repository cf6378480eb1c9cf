//! `audit tail`: the last events, newest last.

use crate::place::{Place, audit, run};
use crate::service::{Reply, Service};
use serde_json::{Value, json};
use std::process::Stdio;

/// A time, that many seconds after the first of 2024 began.
pub(crate) fn at(second: usize) -> String {
    format!("2024-01-01T00:{:02}:{:02}.000Z", second / 60, second % 60)
}

pub(crate) fn event(id: &str, created_at: &str, event_type: &str, email: &str) -> String {
    json!({
        "id": id, "created_at": created_at, "event_type": event_type, "event_description": format!("Did {id}"),
        "principal": {"name": "Ada", "email": email, "role": "ADMIN", "ip_address": "192.0.2.1"},
    })
    .to_string()
}

/// Thirty events, every third of another type, every fifth by somebody else, in an order of their own.
pub(crate) fn place() -> Place {
    let place = Place::new();
    let line = |n: usize| {
        let event_type = if n.is_multiple_of(3) { "RESET_PASSWORD" } else { "INVITED_USER" };
        let email = if n.is_multiple_of(5) { "Bob@example.com" } else { "ada@example.com" };
        event(&format!("e-{n:02}"), &at(n), event_type, email)
    };
    let lines: Vec<_> = (0..30).rev().map(line).collect();
    assert_eq!(place.import("events", lines.join("\n"), &[]).code, 0);
    place
}

fn ids(place: &Place, arguments: &[&str]) -> Vec<String> {
    let run = place.audit(&[&["tail", "--account", &place.account, "--json"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    run.stdout.lines().map(id).collect()
}

/// The id of an event in a line of JSON.
pub(crate) fn id(line: &str) -> String {
    let event: Value = serde_json::from_str(line).expect("one object a line");
    event.get("id").and_then(Value::as_str).expect("an id").to_owned()
}

fn numbered(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|n| format!("e-{n:02}")).collect()
}

#[test]
fn the_last_ten_are_shown_newest_last_or_as_many_as_asked_for() {
    let place = place();
    assert_eq!(ids(&place, &[]), numbered(&(20..30).collect::<Vec<_>>()));
    assert_eq!(ids(&place, &["-n", "1"]), ["e-29"]);
    assert_eq!(ids(&place, &["-n", "0"]), [""; 0]);
    assert_eq!(ids(&place, &["--lines", "10000"]), numbered(&(0..30).collect::<Vec<_>>()));
    assert_eq!(ids(&Place::new(), &[]), [""; 0]);
}

#[test]
fn the_filters_are_those_of_the_endpoint() {
    let place = place();
    assert_eq!(ids(&place, &["--event-type", "RESET_PASSWORD", "-n", "3"]), numbered(&[21, 24, 27]));
    assert_eq!(ids(&place, &["--user-email", "bob@EXAMPLE.com", "-n", "3"]), numbered(&[15, 20, 25]));
    let both = ["--event-type", "RESET_PASSWORD", "--user-email", "bob@example.com"];
    assert_eq!(ids(&place, &both), numbered(&[0, 15]));
    assert_eq!(ids(&place, &["--start-date", "2024-01-01T00:00:27Z"]), numbered(&[28, 29]), "after, not from");
    assert_eq!(ids(&place, &["--start-date", "2024-01-02"]), [""; 0]);
}

#[test]
fn a_line_is_for_people_or_an_event_as_the_endpoint_gives_it() {
    let place = place();
    let run = place.audit(&["tail", "--account", &place.account, "-n", "2"]);
    assert_eq!(
        run.stdout,
        concat!(
            "2024-01-01T00:00:28.000Z  INVITED_USER  ada@example.com  192.0.2.1  Did e-28\n",
            "2024-01-01T00:00:29.000Z  INVITED_USER  ada@example.com  192.0.2.1  Did e-29\n",
        )
    );
    let run = place.audit(&["tail", "--account", &place.account, "-n", "1", "--json"]);
    assert_eq!(
        run.stdout,
        concat!(
            r#"{"id":"e-29","user_name":"Ada","user_email":"ada@example.com","role":"ADMIN","ip_address":"192.0.2.1","#,
            r#""event_type":"INVITED_USER","event_description":"Did e-29","created_at":"2024-01-01T00:00:29.000Z"}"#,
            "\n"
        )
    );
}

#[test]
fn what_is_out_of_bounds_or_makes_no_sense_is_refused() {
    for arguments in [["-n", "10001"], ["-n", "-1"], ["--interval", "0"], ["--event-type", "x"], ["--user-email", "x"]]
    {
        let command = [&["tail", "--table", "t", "--account", "a"], &arguments[..]].concat();
        assert_eq!(run(&mut audit(&command)).code, 2, "{arguments:?}");
    }
    assert_eq!(run(&mut audit(&["tail", "--table", "t", "--account", "a", "--interval", "3"])).code, 2);
}

#[test]
fn an_account_that_there_is_not_is_an_error() {
    let place = Place::unknown();
    let run = place.audit(&["tail", "--account", &place.account]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.stderr, format!("audit: there is no account {}\n", place.account));
}

#[test]
fn it_reads_the_service_as_it_reads_the_table() {
    let event = |second: usize| {
        let at = at(second);
        format!(
            r#"{{"id":"e-{second}","user_name":null,"user_email":"ada@example.com","role":"ADMIN","ip_address":"::1","event_type":"A","event_description":"Did","created_at":"{at}"}}"#
        )
    };
    let page = |next: &str, events: &[String]| Reply {
        status: 200,
        retry_after: None,
        body: format!(r#"{{"next":{next},"previous":null,"results":[{}]}}"#, events.join(",")),
    };
    let service = Service::start(vec![page(r#""c-1""#, &[event(3), event(2)]), page("null", &[event(1)])]);
    let filters = ["--event-type", "A", "--start-date", "2024-01-01", "--user-email", "ada@example.com"];
    let arguments =
        [&["tail", "--url", &service.url, "--token", "demo.secret", "-n", "3", "--json"], &filters[..]].concat();

    let run = run(&mut audit(&arguments));

    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, format!("{}\n{}\n{}\n", event(1), event(2), event(3)));
    let asked: Vec<_> = service.requests().into_iter().map(|asked| asked.line).collect();
    let query = "start_date=2024-01-01T00%3A00%3A00.000Z&event_type=A&user_email=ada%40example.com";
    assert_eq!(
        asked,
        [format!("GET /audit-trail?page_size=3&{query}"), format!("GET /audit-trail?page_size=1&{query}&cursor=c-1")]
    );
    assert!(service.requests().iter().all(|asked| asked.authorization == "Bearer demo.secret"));
}

#[test]
fn a_service_that_refuses_is_told() {
    let refusal = || Reply { status: 401, retry_after: None, body: "{\"detail\":\"no\"}".to_owned() };
    let service = Service::start(vec![refusal()]);
    let run = run(&mut audit(&["tail", "--url", &service.url, "--token", "demo.secret"]));
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert_eq!(run.stderr, "audit: the service answered 401 Unauthorized: {\"detail\":\"no\"}\n");
}

#[test]
fn it_ends_well_when_nobody_reads_it() {
    let place = place();
    let mut child = place.command(&["tail", "--account", &place.account]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
}
