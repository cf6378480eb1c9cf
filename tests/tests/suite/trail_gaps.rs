//! Pages that DynamoDB's limits leave short or empty: what is looked for is found all the same.

use serde_json::Value;
use tests::hostile::forged;
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
async fn an_empty_last_page_leads_back_over_the_gap() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    bed.record(&account, &events()).await;
    bed.record(&account, &[event_by("link", &at(LARGE + 2), EMAIL, "GENERATED_MAGIC_LINK")]).await;
    let call = Call::trail(&account).query("user_email", EMAIL).query("event_type", "GENERATED_MAGIC_LINK");

    let pages = trail_walk::forwards(&bed, &call).await;
    let (last, before_last) = pages.split_last().unwrap();
    let back = trail_walk::back(&bed, &call, last).await;

    assert_eq!((trail_walk::ids(before_last), last.ids.len()), (vec!["link".to_owned()], 0));
    assert_eq!(trail_walk::ids(&back), ["link"]);
}

#[tokio::test]
async fn an_empty_page_leads_back_to_the_event_at_its_position() {
    // A page that was given up may stand at the very event that it returned last. That depends on where 1 MB ends, so the
    // cursor is made here.
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let sought = [1, 2].map(|second| event_by(&format!("e-{second}"), &at(second), EMAIL, "RESET_PASSWORD"));
        bed.record(&account, &sought).await;
        let both = Call::trail(&account).query("user_email", EMAIL).query("event_type", "RESET_PASSWORD");
        let listing = [("endpoint", "audit-trail"), ("account", account.id.as_str())];
        let filters = format!(r#"["1970-01-01T00:00:00.000Z",null,"RESET_PASSWORD","{EMAIL}"]"#);
        for (direction, position, behind) in
            [("f", "01.000Z#e-1", ["e-2", "e-1"]), ("b", "02.000Z#e-2", ["e-2", "e-1"])]
        {
            let cursor = format!(r#""{direction}",false,true,"2024-01-01T00:00:{position}",{filters}"#);
            let payload = format!(r#"[2,{{"trail":[{cursor}]}}]"#);
            let empty = trail_walk::page(&bed, &both.clone().query("cursor", &forged(&listing, &payload))).await;
            assert_eq!(empty.ids, [""; 0], "{}", bed.engine);

            let (turned, onwards) =
                if direction == "f" { (empty.previous, empty.next) } else { (empty.next, empty.previous) };
            assert_eq!(onwards, None);
            let back = trail_walk::page(&bed, &both.clone().query("cursor", &turned.unwrap())).await;
            assert_eq!(back.ids, behind, "{} turned from {direction}", bed.engine);
        }
    }
}

#[tokio::test]
async fn pages_are_full_of_events_larger_than_an_answer_of_the_store_holds() {
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
            assert_eq!(pages[0].ids.len(), 100, "{}: what is large in them the trail does not show", bed.engine);

            let (last, before_last) = pages.split_last().unwrap();
            let back = trail_walk::back(&bed, &call, last).await;
            assert_eq!(trail_walk::ids(&back), trail_walk::ids(before_last), "{} back", bed.engine);
        }
    }
}
