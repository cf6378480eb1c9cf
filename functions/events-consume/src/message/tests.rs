//! What is a message, and what is refused.

use super::*;

const EVENT: &str = r#"{"event_type":"INVITED_USER","event_description":"Invited Ada",
    "principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#;
const OWN: &str = r#"{"id":"e-1","created_at":"2001-02-03T04:05:06Z","event_type":"INVITED_USER",
    "event_description":"Invited Ada","principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_fixed(text).expect("a time")
}

fn parse(body: &str) -> Result<Message, String> {
    let id = MessageId::parse("059f36b4-87a3-44ab-83d2-661975830a7d").expect("a message id");
    let origin = Origin { id, sent_at: at("2024-03-01T09:00:00.123Z") };
    Message::parse(body, origin, at("2024-03-03T00:00:00.000Z")).map_err(|faults| faults.to_string())
}

fn sort_keys(body: &str) -> Vec<String> {
    let message = parse(body).expect("a message");
    assert_eq!(message.account.as_str(), "acme");
    assert!(message.events.iter().all(|event| event.recorded_at == at("2024-03-03T00:00:00.000Z")));
    assert!(message.events.iter().all(|event| event.recorded_by == Some(Recorder::Queue)));
    message.events.iter().map(|event| event.sort_key().to_string()).collect()
}

fn refused(body: &str) -> String {
    parse(body).expect_err("the body is bad")
}

#[test]
fn an_event_without_id_and_time_takes_those_of_the_message() {
    let expected = ["2024-03-01T09:00:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.0"];
    assert_eq!(sort_keys(&format!(r#"{{"account":"acme","event":{EVENT}}}"#)), expected);
}

#[test]
fn a_batch_keeps_its_own_ids_and_times_and_counts_the_others() {
    let keys = sort_keys(&format!(r#"{{"account":"acme","events":[{EVENT},{OWN},{EVENT}]}}"#));
    let expected = [
        "2024-03-01T09:00:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.0",
        "2001-02-03T04:05:06.000Z#e-1",
        "2024-03-01T09:00:00.123Z#059f36b4-87a3-44ab-83d2-661975830a7d.2",
    ];
    assert_eq!(keys, expected);
}

#[test]
fn an_eventbridge_event_lends_its_own_id_and_time() {
    let envelope = |detail: &str| {
        format!(
            r#"{{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"User invited",
            "source":"com.example.directory","account":"123456789012","time":"2024-02-29T23:59:59Z",
            "region":"eu-central-1","resources":[],"replay-name":"again","detail":{detail}}}"#
        )
    };
    let keys = sort_keys(&envelope(&format!(r#"{{"account":"acme","events":[{EVENT},{OWN}]}}"#)));
    let expected = ["2024-02-29T23:59:59.000Z#6a7e8feb-b491-4cf7-a9f1-bf3703467718.0", "2001-02-03T04:05:06.000Z#e-1"];
    assert_eq!(keys, expected);

    assert_eq!(refused(&envelope("{}")), "detail.account is required; detail.events is required, or event");
    assert_eq!(refused(&envelope("null")), "detail is required");
    let colour = format!(r#"{{"account":"acme","event":{EVENT},"colour":1}}"#);
    assert_eq!(refused(&envelope(&colour)), "detail.colour is not a known field");
    assert_eq!(
        refused(r#"{"detail-type":"x","id":"a#b","time":"today","detail":[]}"#),
        "id must be 1 to 64 characters: letters, digits and ._:@|+=-; time must be a date-time with a \
         zone, such as 2018-04-10T16:20:56.829Z or 2018-04-10T18:20:56+02:00 (in a URL, + is written %2B); \
         detail must be a JSON object"
    );
}

#[test]
fn what_is_no_message_is_named() {
    assert!(refused("").starts_with("body must be JSON: "));
    assert!(refused("{\"account\":").starts_with("body must be JSON: "));
    assert_eq!(refused("[]"), "body must be a JSON object");
    assert_eq!(refused("{}"), "account is required; events is required, or event");
    assert_eq!(refused(r#"{"account":"acme","events":[]}"#), "events must be 1 to 50 events");
    assert_eq!(refused(r#"{"account":"acme","events":{}}"#), "events must be a list of events");
    assert_eq!(
        refused(&format!(r#"{{"account":"a#b","event":{EVENT}}}"#)),
        "account must be 1 to 64 characters: letters, digits and ._:@|+=-"
    );
    assert_eq!(
        refused(&format!(r#"{{"account":"acme","event":{EVENT},"events":[{EVENT}]}}"#)),
        "events must not be given besides event"
    );
    assert_eq!(
        refused(&format!(r#"{{"account":"acme","detail":{EVENT}}}"#)),
        "events is required, or event; \
        detail is not a known field"
    );
    assert_eq!(refused(&" ".repeat(1_048_577)), "body must be at most 1048576 bytes");
}

#[test]
fn fifty_events_are_taken_and_one_more_is_not() {
    let events = |count: usize| format!(r#"{{"account":"acme","events":[{}]}}"#, vec![EVENT; count].join(","));
    assert_eq!(sort_keys(&events(50)).len(), 50);
    assert_eq!(refused(&events(51)), "events must be 1 to 50 events");
}

#[test]
fn the_faults_of_every_event_are_named_with_its_place() {
    let bad = r#"{"event_type":"x","event_description":"a","principal":{"role":"ADMIN","ip_address":"1"}}"#;
    assert_eq!(
        refused(&format!(r#"{{"account":"acme","events":[{EVENT},{bad},[]]}}"#)),
        "events.1.event_type must be 1 to 64 capital letters, digits and _, beginning with a letter; \
         events.1.principal.ip_address must be an IPv4 or IPv6 address without a zone, or :: where there is none to \
         give; events.2 must be a JSON object"
    );
    assert_eq!(refused(r#"{"account":"acme","event":1}"#), "event must be a JSON object");
}

#[test]
fn one_event_twice_in_a_message_is_refused() {
    let body = format!(r#"{{"account":"acme","events":[{OWN},{EVENT},{OWN}]}}"#);
    assert_eq!(refused(&body), "events.2 has the same id and time as events.0");
}

#[test]
fn a_change_of_a_dashboard_user_is_the_directorys_to_tell() {
    let subject = r#"{"subject":{"category":"users","entity_key":"Network:User","entity_id":"u-1","user_id":"u-1"},"#;
    let event = EVENT.replacen('{', subject, 1);
    assert_eq!(
        refused(&format!(r#"{{"account":"acme","event":{event}}}"#)),
        "event.subject.entity_key must not be Network:User: changes of dashboard users are recorded where they are made"
    );
}

#[test]
fn an_event_is_at_most_a_minute_ahead_and_as_old_as_it_is() {
    let created_at = |at: &str| {
        let event = EVENT.replacen('{', &format!(r#"{{"created_at":"{at}","#), 1);
        parse(&format!(r#"{{"account":"acme","event":{event}}}"#)).map(|_| ())
    };
    assert_eq!(created_at("1970-01-01T00:00:00Z"), Ok(()));
    assert_eq!(created_at("2024-03-03T00:01:00Z"), Ok(()));
    let ahead = "event.created_at must not be more than 60000 ms ahead of now, 2024-03-03T00:00:00.000Z";
    assert_eq!(created_at("2024-03-03T00:01:00.001Z"), Err(ahead.to_owned()));
}

#[test]
fn a_message_id_leaves_room_for_the_place_of_an_event() {
    assert!(MessageId::parse(&"a".repeat(61)).is_ok());
    for bad in ["", "a#b", "ä", &"a".repeat(62)] {
        assert!(MessageId::parse(bad).is_err(), "{bad:?} was accepted");
    }
}

const CLOUD_EVENT: &str = r#"{"specversion":"1.0","id":"7","source":"/crm","type":"com.example.invited","account":"acme",
    "time":"2024-02-29T23:59:59.5Z","traceparent":"00-x","data":EVENT}"#;

fn cloud_event(from: &str, to: &str) -> String {
    CLOUD_EVENT.replacen(from, to, 1).replacen("EVENT", EVENT, 1)
}

#[test]
fn a_cloud_event_names_its_account_and_is_one_event() {
    // The id is that of source and id: `printf 'cloud-event/v1\n4:/crm\n7' | sha256sum | cut -c1-32`.
    let id = "ce_f29603f507b86b511be44c31650d11d6";
    assert_eq!(sort_keys(&cloud_event("", "")), [format!("2024-02-29T23:59:59.500Z#{id}")]);
    let without_time = cloud_event(r#""time":"2024-02-29T23:59:59.5Z","#, "");
    assert_eq!(sort_keys(&without_time), [format!("2024-03-01T09:00:00.123Z#{id}")], "the message's time");

    let in_eventbridge = format!(
        r#"{{"id":"e","detail-type":"x","source":"s","time":"2024-02-01T00:00:00Z","detail":{}}}"#,
        cloud_event("", "")
    );
    assert_eq!(sort_keys(&in_eventbridge), [format!("2024-02-29T23:59:59.500Z#{id}")]);
}

#[test]
fn what_is_wrong_with_a_cloud_event_is_named() {
    assert_eq!(refused(&cloud_event(r#""account":"acme","#, "")), "account is required");
    assert_eq!(
        refused(&cloud_event("1.0", "0.3").replacen("INVITED_USER", "invited", 1)),
        "specversion must be 1.0; data.event_type must be 1 to 64 capital letters, digits and _, beginning with a letter"
    );
    let ahead = "time must not be more than 60000 ms ahead of now, 2024-03-03T00:00:00.000Z";
    assert_eq!(refused(&cloud_event("2024-02-29T23:59:59.5Z", "2024-03-03T00:01:01Z")), ahead);
    let user = r#"{"subject":{"category":"users","entity_key":"Network:User","entity_id":"u-1","user_id":"u-1"},"#;
    assert_eq!(
        refused(&CLOUD_EVENT.replacen("EVENT", &EVENT.replacen('{', user, 1), 1)),
        "data.subject.entity_key must not be Network:User: changes of dashboard users are recorded where they are made"
    );
    assert_eq!(
        refused(r#"{"detail-type":"x","id":"e","time":"2024-02-01T00:00:00Z","detail":[]}"#),
        "detail must be a JSON object"
    );
}
