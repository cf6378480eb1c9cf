//! The feed in other formats: the same events at the same positions, and cursors that are good in each.

use crate::feed::{account_with, events, text};
use serde_json::Value;
use shared::process::ocsf_mapping::OcsfMapping;
use tests::records::at;
use tests::{Account, Bed, Call};

async fn page(bed: &Bed, account: &Account, parameters: &[(&str, &str)]) -> Value {
    let call = parameters.iter().fold(Call::feed(account), |call, (name, value)| call.query(name, value));
    let reply = bed.send(&call).await;
    assert_eq!(reply.status, 200, "{}: {}", bed.engine, reply.body);
    reply.json()
}

fn sequences(page: &Value) -> Vec<&Value> {
    events(page).iter().map(|event| &event["metadata"]["sequence"]).collect()
}

#[tokio::test]
async fn the_feed_is_read_in_ocsf_with_whatever_stands_in_place_of_an_event() {
    for bed in Bed::on_each_engine().await {
        let account = account_with(&bed, 4).await;
        let items = bed.event_items(&account).await;
        bed.delete_item(items[1]["pk"].as_s().unwrap(), items[1]["sk"].as_s().unwrap()).await;

        let page = page(&bed, &account, &[("format", "ocsf")]).await;

        assert_eq!(sequences(&page), [0, 1, 2, 3], "{}", bed.engine);
        let [first, missing, ..] = events(&page) else { panic!("{page}") };
        assert_eq!([&first["type_name"], &first["metadata"]["uid"]], ["Account Change: Create", "e-000"]);
        assert_eq!([&first["metadata"]["tenant_uid"], &first["metadata"]["version"]], [account.id.as_str(), "1.8.0"]);
        assert_eq!(text(&first["metadata"], "original_time"), at(0));
        assert_eq!(missing["unmapped"]["missing"], true);
        assert_eq!([&missing["activity_name"], &missing["entity"]["uid"]], ["EVENT_MISSING", "e-001"]);
    }
}

#[tokio::test]
async fn the_feed_is_read_in_cloud_events_whose_data_is_the_feeds_own_event() {
    for bed in Bed::on_each_engine().await {
        let account = account_with(&bed, 3).await;

        let own = page(&bed, &account, &[]).await;
        let enveloped = page(&bed, &account, &[("format", "cloudevents")]).await;

        let data: Vec<_> = events(&enveloped).iter().map(|event| &event["data"]).collect();
        assert_eq!(data, events(&own).iter().collect::<Vec<_>>(), "{}", bed.engine);
        let first = &events(&enveloped)[0];
        assert_eq!(text(first, "id"), format!("{}#e-000", at(0)));
        assert_eq!(text(first, "source"), format!("/audit-trail/{}", account.id));
        assert_eq!([text(first, "type"), text(first, "sequence")], ["INVITED_USER", "0000000000000000"]);
    }
}

#[tokio::test]
async fn a_cursor_is_good_in_every_format_and_a_link_stays_in_its_own() {
    for bed in Bed::on_each_engine().await {
        let account = account_with(&bed, 5).await;

        let first = page(&bed, &account, &[("format", "ocsf"), ("limit", "2")]).await;
        let next = text(&first, "next");
        let then = page(&bed, &account, &[("format", "cloudevents"), ("limit", "2"), ("cursor", &next)]).await;
        let last = page(&bed, &account, &[("format", "ocsf"), ("cursor", &text(&then, "next"))]).await;

        assert_eq!(sequences(&first), [0, 1], "{}", bed.engine);
        let positions: Vec<_> = events(&then).iter().map(|event| &event["data"]["position"]).collect();
        assert_eq!(positions, [2, 3]);
        assert_eq!((sequences(&last), &last["next"]), (vec![&Value::from(4)], &Value::Null));
        let asked =
            Call::feed(&account).header("Host", "audit.example.com").query("limit", "2").query("format", "ocsf");
        let link =
            format!("<https://audit.example.com/v1/audit-trail/feed?limit=2&format=ocsf&cursor={next}>; rel=\"next\"");
        assert_eq!(bed.send(&asked).await.header("link"), Some(link.as_str()));
    }
}

#[tokio::test]
async fn ndjson_has_an_event_of_the_format_a_line() {
    let bed = Bed::new().await;
    let account = account_with(&bed, 3).await;
    let ndjson = Call::feed(&account).header("Accept", "application/x-ndjson").query("format", "ocsf");

    let reply = bed.send(&ndjson).await;

    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = reply.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, *events(&page(&bed, &account, &[("format", "ocsf")]).await));
}

#[tokio::test]
async fn another_format_is_refused_with_those_that_there_are() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let asked = |format| Call::feed(&account).query("format", format);
    for bad in ["", "OCSF", "cef", "ecs", "json"] {
        let reply = bed.send(&asked(bad)).await;
        let said = r#"{"format":["must be one of audit, ocsf, cloudevents"]}"#;
        assert_eq!((reply.status, reply.body.as_str()), (400, said), "{bad:?}");
    }
    assert_eq!(bed.send(&asked("audit")).await.status, 200);
    assert_eq!(bed.send(&asked("ocsf").query("format", "ocsf")).await.status, 400, "once");
}

#[tokio::test]
async fn the_operators_mapping_is_that_of_the_app() {
    let bed = Bed::new().await;
    let account = account_with(&bed, 1).await;
    let mapping = OcsfMapping::parse(r#"{"INVITED_USER": {"activity": "account_change.other", "severity": "low"}}"#);
    let app = shared::process::app::App::new(bed.store().clone()).with_ocsf_mapping(mapping.unwrap());

    let reply = Call::feed(&account).query("format", "ocsf").send(&app).await;

    let page = reply.json();
    let event = &events(&page)[0];
    assert_eq!([&event["type_name"], &event["activity_name"]], ["Account Change: Other", "INVITED_USER"]);
    assert_eq!(event["severity"], "Low");
}
