//! The system log, polled: every event once, in an order that never changes.

use serde_json::Value;
use tests::records::{at, event};
use tests::stream::append_recorded;
use tests::system_log_client::{Page, call_of, ids, page, text, walk};
use tests::{Account, Bed, Call};

/// What a connector keeps: the URL to ask next, and what it has read.
struct Connector {
    first: Call,
    next: Option<String>,
    read: Vec<Value>,
}

impl Connector {
    fn new(account: &Account, limit: usize) -> Self {
        let first = Call::system_log(account).query("limit", &limit.to_string()).query("since", "1970-01-01T00:00:00Z");
        Self { first, next: None, read: Vec::new() }
    }

    /// Polls up to the end that there is now.
    async fn poll(&mut self, bed: &Bed, account: &Account) {
        let call = self.next.as_ref().map_or_else(|| self.first.clone(), |next| call_of(account, next));
        let pages = walk(bed, account, &call).await;
        self.read.extend(pages.iter().flat_map(|page| page.events.clone()));
        let last = pages.last().expect("a page");
        assert!(pages.iter().all(|page| page.next.is_some()), "polling always leads on");
        assert_eq!((last.events.len(), last.next.as_ref()), (0, Some(&last.own)), "at the end it leads to itself");
        self.next = last.next.clone();
    }
}

#[tokio::test]
async fn a_connector_gets_every_event_once_whatever_is_written_meanwhile() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut connectors = [1, 2, 7, 1_000].map(|limit| Connector::new(&account, limit));
        // Each round: events of the same millisecond, and ones that happened before everything read so far.
        for round in 0..5 {
            for connector in &mut connectors {
                connector.poll(&bed, &account).await;
                connector.poll(&bed, &account).await;
            }
            let same = (0..3).map(|n| event(&format!("{round}-same-{n}"), &at(500)));
            let late = (3..5).map(|n| event(&format!("{round}-late-{n}"), &at(100 - round * 10 - n)));
            bed.record(&account, &same.chain(late).collect::<Vec<_>>()).await;
            append_recorded(&bed, &account).await;
        }
        let mut orders = Vec::new();
        for connector in &mut connectors {
            connector.poll(&bed, &account).await;
            let positions: Vec<_> =
                connector.read.iter().map(|event| text(event, "/debugContext/debugData/position")).collect();
            assert_eq!(positions, (0..25).map(|n| n.to_string()).collect::<Vec<_>>(), "{}", bed.engine);
            let published: Vec<_> = connector.read.iter().map(|event| text(event, "/published")).collect();
            assert!(published.is_sorted(), "{published:?}");
            orders.push(connector.read.iter().map(|event| text(event, "/uuid")).collect::<Vec<_>>());
        }
        assert!(orders.iter().all(|order| *order == orders[0]));
        assert_eq!(orders[0].iter().filter(|id| id.contains("late")).count(), 10, "the back-dated ones too");
    }
}

#[tokio::test]
async fn an_empty_log_leads_to_itself_and_goes_on() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let starts = [None, Some("1970-01-01T00:00:00Z"), Some("2024-01-01T00:00:00Z")];
        let call = |since: Option<&str>| {
            since.map_or(Call::system_log(&account), |since| Call::system_log(&account).query("since", since))
        };
        let mut empty = Vec::new();
        for since in starts {
            let Page { events, next, own } = page(&bed, &call(since)).await;
            assert_eq!((events.len(), next.as_ref()), (0, Some(&own)));
            empty.push(own);
        }
        let mut connector = Connector::new(&account, 10);
        connector.poll(&bed, &account).await;
        bed.record(&account, &[event("e-1", &at(1))]).await;
        append_recorded(&bed, &account).await;
        for own in empty {
            assert_eq!(page(&bed, &call_of(&account, &own)).await.ids(), ["e-1"], "{}", bed.engine);
        }
        connector.poll(&bed, &account).await;
        assert_eq!(connector.read.len(), 1);
    }
}

#[tokio::test]
async fn who_remembers_the_last_published_time_misses_nothing() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let (mut since, mut read) = ("1970-01-01T00:00:00Z".to_owned(), Vec::<String>::new());
        for round in 0..4 {
            // As Elastic and XSIAM do: from the last time on, and what is known by its id is dropped.
            let pages = walk(&bed, &account, &Call::system_log(&account).query("since", &since)).await;
            for event in pages.iter().flat_map(|page| &page.events) {
                since = text(event, "/published");
                if !read.contains(&text(event, "/uuid")) {
                    read.push(text(event, "/uuid"));
                }
            }
            let late: Vec<_> = (0..3).map(|n| event(&format!("{round}-{n}"), &at(100 - round * 10 + n))).collect();
            bed.record(&account, &late).await;
            append_recorded(&bed, &account).await;
        }
        read.extend(ids(&walk(&bed, &account, &Call::system_log(&account).query("since", &since)).await));
        read.sort();
        read.dedup();
        assert_eq!(read.len(), 12, "{}", bed.engine);
    }
}

#[tokio::test]
async fn entries_that_are_no_events_are_passed_over_both_ways() {
    let bed = Bed::new().await;
    let account = crate::feed::account_with_entries_that_are_no_events(&bed).await;
    let expected = ["e-000", "e-001", "e-002", "e-9"];
    for limit in ["1", "2", "100"] {
        let call = Call::system_log(&account).query("limit", limit);
        assert_eq!(ids(&walk(&bed, &account, &call).await), expected, "limit {limit}");
        let mut back = ids(&walk(&bed, &account, &call.query("sortOrder", "DESCENDING")).await);
        back.reverse();
        assert_eq!(back, expected, "limit {limit}");
    }
}

#[tokio::test]
async fn an_event_that_is_gone_or_altered_is_said_to_be_missing_and_stops_nothing() {
    for bed in Bed::on_each_engine().await {
        let account = crate::feed::account_with_one_gone_and_one_altered(&bed).await;

        let events = page(&bed, &Call::system_log(&account)).await.events;
        let told = |event: &Value| {
            let said = ["/uuid", "/eventType", "/severity", "/outcome/result", "/debugContext/debugData/createdAt"];
            said.map(|pointer| text(event, pointer))
        };
        let reason = |event: &Value| event.pointer("/outcome/reason").unwrap().as_str().map(str::to_owned);
        assert_eq!(events.len(), 4, "{}", bed.engine);
        assert_eq!(told(&events[1]), ["e-001", "EVENT_MISSING", "WARN", "UNKNOWN", &at(1)]);
        assert_eq!(reason(&events[1]).as_deref(), Some("missing"));
        assert_eq!(told(&events[2]), ["e-002", "EVENT_MISSING", "WARN", "UNKNOWN", &at(2)]);
        assert_eq!(reason(&events[2]).as_deref(), Some("altered"));
        assert_eq!(told(&events[3]), ["e-003", "INVITED_USER", "INFO", "SUCCESS", &at(3)]);
        assert_eq!(reason(&events[3]), None);
    }
}
