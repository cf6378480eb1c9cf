use super::*;

const ENVELOPE: &str = r#"{"specversion":"1.0","id":"7","source":"/crm","type":"com.example.invited","time":"2026-05-01T09:30:00.1234Z",
    "data":{"event_type":"INVITED_USER","event_description":"Invited Ada","principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}}"#;

fn with(from: &str, to: &str) -> String {
    assert!(ENVELOPE.contains(from), "{from:?}");
    ENVELOPE.replacen(from, to, 1)
}

fn refused(text: &str) -> String {
    CloudEvent::read(text).input.expect_err("the event is bad").to_string()
}

#[test]
fn the_event_is_the_data_with_the_time_of_the_envelope_and_an_id_of_source_and_id() {
    let event = CloudEvent::read(ENVELOPE);

    let input = event.input.expect("an event");
    // printf 'cloud-event/v1\n4:/crm\n7' | sha256sum | cut -c1-32
    assert_eq!(input.id.as_ref().map(EventId::as_str), Some("ce_f29603f507b86b511be44c31650d11d6"));
    assert_eq!(input.created_at.as_ref().map(ToString::to_string).as_deref(), Some("2026-05-01T09:30:00.1234Z"));
    assert_eq!(input.details.event_type.as_str(), "INVITED_USER");
    assert_eq!(event.identity.id, input.id);
    assert_eq!(event.identity.created_at.map(|at| at.to_string()).as_deref(), Some("2026-05-01T09:30:00.123Z"));
    assert!(event.identity.is_exact);
}

#[test]
fn only_source_and_id_together_make_the_id() {
    let id = |text: &str| CloudEvent::read(text).identity.id.map(|id| id.to_string());
    let one = id(ENVELOPE);
    for other in [
        with(r#""7""#, r#""8""#),
        with("/crm", "/erp"),
        with(r#""id":"7","source":"/crm""#, r#""id":"m7","source":"/cr""#),
    ] {
        assert_ne!(id(&other), one, "{other}");
    }
    for same in [with("com.example.invited", "x"), with("00.1234Z", "01Z"), with("Ada", "Grace")] {
        assert_eq!(id(&same), one, "{same}");
    }
}

#[test]
fn attributes_that_nobody_reads_are_passed_over() {
    let more = r#""7","subject":"u","dataschema":"/s","datacontenttype":"Application/JSON; charset=utf-8","traceparent":"00-x","n":1,"b":true"#;
    let event = CloudEvent::read(&with(r#""7""#, more));
    assert_eq!(event.input, CloudEvent::read(ENVELOPE).input);
}

#[test]
fn without_a_time_the_event_may_have_one_and_both_may_be_the_same() {
    let time = r#""time":"2026-05-01T09:30:00.1234Z","#;
    let none = CloudEvent::read(&with(time, "").replace(r#","time""#, ""));
    assert_eq!((none.identity.created_at, none.time_field), (None, "data.created_at"));
    assert!(none.input.is_ok());

    let own = with(r#""event_type""#, r#""created_at":"2026-05-01T11:30:00.12340+02:00","event_type""#);
    assert_eq!(CloudEvent::read(&own).input, CloudEvent::read(ENVELOPE).input);
    let alone = CloudEvent::read(&own.replacen(time, "", 1));
    assert_eq!(alone.identity.created_at.map(|at| at.to_string()).as_deref(), Some("2026-05-01T09:30:00.123Z"));
}

#[test]
fn what_envelope_and_event_say_differently_is_named() {
    let conflicts = ENVELOPE.replacen("com.example.invited", "MUTED_ISSUE", 1).replacen(
        r#""event_type""#,
        r#""id":"e-1","created_at":"2026-05-01T09:30:00Z","event_type""#,
        1,
    );
    assert_eq!(
        refused(&conflicts),
        "data.id must not be given: the id is made of source and id of the envelope; data.created_at must be the time of the \
         envelope, 2026-05-01T09:30:00.1234Z, or absent; data.event_type must be the type of the envelope, MUTED_ISSUE, which \
         is an event type too"
    );
    assert!(CloudEvent::read(&with("com.example.invited", "INVITED_USER")).input.is_ok());
}

#[test]
fn every_fault_is_named() {
    assert_eq!(
        refused("{}"),
        "specversion is required; id is required; source is required; type is required; data is required: the event, in JSON"
    );
    let bad = r#"{"specversion":"0.3","id":"","source":"a\u0000","type":7,"time":"today","datacontenttype":"text/plain",
        "data_base64":"e30=","Subject":"x","trace":{},"data":{"event_type":"a","event_description":"b","principal":7}}"#;
    assert_eq!(
        refused(bad),
        "id must be 1 to 1024 characters, without control characters; source must be 1 to 1024 characters, without control \
         characters; type must be a string; specversion must be 1.0; datacontenttype must be application/json: the event is \
         JSON; data_base64 must not be given: the event is JSON, in data; time must be a date-time with a zone, such as \
         2018-04-10T16:20:56.829Z or 2018-04-10T18:20:56+02:00 (in a URL, + is written %2B); Subject is no name of an \
         attribute, which has small letters and digits alone; trace must be a string, a number, true or false; \
         data.event_type must be 1 to 64 capital letters, digits and _, beginning with a letter; data.principal must be a \
         JSON object"
    );
    assert!(refused("").starts_with("event must be JSON: "));
    assert_eq!(refused("[]"), "event must be a JSON object");
    assert_eq!(refused(&with(r#""id":"7""#, r#""id":"7","id":"7""#)), "event has the field id twice");
    assert_eq!(
        refused(&with(r#""data":{"#, r#""data":"x","was":{"#)),
        "was must be a string, a number, true or false; data must be a JSON object"
    );
    let longest = with("/crm", &"s".repeat(1_024));
    assert!(CloudEvent::read(&longest).input.is_ok());
    assert_eq!(
        refused(&with("/crm", &"s".repeat(1_025))),
        "source must be 1 to 1024 characters, without control characters"
    );
}

#[test]
fn a_text_has_no_control_characters_and_no_code_points_that_are_none() {
    for good in ["a", " ", "ä", "\u{fffd}", "\u{10fffd}"] {
        assert!(is_text(good), "{good:?}");
    }
    for bad in ["", "\t", "a\u{7f}", "\u{85}", "\u{fdd0}", "\u{fffe}", "\u{1ffff}"] {
        assert!(!is_text(bad), "{bad:?}");
    }
}
