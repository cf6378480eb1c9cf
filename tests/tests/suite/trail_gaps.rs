//! Pages that DynamoDB's limits leave short or empty: what is looked for is found all the same.

use serde_json::Value;
use tests::records::{at, event_by, large};
use tests::trail_walk::{self, TrailPage};
use tests::{Bed, Call};

/// More than the ten requests of 1 MB that a page may take look at.
const LARGE: usize = 260;

const EMAIL: &str = "ada@example.com";

/// Three events of the type that is looked for: the oldest, the newest, and one in the middle of 11 MB of another type.
fn events() -> Vec<Value> {
    let sought = |id: &str, second| event_by(id, &at(second), EMAIL, "RESET_PASSWORD");
    let other = |second: usize| large(event_by(&format!("other-{second:03}"), &at(second), EMAIL, "INVITED_USER"));
    let others = (1..=LARGE).map(other);
    [sought("oldest", 0), sought("newest", LARGE + 1), sought("middle", 20)].into_iter().chain(others).collect()
}

/// Whether a page was given up before it was full, though there was more.
fn gave_up(pages: &[TrailPage], size: usize) -> bool {
    pages.iter().any(|page| page.ids.len() < size && page.next.is_some())
}

/// Whether the engine ends an answer at 1 MB that it looked at, as DynamoDB does. DynamoDB Local ends it at 1 MB that passed
/// the filter, so no page of it is given up.
fn leaves_gaps(bed: &Bed) -> bool {
    bed.engine == "embedded"
}

#[tokio::test]
async fn pages_that_a_filter_leaves_empty_are_not_the_end_forwards_or_back() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.record(&account, &events()).await;
        let both = Call::trail(&account).query("user_email", EMAIL).query("event_type", "RESET_PASSWORD");

        for size in [1, 2, 7, 100] {
            let call = both.clone().query("page_size", &size.to_string());
            let pages = trail_walk::forwards(&bed, &call).await;
            assert_eq!(trail_walk::ids(&pages), ["newest", "middle", "oldest"], "{} by {size}", bed.engine);
            let one_is_full_at_once = size == 1;
            assert_eq!(gave_up(&pages, size), leaves_gaps(&bed) && !one_is_full_at_once, "{} by {size}", bed.engine);

            let (last, before_last) = pages.split_last().unwrap();
            let back = trail_walk::back(&bed, &call, last).await;
            assert_eq!(trail_walk::ids(&back), trail_walk::ids(before_last), "{} back by {size}", bed.engine);
            let forwards_again = trail_walk::page(&bed, &call).await;
            assert_eq!(forwards_again.ids, pages[0].ids);
        }
    }
}

#[tokio::test]
async fn a_filter_that_nothing_passes_leads_over_empty_pages_to_an_end() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.record(&account, &events()).await;
        let call = Call::trail(&account).query("user_email", EMAIL).query("event_type", "MUTED_ISSUE");

        let pages = trail_walk::forwards(&bed, &call).await;

        assert_eq!(trail_walk::ids(&pages), [""; 0], "{}", bed.engine);
        assert_eq!(gave_up(&pages, 50), leaves_gaps(&bed), "{}: the first page is given up, resumable", bed.engine);
        assert!(pages.iter().all(|page| page.previous.is_none()), "nothing has been returned, so nothing is behind");
    }
}

#[tokio::test]
async fn large_events_close_a_page_early_and_none_is_lost() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.record(&account, &events()).await;
        let expected: Vec<_> = [String::from("newest")]
            .into_iter()
            .chain((21..=LARGE).rev().map(|second| format!("other-{second:03}")))
            .chain(["other-020".to_owned(), "middle".to_owned()])
            .chain((1..20).rev().map(|second| format!("other-{second:03}")))
            .chain(["oldest".to_owned()])
            .collect();

        for call in [Call::trail(&account), Call::trail(&account).query("user_email", EMAIL)] {
            let call = call.query("page_size", "100");
            let pages = trail_walk::forwards(&bed, &call).await;
            assert_eq!(trail_walk::ids(&pages), expected, "{}", bed.engine);
            assert!(pages[0].ids.len() < 100, "{}: a page of 100 would be 5 MB", bed.engine);

            let (last, before_last) = pages.split_last().unwrap();
            let back = trail_walk::back(&bed, &call, last).await;
            assert_eq!(trail_walk::ids(&back), trail_walk::ids(before_last), "{} back", bed.engine);
        }
    }
}
