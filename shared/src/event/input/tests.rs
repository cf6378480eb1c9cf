//! What makes an event valid, and how faults are named.

use super::*;

const SMALLEST: &str = r#"{"event_type":"INVITED_USER","event_description":"Invited Ada",
    "principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#;

fn faults(text: &str) -> Vec<(String, String)> {
    let faults = EventInput::parse(text).expect_err("the input is bad");
    faults.iter().map(|fault| (fault.field.clone(), fault.message.clone())).collect()
}

fn fault(field: &str, message: &str) -> (String, String) {
    (field.to_owned(), message.to_owned())
}

#[test]
fn the_smallest_event_leaves_its_id_and_time_to_us() {
    let input = EventInput::parse(SMALLEST).expect("an event");
    assert_eq!((input.id, input.created_at), (None, None));
    assert_eq!(input.details.event_description, "Invited Ada");
    assert_eq!(input.details.message_key(), "Network:InvitedUser");
}

#[test]
fn every_field_is_read() {
    let input = EventInput::parse(
        r#"{"id":"e-1","created_at":"2020-07-24T05:26:02.0009+02:00","event_type":"INVITED_USER",
        "event_description":"Żółć, \"invited\"\n","principal":{"id":"p-1","name":"Ada","email":"Ada@example.com",
        "role":"MERGE_TEAM","ip_address":"2001:0DB8::1"},"subject":{"category":"userAccess",
        "entity_key":"Network:UserAccess","entity_id":"x","user_id":"u-1"},"message_key":"Network:UserLoggedOn",
        "message":{"b":1.10},"previous_state":{},"current_state":null}"#,
    )
    .expect("an event");

    assert_eq!(input.id.as_ref().map(EventId::as_str), Some("e-1"));
    assert_eq!(input.created_at.as_ref().map(Moment::to_string).as_deref(), Some("2020-07-24T03:26:02.0009Z"));
    assert_eq!(input.created_at_or(Timestamp::MAX).to_string(), "2020-07-24T03:26:02.000Z");
    assert_eq!(input.details.principal.ip_address.to_string(), "2001:db8::1");
    assert_eq!(input.details.message_key(), "Network:UserLoggedOn");
    assert_eq!(input.details.message.as_ref().map(JsonObject::as_str), Some(r#"{"b":1.10}"#));
    assert_eq!(input.details.previous_state.as_ref().map(JsonObject::as_str), Some("{}"));
    assert_eq!(input.details.current_state, None);
}

#[test]
fn all_faults_are_named_at_once() {
    let found = faults(
        r#"{"id":"a#b","created_at":"2020-07-24","event_type":"invited","event_description":"",
        "principal":{"name":1,"email":"ada","role":"admin","ip_address":"192.0.2.256","phone":"1"},
        "subject":[],"message":{"Type":1},"previous_state":[],"colour":"red"}"#,
    );
    let fields: Vec<_> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "id",
            "created_at",
            "event_type",
            "event_description",
            "principal.name",
            "principal.email",
            "principal.role",
            "principal.ip_address",
            "principal.phone",
            "subject",
            "message",
            "previous_state",
            "colour"
        ]
    );
    assert!(found.contains(&fault(
        "principal.role",
        "must be one of ADMIN, DEVELOPER, MEMBER, API, SYSTEM, MERGE_TEAM, SUPPORT"
    )));
    assert!(found.contains(&fault("colour", "is not a known field")));
}

#[test]
fn an_event_is_at_most_a_minute_ahead_and_a_day_old_unless_it_is_imported() {
    let at = |text| Timestamp::parse_fixed(text).expect("a time");
    let now = at("2026-03-02T00:00:00.000Z");
    let check = |reach: Reach, text| reach.check(at(text), now);
    for reach in [Reach::Recent, Reach::Import] {
        assert_eq!(check(reach, "2026-03-02T00:01:00.000Z"), Ok(()));
        let ahead = "must not be more than 60000 ms ahead of now, 2026-03-02T00:00:00.000Z";
        assert_eq!(check(reach, "2026-03-02T00:01:00.001Z"), Err(ahead.to_owned()));
        assert_eq!(check(reach, "2026-03-01T00:00:00.000Z"), Ok(()));
    }
    let back = "must not be more than 24 hours before now, 2026-03-02T00:00:00.000Z: older ones need the scope \
                events:import";
    assert_eq!(check(Reach::Recent, "2026-02-28T23:59:59.999Z"), Err(back.to_owned()));
    assert_eq!(check(Reach::Import, "1970-01-01T00:00:00.000Z"), Ok(()));
}

#[test]
fn required_fields_that_are_missing_or_null_are_named() {
    assert_eq!(
        faults(r#"{"event_type":null,"subject":{}}"#),
        [
            fault("event_type", "is required"),
            fault("event_description", "is required"),
            fault("principal", "is required"),
            fault("subject.category", "is required"),
            fault("subject.entity_key", "is required"),
            fault("subject.entity_id", "is required"),
            fault("subject.user_id", "is required"),
        ]
    );
}

#[test]
fn what_is_no_object_too_long_or_ambiguous_is_refused() {
    assert_eq!(faults("[]"), [fault("event", "must be a JSON object")]);
    assert_eq!(faults(&" ".repeat(65_537)), [fault("event", "must be at most 65536 bytes of JSON")]);
    let twice = SMALLEST.replacen('{', r#"{"event_type":"A","#, 1);
    assert_eq!(faults(&twice), [fault("event", "has the field event_type twice")]);
    let keyed = SMALLEST.replacen('{', r#"{"message_key":"A","#, 1);
    assert_eq!(faults(&keyed), [fault("message_key", "is for events that have a subject")]);
}

#[test]
fn a_text_is_bounded_in_characters_and_free_of_control_characters() {
    let described = |text: &str| SMALLEST.replace("Invited Ada", text);
    assert!(EventInput::parse(&described(&"ż".repeat(1_000))).is_ok());
    assert_eq!(faults(&described(&"ż".repeat(1_001))), [fault("event_description", "must be 1 to 1000 characters")]);
    assert_eq!(
        faults(&described("a\\u0000b").replace("\\\\", "\\")),
        [fault("event_description", "must not have control characters other than tab and line ends")]
    );
}

#[test]
fn an_ip_address_has_one_form_and_says_how_to_give_what_is_none() {
    let called_from = |address: &str| {
        let input = EventInput::parse(&SMALLEST.replace("192.0.2.1", address));
        input.map(|input| input.details.principal.ip_address.to_string())
    };
    for (given, read) in [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:C000:201", "192.0.2.1"),
        ("2001:0DB8:0::1", "2001:db8::1"),
        ("fe80::1", "fe80::1"),
        ("::", "::"),
    ] {
        assert_eq!(called_from(given).as_deref(), Ok(read));
    }
    let accepted = "must be an IPv4 or IPv6 address without a zone, or :: where there is none to give";
    for bad in ["AWS Internal", "fe80::1%eth0", "192.0.2.256", "192.0.2.01", "", "192.0.2.1 "] {
        assert_eq!(faults(&SMALLEST.replace("192.0.2.1", bad)), [fault("principal.ip_address", accepted)], "{bad:?}");
    }
}

#[test]
fn half_a_surrogate_is_named_as_what_it_is() {
    let halved = SMALLEST.replace("Invited Ada", "Invited \\ud83d");
    let accepted = "must not have half a surrogate pair: \\ud83d is a character only with the \\ude00 behind it";
    assert_eq!(faults(&halved), [fault("event_description", accepted)]);
    let whole = SMALLEST.replace("Invited Ada", "Invited \\ud83d\\ude00");
    assert_eq!(EventInput::parse(&whole).map(|input| input.details.event_description), Ok("Invited 😀".to_owned()));
    let halved = SMALLEST.replacen('{', r#"{"message":{"a":["\ude00"]},"#, 1);
    assert_eq!(faults(&halved), [fault("message", accepted)]);
}

#[test]
fn numbers_beyond_every_float_are_carried_as_they_are() {
    for number in ["1e400", "1e-400", "-1E+9999", "0.10", "123456789012345678901234567890"] {
        let text = SMALLEST.replacen('{', &format!(r#"{{"message":{{"n":{number}}},"#), 1);
        let message = EventInput::parse(&text).expect("an event").details.message.expect("a message");
        assert_eq!(message.as_str(), format!(r#"{{"n":{number}}}"#));
    }
}
