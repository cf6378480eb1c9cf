//! The lines, literally.

use super::*;
use crate::process::config::METRICS_NAMESPACE;
use crate::process::invocation::Invocation;
use crate::store::usage::Usage;
use crate::values::timestamp::Timestamp;
use std::time::Duration;

fn invocation() -> Invocation {
    Invocation {
        lambda_request_id: Some("8476a536-e9f4-11e8-9739-2dfe598c3fcd".to_owned()),
        trace_id: Some("1-5759e988-bd862e3fe1be46a994272793".to_owned()),
        deadline: None,
    }
}

fn call<'a>(endpoint: &'a str, account: Option<&'a str>, invocation: &'a Invocation, usage: &'a Usage) -> Call<'a> {
    let at = Timestamp::from_epoch_ms(1_772_357_400_123).expect("2026-03-01T09:30:00.123Z");
    Call { at, endpoint, account, invocation, usage, took: Duration::from_micros(2_375) }
}

fn text(per_account: bool, line: &impl Line) -> String {
    let text = Metrics::new(METRICS_NAMESPACE, per_account).text(line).expect("a valid record");
    String::from_utf8(text).expect("JSON")
}

#[test]
fn the_line_of_a_request_is_its_metrics_by_endpoint_and_by_account() {
    let (invocation, usage) = (invocation(), Usage::default());
    usage.cost(1, 1.5);
    let call = call("audit-trail", Some("acme"), &invocation, &usage);
    let line = RequestLine { call, status: 200, items: 50, request_id: "Izd0TpVevOSvByR", refused: None };

    let dimensions = r#"[["endpoint"],["endpoint","account"]]"#;
    let expected = concat!(
        r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"AuditTrail","Dimensions":DIMENSIONS,"Metrics":["#,
        r#"{"Name":"items","Unit":"Count"},{"Name":"dynamodb_requests","Unit":"Count"},"#,
        r#"{"Name":"capacity_units","Unit":"Count"},{"Name":"took_ms","Unit":"Milliseconds"},"#,
        r#"{"Name":"store_ms","Unit":"Milliseconds"}]}],"Timestamp":1772357400123},"#,
        r#""items":50,"status":200,"dynamodb_requests":1,"capacity_units":1.5,"took_ms":2.375,"store_ms":0,"#,
        r#""timestamp":"2026-03-01T09:30:00.123Z","level":"INFO","message":"request answered","#,
        r#""endpoint":"audit-trail","account":"acme","lambda_request_id":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","#,
        r#""trace_id":"1-5759e988-bd862e3fe1be46a994272793","request_id":"Izd0TpVevOSvByR"}"#,
        "\n"
    );
    assert_eq!(text(true, &line), expected.replace("DIMENSIONS", dimensions));
    assert_eq!(text(false, &line), expected.replace("DIMENSIONS", r#"[["endpoint"]]"#));
}

#[test]
fn a_request_that_was_refused_before_its_account_was_known_counts_for_its_endpoint_only() {
    let (invocation, usage) = (Invocation::default(), Usage::default());
    let call = call("events-record", None, &invocation, &usage);
    let refused = Some("the field \"tok\u{7}en\" is unknown");
    let line = RequestLine { call, status: 401, items: 0, request_id: "CE53pG0ARy52J6D", refused };

    let expected = concat!(
        r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"AuditTrail","Dimensions":[["endpoint"]],"Metrics":["#,
        r#"{"Name":"items","Unit":"Count"},{"Name":"dynamodb_requests","Unit":"Count"},"#,
        r#"{"Name":"capacity_units","Unit":"Count"},{"Name":"took_ms","Unit":"Milliseconds"},"#,
        r#"{"Name":"store_ms","Unit":"Milliseconds"}]}],"Timestamp":1772357400123},"#,
        r#""items":0,"status":401,"dynamodb_requests":0,"capacity_units":0,"took_ms":2.375,"store_ms":0,"#,
        r#""timestamp":"2026-03-01T09:30:00.123Z","level":"INFO","message":"request answered","#,
        r#""endpoint":"events-record","request_id":"CE53pG0ARy52J6D","#,
        r#""refused":"the field \"tok\u0007en\" is unknown"}"#,
        "\n"
    );
    assert_eq!(text(true, &line), expected);
}

#[test]
fn the_line_of_a_request_that_failed_leaves_its_cause_to_the_line_before() {
    let (invocation, usage) = (invocation(), Usage::default());
    usage.cost(3, 0.0);
    let call = call("users-audit", Some("acme"), &invocation, &usage);
    let line = RequestLine { call, status: 503, items: 0, request_id: "plLbvUYHAxNgDqJ", refused: None };

    let expected = concat!(
        r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"AuditTrail","Dimensions":[["endpoint"],["endpoint","account"]],"#,
        r#""Metrics":[{"Name":"items","Unit":"Count"},{"Name":"dynamodb_requests","Unit":"Count"},"#,
        r#"{"Name":"capacity_units","Unit":"Count"},{"Name":"took_ms","Unit":"Milliseconds"},"#,
        r#"{"Name":"store_ms","Unit":"Milliseconds"}]}],"Timestamp":1772357400123},"#,
        r#""items":0,"status":503,"dynamodb_requests":3,"capacity_units":0,"took_ms":2.375,"store_ms":0,"#,
        r#""timestamp":"2026-03-01T09:30:00.123Z","level":"INFO","message":"request answered","#,
        r#""endpoint":"users-audit","account":"acme","lambda_request_id":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","#,
        r#""trace_id":"1-5759e988-bd862e3fe1be46a994272793","request_id":"plLbvUYHAxNgDqJ"}"#,
        "\n"
    );
    assert_eq!(text(true, &line), expected);
}

#[test]
fn the_line_of_a_queue_counts_messages_and_events() {
    let (invocation, usage) = (invocation(), Usage::default());
    usage.cost(4, 18.0);
    usage.recorded(3);
    let call = call("events-consume", Some("acme"), &invocation, &usage);
    let line = QueueLine { call, messages: 4, messages_failed: 1, events_there_already: 2 };

    let expected = concat!(
        r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"AuditTrail","Dimensions":[["endpoint"],["endpoint","account"]],"#,
        r#""Metrics":[{"Name":"messages","Unit":"Count"},{"Name":"messages_failed","Unit":"Count"},"#,
        r#"{"Name":"events_recorded","Unit":"Count"},{"Name":"dynamodb_requests","Unit":"Count"},"#,
        r#"{"Name":"capacity_units","Unit":"Count"},{"Name":"took_ms","Unit":"Milliseconds"},"#,
        r#"{"Name":"store_ms","Unit":"Milliseconds"}]}],"Timestamp":1772357400123},"#,
        r#""messages":4,"messages_failed":1,"events_recorded":3,"events_there_already":2,"dynamodb_requests":4,"#,
        r#""capacity_units":18,"took_ms":2.375,"store_ms":0,"#,
        r#""timestamp":"2026-03-01T09:30:00.123Z","level":"INFO","message":"batch consumed","#,
        r#""endpoint":"events-consume","account":"acme","lambda_request_id":"8476a536-e9f4-11e8-9739-2dfe598c3fcd","#,
        r#""trace_id":"1-5759e988-bd862e3fe1be46a994272793"}"#,
        "\n"
    );
    assert_eq!(text(true, &line), expected);
}

#[test]
fn a_call_that_nobody_waits_for_makes_metrics_only_of_what_the_dashboard_shows() {
    let (invocation, usage) = (Invocation::default(), Usage::default());
    usage.cost(3, 5.5);
    let metrics =
        |line: &str| line.split_once("]}],").expect("metrics").0.split_once(r#""Metrics":["#).unwrap().1.to_owned();

    let append = AppendLine {
        call: call("log-append", None, &invocation, &usage),
        records: 5,
        entries_appended: 4,
        entries_there_already: 1,
        accounts: 2,
        accounts_failed: 0,
        lag_ms: 1_250,
    };
    let expected = concat!(
        r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"AuditTrail","Dimensions":[["endpoint"]],"Metrics":["#,
        r#"{"Name":"lag_ms","Unit":"Count"},{"Name":"capacity_units","Unit":"Count"}]}],"Timestamp":1772357400123},"#,
        r#""lag_ms":1250,"records":5,"entries_appended":4,"entries_there_already":1,"accounts":2,"accounts_failed":0,"#,
        r#""capacity_units":5.5,"dynamodb_requests":3,"took_ms":2.375,"store_ms":0,"#,
        r#""timestamp":"2026-03-01T09:30:00.123Z","level":"INFO","message":"log appended","endpoint":"log-append"}"#,
        "\n"
    );
    assert_eq!(text(true, &append), expected);

    let reconcile = ReconcileLine {
        call: call("log-reconcile", None, &invocation, &usage),
        accounts: 2,
        accounts_failed: 0,
        days_compared: 3,
        events_compared: 40,
        entries_appended: 1,
        differences: 1,
    };
    let roll = RollLine {
        call: call("counts-roll", None, &invocation, &usage),
        accounts: 2,
        accounts_failed: 1,
        days_counted: 3,
        events_read: 2,
        days_left: 0,
    };
    for line in [text(true, &reconcile), text(true, &roll)] {
        assert_eq!(metrics(&line), r#"{"Name":"capacity_units","Unit":"Count"}"#, "{line}");
    }
}

#[test]
fn events_are_a_metric_of_requests_that_recorded_some() {
    let (invocation, usage) = (Invocation::default(), Usage::default());
    usage.recorded(2);
    let call = call("events-record", Some("acme"), &invocation, &usage);
    let line = RequestLine { call, status: 201, items: 2, request_id: "plLbvUYHAxNgDqJ", refused: None };

    let text = text(true, &line);

    assert!(text.contains(r#"{"Name":"events_recorded","Unit":"Count"}"#), "{text}");
    assert!(text.contains(r#","items":2,"events_recorded":2,"status":201,"#), "{text}");
}

#[test]
fn a_cause_is_cut_at_its_longest() {
    let longest = "é".repeat(CAUSE_LENGTH_MAX);
    assert_eq!(cut(&longest), longest);
    assert_eq!(cut(&format!("{longest}!")), longest);
    assert_eq!(cut(""), "");
}
