//! Clients that follow the trail by its cursors alone, or by its `Link` header.

use serde_json::Value;
use tests::records::{at, event_by};
use tests::{Account, Bed, Call, refusal, trail_walk};

const ADA: &str = "Ada@example.com";

/// Ten events, every second one by Ada, every third one of a type.
async fn account_with_events(bed: &Bed) -> Account {
    let event = |number: usize| {
        let email = if number.is_multiple_of(2) { ADA } else { "grace@example.com" };
        event_by(
            &format!("e-{number}"),
            &at(number),
            email,
            if number.is_multiple_of(3) { "RESET_PASSWORD" } else { "A" },
        )
    };
    let account = bed.account().await;
    bed.record(&account, &(0..10).map(event).collect::<Vec<Value>>()).await;
    account
}

#[tokio::test]
async fn a_cursor_that_is_sent_alone_continues_its_own_query() {
    for bed in Bed::on_each_engine().await {
        let account = account_with_events(&bed).await;
        let (from, to) = ("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:08.0001Z");
        for (filters, expected) in [
            (vec![], vec!["e-9", "e-8", "e-7", "e-6", "e-5", "e-4", "e-3", "e-2", "e-1", "e-0"]),
            (vec![("user_email", ADA)], vec!["e-8", "e-6", "e-4", "e-2", "e-0"]),
            (vec![("event_type", "RESET_PASSWORD")], vec!["e-9", "e-6", "e-3", "e-0"]),
            (vec![("event_type", "RESET_PASSWORD"), ("user_email", ADA)], vec!["e-6", "e-0"]),
            (
                vec![("start_date", from), ("end_date", to)],
                vec!["e-8", "e-7", "e-6", "e-5", "e-4", "e-3", "e-2", "e-1"],
            ),
        ] {
            let first = filters.iter().fold(Call::trail(&account), |call, (name, value)| call.query(name, value));
            let sized = |call: Call| call.query("page_size", "1");
            let mut pages = vec![trail_walk::page(&bed, &sized(first)).await];
            while let Some(next) = pages.last().and_then(|page| page.next.clone()) {
                pages.push(trail_walk::page(&bed, &sized(Call::trail(&account)).query("cursor", &next)).await);
            }
            assert_eq!(trail_walk::ids(&pages), expected, "{}: {filters:?}", bed.engine);

            let last = pages.last().unwrap();
            let back = trail_walk::back(&bed, &sized(Call::trail(&account)), last).await;
            assert_eq!(trail_walk::ids(&back), expected[..expected.len() - 1], "{}: {filters:?} back", bed.engine);
        }
    }
}

#[tokio::test]
async fn a_filter_beside_a_cursor_must_be_that_of_its_query() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let query = [("user_email", ADA), ("start_date", "2024-01-01T00:00:00.5Z"), ("end_date", "2024-01-01T00:00:09Z")];
    let first = query.iter().fold(Call::trail(&account), |call, (name, value)| call.query(name, value));
    let cursor = trail_walk::page(&bed, &first.query("page_size", "1")).await.next.unwrap();
    let beside = |name: &str, value: &str| Call::trail(&account).query("cursor", &cursor).query(name, value);

    for (name, same) in [
        ("user_email", "ADA@example.com"),
        ("start_date", "2024-01-01T01:00:00.5001+01:00"),
        ("end_date", "2024-01-01T00:00:08.9999Z"),
        ("page_size", "7"),
    ] {
        assert_eq!(trail_walk::page(&bed, &beside(name, same)).await.ids, ["e-6", "e-4", "e-2"], "{name}");
    }
    for (name, other) in [
        ("user_email", "grace@example.com"),
        ("start_date", "2024-01-01T00:00:00.501Z"),
        ("end_date", "2024-01-01T00:00:09.001Z"),
        ("event_type", "A"),
    ] {
        let call = beside(name, other);
        let reply = bed.send(&call).await;
        refusal::check(&call, &reply, 404);
        assert_eq!(reply.body, r#"{"detail":"Invalid cursor"}"#);
    }
}

/// The URL of a relation in a `Link` header.
fn link(header: &str, rel: &str) -> Option<String> {
    let link = header.split(", ").find(|link| link.ends_with(&format!("; rel=\"{rel}\"")))?;
    Some(link.strip_prefix('<')?.split_once('>')?.0.to_owned())
}

#[tokio::test]
async fn links_lead_to_the_pages_that_there_are_and_to_no_others() {
    let bed = Bed::new().await;
    let account = account_with_events(&bed).await;
    let call = |query: Option<&str>| {
        let call = Call::trail_of(&account, "hris").path("/hris/v1/audit-trail");
        let call = call.header("Host", "audit.example.com").header("X-Forwarded-Proto", "https");
        query.unwrap_or("page_size=4").split('&').fold(call, |call, parameter| {
            let (name, value) = parameter.split_once('=').unwrap();
            call.query(name, value)
        })
    };
    let (mut query, mut seen) = (None::<String>, Vec::new());
    loop {
        let reply = bed.send(&call(query.as_deref())).await;
        let body = reply.json();
        let header = reply.header("link").unwrap_or_default();
        for (rel, cursor) in [("next", &body["next"]), ("prev", &body["previous"])] {
            let page = cursor
                .as_str()
                .map(|cursor| format!("https://audit.example.com/v1/hris/v1/audit-trail?page_size=4&cursor={cursor}"));
            assert_eq!(link(header, rel), page, "{rel} of {query:?}");
        }
        seen.push(body["results"].as_array().unwrap().len());
        let Some(next) = link(header, "next") else { break };
        query = next.split_once('?').map(|(_, query)| query.to_owned());
    }
    assert_eq!(seen, [4, 4, 2]);
    assert_eq!(bed.send(&call(Some("page_size=100"))).await.header("link"), None, "there is one page");
    let hostless = bed.send(&Call::trail(&account).query("page_size", "1")).await;
    assert_eq!(hostless.header("link"), None, "nobody says what was asked");
}
