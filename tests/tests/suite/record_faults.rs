//! What a batch may not be: every error of the endpoint, all faults at once, and the bounds.

use crate::record::{fresh, own, told, trail_ids};
use serde_json::{Value, json};
use shared::credential::Scope;
use shared::process::clock;
use tests::records::{at, record, set};
use tests::{Account, Bed, Call, refusal};

fn with_body(account: &Account, body: impl Into<Vec<u8>>) -> Call {
    Call::record(account, &[]).body(body)
}

#[tokio::test]
async fn every_error_has_its_status_and_body() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let good = Call::record(&account, &[fresh("One")]);
    let key = |key: &str| good.clone().header("Idempotency-Key", key);
    let bad_key = r#"{"Idempotency-Key":["must be 1 to 255 visible ASCII characters"]}"#;
    let wrong_type = r#"{"detail":"Content-Type must be application/json, application/cloudevents+json or application/cloudevents-batch+json."}"#;
    let no_list = r#"{"events":["must be a list of 1 to 50 events"]}"#;
    let body = |body: &str| with_body(&account, body);
    let too_large = format!("{{\"events\":[]{}}}", " ".repeat(1_048_576 - 12));
    let rows = [
        (
            good.clone().without_header("Authorization"),
            401,
            r#"{"detail":"Authentication credentials were not provided."}"#,
        ),
        (Call::record(&account.with_secret("wrong"), &[]), 401, r#"{"detail":"Invalid token."}"#),
        (
            good.clone().query("dry_run", "1"),
            400,
            r#"{"dry_run":["is not a parameter of this endpoint, which takes none"]}"#,
        ),
        (key(""), 400, bad_key),
        (key("a b"), 400, bad_key),
        (key("ä"), 400, bad_key),
        (key(&"k".repeat(256)), 400, bad_key),
        (good.clone().without_header("Content-Type"), 415, wrong_type),
        (good.clone().without_header("Content-Type").header("Content-Type", "text/plain"), 415, wrong_type),
        (body(&too_large), 413, r#"{"detail":"The body must be at most 1048576 bytes."}"#),
        (body(""), 400, r#"{"detail":"JSON parse error - EOF while parsing a value at line 1 column 0"}"#),
        (body("{"), 400, r#"{"detail":"JSON parse error - EOF while parsing an object at line 1 column 1"}"#),
        (body("[]"), 400, r#"{"detail":"JSON parse error - the body must be an object"}"#),
        (
            with_body(&account, b"\xff".as_slice()),
            400,
            r#"{"detail":"JSON parse error - invalid utf-8 sequence of 1 bytes from index 0"}"#,
        ),
        (body(r#"{"events":[],"events":[]}"#), 400, r#"{"events":["must be given once"]}"#),
        (body("{}"), 400, r#"{"events":["is required"]}"#),
        (body(r#"{"events":null}"#), 400, r#"{"events":["is required"]}"#),
        (body(r#"{"events":{}}"#), 400, no_list),
        (body(r#"{"events":[]}"#), 400, no_list),
        (
            body(r#"{"events":"x","colour":1}"#),
            400,
            r#"{"colour":["is not a known field"],"events":["must be a list of 1 to 50 events"]}"#,
        ),
        (body(r#"{"events":[null]}"#), 400, r#"{"events":{"0":{"event":["must be a JSON object"]}}}"#),
    ];
    for (call, status, expected) in rows {
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, status);
        assert_eq!(reply.body, expected);
    }
    assert!(trail_ids(&bed, &account).await.is_empty());
}

#[tokio::test]
async fn only_the_scope_for_it_lets_a_credential_record() {
    let bed = Bed::new().await;
    for &scope in Scope::ALL {
        let account = bed.account_with(&[scope]).await;
        let status = bed.send(&Call::record(&account, &[fresh("One")])).await.status;
        assert_eq!(status, if scope == Scope::EventsWrite { 201 } else { 401 }, "{scope:?}");
    }
}

#[tokio::test]
async fn all_faults_of_a_batch_are_named_at_once_by_event_and_field() {
    let bed = Bed::new().await;
    let account = bed.account_with(&[Scope::EventsWrite, Scope::AuditRead]).await;
    let now = clock::now().to_string();
    let events = json!([
        fresh("Good"),
        own("e-1", &now, "Good"),
        {"id": "a#b", "created_at": "1999-12-31T00:00:00Z", "event_type": "invited", "event_description": "",
            "principal": {"role": "admin", "ip_address": "192.0.2.256", "phone": 1}, "colour": "red"},
        own("e-1", &now, "Again"),
        {"id": "e-1", "created_at": now, "event_type": "A"},
        "event",
        own("e-2", "2024-01-01", "Not a time"),
    ]);

    let call = Call::record(&account, &[]).field("events", events).field("dry_run", json!(true));
    let reply = bed.send(&call).await;

    refusal::check(&call, &reply, 400);
    let said = reply.json();
    let fields = |at: &str| {
        let of_event = said["events"][at].as_object().cloned().unwrap_or_default();
        of_event.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(said["dry_run"], json!(["is not a known field"]));
    assert_eq!(said["events"].as_object().map(|events| events.len()), Some(5));
    assert_eq!(
        fields("2"),
        "colour created_at event_description event_type id principal.ip_address principal.phone principal.role"
    );
    assert_eq!(
        said["events"]["2"]["principal.ip_address"],
        json!(["must be an IPv4 or IPv6 address without a zone, or :: where there is none to give"])
    );
    let too_old = said["events"]["2"]["created_at"][0].as_str().expect("a reason");
    assert!(too_old.starts_with("must not be more than 24 hours before now, "), "{too_old}");
    assert_eq!(said["events"]["3"], json!({"id": ["is that of event 1 too, which has the same created_at"]}));
    assert_eq!(fields("4"), "event_description id principal");
    assert_eq!(said["events"]["5"], json!({"event": ["must be a JSON object"]}));
    assert_eq!(fields("6"), "created_at");
    assert!(trail_ids(&bed, &account).await.is_empty());
}

#[tokio::test]
async fn two_events_of_one_id_that_leave_their_time_to_us_are_one_event_twice() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let mut event = fresh("One");
    event["id"] = json!("e-1");
    let call = Call::record(&account, &[event.clone(), fresh("Two"), event]);
    let reply = bed.send(&call).await;
    refusal::check(&call, &reply, 400);
    assert_eq!(reply.body, r#"{"events":{"2":{"id":["is that of event 0 too, which has the same created_at"]}}}"#);
}

#[tokio::test]
async fn a_batch_has_1_to_50_events() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let batch = |events: usize| vec![fresh("x"); events];
        for (events, status) in [(0, 400), (1, 201), (50, 201), (51, 400)] {
            let reply = bed.send(&Call::record(&account, &batch(events)).header("Idempotency-Key", "k-50")).await;
            let again = status == 201 && events == 50;
            // The key of the batch of one is not free for the batch of fifty.
            assert_eq!(reply.status, if again { 409 } else { status }, "{}: {events}", bed.engine);
        }
        assert_eq!(told(&bed.send(&Call::record(&account, &batch(50))).await).len(), 50, "{}", bed.engine);
    }
}

fn event_of(bytes: usize) -> String {
    let text = fresh("One").to_string();
    format!("{}{}}}", &text[..text.len() - 1], " ".repeat(bytes - text.len()))
}

#[tokio::test]
async fn an_event_has_at_most_64_kib_and_a_body_1_mib() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let sized = |events: &[usize]| {
        let events: Vec<_> = events.iter().map(|&bytes| event_of(bytes)).collect();
        format!("{{\"events\":[{}]}}", events.join(","))
    };
    told(&bed.send(&with_body(&account, sized(&[65_536]))).await);
    let reply = bed.send(&with_body(&account, sized(&[1_000, 65_537]))).await;
    assert_eq!(reply.body, r#"{"events":{"1":{"event":["must be at most 65536 bytes of JSON"]}}}"#);

    let largest = sized(&[65_000; 16]);
    let largest = format!("{largest}{}", " ".repeat(1_048_576 - largest.len()));
    told(&bed.send(&with_body(&account, largest.clone())).await);
    assert_eq!(bed.send(&with_body(&account, format!("{largest} "))).await.status, 413);
}

#[tokio::test]
async fn the_heaviest_batch_there_can_be_fits_into_one_transaction() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        // Every index, the longest keys, and as much text as the body takes.
        let heavy = |number: usize| {
            json!({"id": format!("{number:0>64}"), "event_type": "A".repeat(64), "event_description": "é".repeat(1_000),
                "principal": {"email": format!("{}@example.com", "#".repeat(60)), "role": "API", "ip_address": "::1"},
                "subject": {"category": "userAccess", "entity_key": "k".repeat(128), "entity_id": "i".repeat(256),
                    "user_id": "u".repeat(128)}, "message_key": "m".repeat(128),
                "message": {"a": "x".repeat(7_500)}, "previous_state": {"a": "x".repeat(7_500)}})
        };
        let events: Vec<Value> = (0..50).map(heavy).collect();
        let call = Call::record(&account, &events).header("Idempotency-Key", &"#".repeat(255));
        assert!((800_000..1_048_576).contains(&call.body_text().len()), "{} bytes", call.body_text().len());
        assert_eq!(told(&bed.send(&call).await).len(), 50, "{}", bed.engine);
        assert_eq!(told(&bed.send(&call).await).len(), 50, "{}: again", bed.engine);
    }
}

#[tokio::test]
async fn the_window_of_time_is_a_day_back_unless_the_credential_may_import() {
    let bed = Bed::new().await;
    let recent = bed.account_with(&[Scope::EventsWrite]).await;
    let import = bed.account_with(&[Scope::EventsWrite, Scope::EventsImport]).await;
    let second = 1_000;
    let (minute, day) = (60 * second, 86_400 * second);
    let cases = [(minute - 10 * second, 201, 201), (minute + 10 * second, 400, 400), (-day + 10 * second, 201, 201)];
    for (ms, of_recent, of_import) in cases.into_iter().chain([(-day - 10 * second, 400, 201)]) {
        let at = clock::now().plus_ms(ms).expect("a time").to_string();
        for (account, status) in [(&recent, of_recent), (&import, of_import)] {
            let reply = bed.send(&Call::record(account, &[own("e-1", &at, "One")])).await;
            assert_eq!(reply.status, status, "{ms} ms: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn what_does_not_fit_into_a_transaction_with_the_days_it_is_imported_into_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let of_day = |n: usize| {
        record(&format!("e-{n}"), &format!("2024-{:02}-{:02}T12:00:00Z", n / 25 + 1, n % 25 + 1), "users", "u")
    };
    let events: Vec<_> = (0..50).map(of_day).collect();

    let keyed = |events: &[Value]| Call::record(&account, events).header("Idempotency-Key", "days");
    let refused = bed.send(&keyed(&events)).await;
    let expected = "must be of at most 49 different days that ended more than 24 hours ago, if they are 50 in a request with an \
                    Idempotency-Key: found 50";
    assert_eq!((refused.status, refused.json()), (400, json!({"events": [expected]})));
    assert_eq!(bed.event_sort_keys(&account, "2024").await.len(), 0);

    assert_eq!(bed.send(&keyed(&events[1..])).await.status, 201, "49 of as many days");
    assert_eq!(bed.send(&Call::record(&account, &events)).await.status, 201, "50 of as many days, without a key");
    assert_eq!(bed.event_sort_keys(&account, "2024").await.len(), 50);
}

#[tokio::test]
async fn a_key_of_the_network_audit_that_a_spreadsheet_would_compute_is_refused() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    for (name, pointer) in [("subject.entity_key", "/subject/entity_key"), ("message_key", "/message_key")] {
        for first in ["=", "+", "-", "@", "\t", "\r"] {
            let mut event = record("e-1", &at(1), "users", "u-1");
            event["message_key"] = json!("Network:Fine");
            set(&mut event, pointer, json!(format!("{first}HYPERLINK(\"http://x\")")));
            let reply = bed.send(&Call::record(&account, &[event])).await;
            let said = &reply.json()["events"]["0"][name][0];
            assert_eq!(
                (reply.status, said.as_str()),
                (
                    400,
                    Some("must not begin with =, +, -, @, tab or carriage return, as a formula of a spreadsheet does")
                )
            );
        }
    }
}
