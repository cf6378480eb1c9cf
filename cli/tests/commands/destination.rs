//! `audit destination`: the life of a destination, and the trace that it leaves in the account's trail.

use crate::place::{Place, Run, wait};
use serde_json::{Value, json};
use shared::store::usage::Usage;
use shared::table::item::Item;
use shared::values::ids::AccountId;

fn add(place: &Place, arguments: &[&str]) -> Value {
    let run = place.audit(&[&["destination", "add"], arguments, &["--account", &place.account, "--json"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).expect("one object")
}

fn webhook(place: &Place) -> (String, String) {
    let made =
        add(place, &["https", "--url", "http://127.0.0.1:9/hook?token=t0p", "--header", "X-Token: t0p", "--by", "ada"]);
    let text = |key: &str| made.get(key).and_then(Value::as_str).expect("a text").to_owned();
    (text("id"), text("secret"))
}

fn done(place: &Place, arguments: &[&str]) -> Run {
    let run = place.audit(&[&["destination"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
    run
}

/// The error line of a command that must fail with exit code 1.
fn error(place: &Place, arguments: &[&str]) -> String {
    let run = place.audit(&[&["destination"], arguments].concat());
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.lines().count()), (1, "", 1), "{}", run.stderr);
    run.stderr.trim_end().to_owned()
}

/// The types of the account's events, with who did it and who told of it.
fn trail(place: &Place) -> Vec<(String, String, String)> {
    let items = place.items(&format!("events#{}#00", place.account));
    let text = |item: &Item, name: &str| item[name].as_s().expect("text").clone();
    items
        .iter()
        .map(|item| (text(item, "event_type"), text(item, "principal_name"), text(item, "recorded_by")))
        .collect()
}

#[test]
fn a_destination_lives_and_leaves_a_trace() {
    let place = Place::new();
    let (id, secret) = webhook(&place);
    assert!(secret.starts_with("whsec_"));

    let shown: Value = serde_json::from_str(&done(&place, &["status", &id, "--json"]).stdout).expect("one object");
    assert_eq!(shown["target"], "http://127.0.0.1:9/hook");
    assert_eq!((&shown["headers"], &shown["secrets"]), (&json!(["x-token"]), &json!(1)));
    assert_eq!((&shown["status"], &shown["position"], &shown["failing"]), (&json!("active"), &json!(0), &json!(null)));

    assert_eq!(
        done(&place, &["pause", &id, "--why", "a test", "--by", "ada"]).stdout,
        format!("{id} is paused; it stands at position 0.\n")
    );
    let listed = done(&place, &["list", "--account", &place.account]).stdout;
    assert_eq!(
        listed,
        format!("{id}  {}  http://127.0.0.1:9/hook  audit  position 0  paused: a test\n", place.account)
    );
    assert_eq!(done(&place, &["resume", &id, "--by", "ada"]).stdout, format!("{id} goes on at position 0.\n"));
    let purged = format!("{id} goes on at position 0; positions 0 to 0 are never sent, the last not among them.\n");
    assert_eq!(done(&place, &["resume", &id, "--from", "now", "--by", "ada"]).stdout, purged);
    let rotated = done(&place, &["rotate", &id, "--by", "ada"]).stdout;
    assert!(rotated.starts_with("secret     whsec_"), "{rotated}");
    assert_eq!(
        error(&place, &["rotate", &id]),
        format!("audit: {id} has two secrets already; end the older one first: audit destination rotate {id} --retire")
    );
    done(&place, &["rotate", &id, "--retire", "--by", "ada"]);
    assert_eq!(
        error(&place, &["rotate", &id, "--retire"]),
        format!("audit: {id} has one secret only; rotate it first")
    );
    assert_eq!(
        done(&place, &["remove", &id, "--by", "ada"]).stdout,
        format!("{id} is removed; it had got to position 0.\n")
    );
    assert_eq!(error(&place, &["resume", &id]), "audit: it is removed, for good");

    let types = ["CREATED", "PAUSED", "RESUMED", "PURGED", "CHANGED", "CHANGED", "DELETED"];
    let expected =
        types.map(|what| (format!("{what}_DESTINATION"), "ada".to_owned(), "destination:operator".to_owned()));
    assert_eq!(trail(&place), expected);
}

#[test]
fn a_bucket_has_no_secret_and_gathers_for_its_window() {
    let place = Place::new();
    let made =
        add(&place, &["s3", "--bucket", "my-bucket", "--prefix", "audit/", "--window", "60", "--format", "ocsf"]);
    assert_eq!(made.get("secret"), None);
    assert_eq!((&made["target"], &made["format"]), (&json!("s3://my-bucket/audit/"), &json!("ocsf")));
    let id = made["id"].as_str().expect("an id");

    let text = done(&place, &["status", id]).stdout;

    assert!(
        text.contains(
            "\nstatus     active\nposition   0; the log ends at 0\nlag        0 events, 0 s\ndelivered  never\n"
        ),
        "{text}"
    );
    assert_eq!(error(&place, &["rotate", id]), format!("audit: {id} is no webhook, and has no secret"));
}

#[test]
fn one_begins_at_the_end_of_the_log_if_it_is_told_to() {
    let place = Place::new();
    let event = |n: usize| {
        json!({"id": format!("e-{n}"), "created_at": format!("2026-01-0{n}T00:00:00Z"), "event_type": "A",
        "event_description": "b", "principal": {"role": "API", "ip_address": "::1"}})
    };
    let lines = [1, 2, 3].map(|n| event(n).to_string()).join("\n");
    assert_eq!(place.import("events", lines, &[]).code, 0);
    place.extend_log();
    let made = add(&place, &["https", "--url", "http://127.0.0.1:9/", "--from", "now"]);
    assert_eq!(made["position"], 3);
    let usage = Usage::default();
    let account = AccountId::parse(&place.account).expect("an account");
    let destinations = wait(place.store().destinations(&account, &usage)).expect("the engine answers");
    assert_eq!(destinations[0].progress.position, 3);
}

#[test]
fn what_cannot_be_sent_to_is_refused_by_name() {
    let place = Place::unknown();
    let refused = |arguments: &[&str]| {
        let run = place.audit(&[&["destination", "add"], arguments, &["--account", &place.account]].concat());
        assert_ne!(run.code, 0, "{arguments:?}");
        run.stderr
    };
    let no_account = refused(&["https", "--url", "http://127.0.0.1:9/"]);
    assert_eq!(no_account.trim_end(), format!("audit: there is no account {}", place.account));
    assert!(refused(&["https", "--url", "http://example.com/"]).contains("must be a URL"));
    assert!(
        refused(&["https", "--url", "https://example.com/", "--secret", "whsec_AA=="])
            .contains("must be whsec_ and the base64 of 24 to 64 bytes")
    );
    assert!(
        refused(&["https", "--url", "https://example.com/", "--header", "Webhook-Id: 1"])
            .contains("the header webhook-id is set by the service")
    );
    assert!(refused(&["s3", "--bucket", "A"]).contains("the name of a bucket"));
    assert!(refused(&["s3", "--bucket", "my-bucket", "--window", "3601"]).contains("3601 is not in 0..=3600"));
    assert!(refused(&["eventbridge", "--bus", "audit"]).contains("audit serve has no EventBridge"));
    assert!(
        refused(&["https", "--url", "https://example.com/", "--format", "xml"])
            .contains("must be one of audit, ocsf, cloudevents")
    );
    assert!(
        error(&place, &["status", "dst_0123456789abcdef"]).contains("there is no destination dst_0123456789abcdef")
    );
}

#[test]
fn a_test_says_whether_it_arrived() {
    let place = Place::new();
    let (id, _) = webhook(&place); // nobody listens at port 9
    let said = error(&place, &["test", &id]);
    assert_eq!(said, "audit: http://127.0.0.1:9/hook did not take it: no connection");
    let made = add(&place, &["s3", "--bucket", "my-bucket"]);
    let folder = tempfile::tempdir().expect("a folder");
    let id = made["id"].as_str().expect("an id");
    let said = done(&place, &["test", id, "--objects-dir", folder.path().to_str().expect("UTF-8")]).stdout;
    assert_eq!(said, "s3://my-bucket/ took it.\n");
    assert!(folder.path().join("my-bucket/test").is_dir());
}
