//! `audit log`: the logs of all accounts, held against the table by the operator's command.

use crate::place::{audit, run, wait};
use audit_cli::engine::{Engine, Storage, create_table_if_absent};
use audit_cli::template::Template;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::event::input::EventInput;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::{AccountId, EventId};
use shared::values::timestamp::Timestamp;

/// An engine of its own: the command takes all accounts that there are.
fn engine() -> (Engine, String) {
    let engine = Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into()).expect("the engine starts");
    let template = Template::built_in().expect("the shipped template is understood");
    wait(create_table_if_absent(engine.client(), "audit", &template.table)).expect("the engine makes the table");
    let port = engine.address().port().to_string();
    (engine, port)
}

/// Events that were recorded long ago: a stream may still bring those of the last minutes.
fn record(engine: &Engine, port: &str, ids: &[&str]) {
    let scope = ["credential", "create", "--account", "acme", "--scope", "audit:read", "--local", port];
    assert_eq!(run(&mut audit(&scope)).code, 0);
    let event = |id: &&str| {
        let event = json!({"event_type": "A", "event_description": "Did", "principal": {"role": "API", "ip_address": "192.0.2.1"}});
        let at = Timestamp::parse_fixed("2024-03-01T09:30:00.000Z").expect("a time");
        let input = EventInput::parse(&event.to_string()).expect("an event");
        input.into_event(EventId::parse(id).expect("an id"), at, at)
    };
    let (account, events) = (AccountId::parse("acme").expect("an id"), ids.iter().map(event).collect::<Vec<_>>());
    let store = AuditStore::new(engine.client().clone(), "audit");
    wait(store.put_each(&account, &events, &Usage::default())).expect("the engine takes them");
}

#[test]
fn what_was_recorded_before_there_was_a_log_is_put_in_it_and_counted() {
    let (engine, port) = engine();
    record(&engine, &port, &["a", "b"]);

    let first = run(&mut audit(&["log", "reconcile", "--local", &port]));
    let expected =
        "accounts          1\ndays compared     1\nevents compared   2\nevents appended   2\ndifferences       0\n";
    assert_eq!((first.code, first.stdout.as_str(), first.stderr.as_str()), (0, expected, ""));

    let second = run(&mut audit(&["log", "reconcile", "--local", &port, "--json"]));
    let outcome: Value = serde_json::from_str(&second.stdout).expect("one object");
    assert_eq!((second.code, &outcome["entries_appended"], &outcome["differences"]), (0, &json!(0), &json!(0)));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "what no writer of this service does is what the log must tell of")]
fn an_event_that_is_gone_is_named_and_the_command_fails() {
    let (engine, port) = engine();
    record(&engine, &port, &["a", "b"]);
    assert_eq!(run(&mut audit(&["log", "reconcile", "--local", &port])).code, 0);
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let delete = engine.client().delete_item().table_name("audit").key("pk", key("events#acme#00"));
    let delete = delete.key("sk", key("2024-03-01T09:30:00.000Z#b")).send();
    wait(delete).expect("the engine takes it");
    // Its day is compared, for the log has grown on it.
    let again = run(&mut audit(&["log", "reconcile", "--local", &port]));
    assert_eq!(again.code, 1, "{}", again.stdout);
    assert!(again.stdout.ends_with("differences       1\n"), "{}", again.stdout);
    let said =
        ["history differs", "2024-03-01T09:30:00.000Z#b", "missing", "1 event is not in the table as it is in the log"];
    assert!(said.iter().all(|said| again.stderr.contains(said)), "{}", again.stderr);
}
