//! A page of the system log: its range, its order, its links, what it costs.

use std::time::Duration;
use tests::records::{at, event, large, record};
use tests::stream::append_recorded;
use tests::system_log_client::{URL, ids, page, text, walk};
use tests::{Account, Bed, Call};

/// Three rounds of events, each appended in a call of its own, and when each was.
async fn in_rounds(bed: &Bed, events: usize) -> (Account, Vec<String>) {
    let account = bed.account().await;
    let mut began = Vec::new();
    for round in 0..3 {
        let of_round: Vec<_> = (0..events).map(|n| event(&format!("{round}-{n}"), &at(round * 100 + n))).collect();
        bed.record(&account, &of_round).await;
        append_recorded(bed, &account).await;
        let newest = page(bed, &Call::system_log(&account).query("sortOrder", "DESCENDING")).await;
        began.push(text(&newest.events[0], "/published"));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (account, began)
}

fn named(rounds: &[usize], events: usize) -> Vec<String> {
    rounds.iter().flat_map(|round| (0..events).map(move |n| format!("{round}-{n}"))).collect()
}

#[tokio::test]
async fn a_range_is_half_open_and_its_last_page_leads_nowhere() {
    for bed in Bed::on_each_engine().await {
        let (account, began) = in_rounds(&bed, 4).await;
        let (since, until) = (began[1].as_str(), began[2].as_str());
        for limit in ["1", "2", "3", "4", "7", "1000"] {
            let call = Call::system_log(&account).query("limit", limit);
            let range = call.clone().query("since", since).query("until", until);
            let pages = walk(&bed, &account, &range).await;
            assert_eq!(ids(&pages), named(&[1], 4), "{}: limit {limit}", bed.engine);
            assert!(pages.iter().all(|page| !page.events.is_empty()) && pages.last().unwrap().next.is_none());

            let to_the_end = call.clone().query("until", "2999-01-01T00:00:00Z").query("since", since);
            assert_eq!(ids(&walk(&bed, &account, &to_the_end).await), named(&[1, 2], 4), "{}", bed.engine);
            let from_the_beginning = call.query("until", since);
            let pages = walk(&bed, &account, &from_the_beginning).await;
            assert_eq!(ids(&pages), named(&[0], 4), "{}: it begins 7 days before", bed.engine);
        }
        let finer = since.replace('Z', "0001Z");
        let later = Call::system_log(&account).query("since", &finer).query("until", until);
        assert_eq!(page(&bed, &later).await.ids(), Vec::<String>::new(), "a finer bound is honoured");
        let zoneless = Call::system_log(&account).query("since", since.trim_end_matches('Z')).query("until", until);
        assert_eq!(page(&bed, &zoneless).await.ids(), named(&[1], 4), "XSIAM sends no zone");
        let empty = Call::system_log(&account).query("since", until).query("until", until);
        let empty = page(&bed, &empty).await;
        assert_eq!((empty.events.len(), empty.next), (0, None));
    }
}

#[tokio::test]
async fn a_range_is_read_backwards_too() {
    for bed in Bed::on_each_engine().await {
        let (account, began) = in_rounds(&bed, 4).await;
        let backwards = |rounds: &[usize]| named(rounds, 4).into_iter().rev().collect::<Vec<_>>();
        for limit in ["1", "3", "4", "1000"] {
            let call = Call::system_log(&account).query("limit", limit).query("sortOrder", "DESCENDING");
            let pages = walk(&bed, &account, &call).await;
            assert_eq!(ids(&pages), backwards(&[0, 1, 2]), "{}: limit {limit}", bed.engine);
            assert!(pages.last().unwrap().next.is_none());
            let range = call.clone().query("since", &began[1]).query("until", &began[2]);
            assert_eq!(ids(&walk(&bed, &account, &range).await), backwards(&[1]), "{}: limit {limit}", bed.engine);
            let since = call.query("since", &began[1]);
            assert_eq!(ids(&walk(&bed, &account, &since).await), backwards(&[1, 2]), "{}: limit {limit}", bed.engine);
        }
    }
}

#[tokio::test]
async fn what_arrives_during_a_walk_backwards_does_not_move_it() {
    for bed in Bed::on_each_engine().await {
        let (account, _) = in_rounds(&bed, 2).await;
        let first = page(&bed, &Call::system_log(&account).query("limit", "2").query("sortOrder", "DESCENDING")).await;
        bed.record(&account, &[event("late", &at(1))]).await;
        append_recorded(&bed, &account).await;
        let rest = walk(&bed, &account, &tests::system_log_client::call_of(&account, &first.next.unwrap())).await;
        assert_eq!(ids(&rest), ["1-1", "1-0", "0-1", "0-0"], "{}", bed.engine);
    }
}

#[tokio::test]
async fn the_links_are_absolute_in_one_header_and_the_page_names_itself_to_the_letter() {
    let bed = Bed::new().await;
    let (account, began) = in_rounds(&bed, 2).await;
    let call = Call::system_log(&account).query("since", &began[0]).query("limit", "2").query("sortOrder", "ASCENDING");
    let reply = bed.send(&call).await;
    assert_eq!(reply.headers.iter().filter(|(name, _)| name == "link").count(), 1);
    let first = page(&bed, &call).await;
    assert_eq!(first.own, format!("{URL}?since={}&limit=2&sortOrder=ASCENDING", began[0]));
    let next = first.next.unwrap();
    let token =
        next.strip_prefix(&format!("{URL}?after=")).unwrap().strip_suffix("&limit=2&sortOrder=ASCENDING").unwrap();
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");

    let second = page(&bed, &tests::system_log_client::call_of(&account, &next)).await;
    assert_eq!(second.own, next);
    assert!(reply.header("x-rate-limit-limit").is_none() && reply.header("x-rate-limit-reset").is_none());
}

#[tokio::test]
async fn a_token_goes_on_alone_or_beside_what_it_was_given_with() {
    let bed = Bed::new().await;
    let (account, began) = in_rounds(&bed, 4).await;
    let range = Call::system_log(&account).query("since", &began[0]).query("until", &began[2]).query("limit", "3");
    let next = page(&bed, &range).await.next.unwrap();
    let token = next.split_once("after=").unwrap().1.split('&').next().unwrap().to_owned();
    let rest = ["0-3", "1-0", "1-1", "1-2", "1-3"];
    let alone = Call::system_log(&account).query("after", &token);
    assert_eq!(page(&bed, &alone).await.ids(), rest, "it knows its end");
    for since in [&began[0], "1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        assert_eq!(page(&bed, &alone.clone().query("since", since)).await.ids(), rest, "it wins over {since}");
    }
    assert_eq!(page(&bed, &alone.query("until", &began[2]).query("sortOrder", "ASCENDING")).await.ids(), rest);
}

#[tokio::test]
async fn a_page_is_a_query_and_a_request_for_each_hundred_events() {
    for bed in Bed::on_each_engine().await {
        let account = crate::feed::account_with(&bed, 350).await;
        let call = |limit: &str| Call::system_log(&account).query("limit", limit);
        let first = page(&bed, &call("100")).await;
        bed.requests_sent();
        page(&bed, &tests::system_log_client::call_of(&account, &first.next.unwrap())).await;
        assert_eq!(bed.requests_sent(), 2, "{}", bed.engine);
        page(&bed, &call("250")).await;
        assert_eq!(bed.requests_sent(), 4, "{}", bed.engine);
        page(&bed, &call("100").query("sortOrder", "DESCENDING")).await;
        assert_eq!(bed.requests_sent(), 3, "{}: and the end", bed.engine);
    }
}

#[tokio::test]
async fn a_page_of_large_events_ends_by_its_bytes_and_goes_on() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let events: Vec<_> = (0..90).map(|n| large(record(&format!("e-{n:03}"), &at(n), "users", "u-1"))).collect();
    bed.record(&account, &events).await;
    append_recorded(&bed, &account).await;
    let call = Call::system_log(&account).query("limit", "1000");
    let reply = bed.send(&call).await;
    assert!((2_900_000..3_000_100).contains(&reply.body.len()), "{} bytes", reply.body.len());
    assert_eq!(ids(&walk(&bed, &account, &call).await), (0..90).map(|n| format!("e-{n:03}")).collect::<Vec<_>>());
}
