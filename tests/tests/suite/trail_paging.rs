//! The trail is walked whole, forwards and back, with every filter.

use serde_json::Value;
use tests::records::{at, event_by};
use tests::{Account, Bed, Call, trail_walk};

/// Events of the walks: a first and a second page of 100.
const EVENTS: usize = 103;

/// One event in three is of this type, and one in two by this address. Three at a time are tied, so that pages of 1, 2, 7 and
/// 100 all end inside a tie somewhere.
fn events() -> Vec<Value> {
    let event = |number: usize| {
        let event_type = if is_reset(number) { "RESET_PASSWORD" } else { "INVITED_USER" };
        let email = if is_ada(number) { "Ada@example.com" } else { "grace@example.com" };
        event_by(&id(number), &at(number / 3), email, event_type)
    };
    (0..EVENTS).map(event).collect()
}

fn id(number: usize) -> String {
    format!("e-{number:03}")
}

fn is_reset(number: usize) -> bool {
    number % 5 < 2
}

fn is_ada(number: usize) -> bool {
    number % 4 > 1
}

/// Newest first; of a tie, the last id.
fn newest_first(wanted: impl Fn(usize) -> bool) -> Vec<String> {
    (0..EVENTS).rev().filter(|number| wanted(*number)).map(id).collect()
}

/// Each filter, and the ids that it leaves.
fn filters(account: &Account) -> [(Call, Vec<String>); 4] {
    let trail = Call::trail(account);
    let of_type = trail.clone().query("event_type", "RESET_PASSWORD");
    let by_email = trail.clone().query("user_email", "ada@EXAMPLE.com");
    let by_both = by_email.clone().query("event_type", "RESET_PASSWORD");
    [
        (trail, newest_first(|_| true)),
        (of_type, newest_first(is_reset)),
        (by_email, newest_first(is_ada)),
        (by_both, newest_first(|number| is_reset(number) && is_ada(number))),
    ]
}

#[tokio::test]
async fn every_page_size_and_filter_gives_the_whole_trail_forwards_and_back() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        bed.record(&account, &events()).await;

        for (call, expected) in filters(&account) {
            for size in [1, 2, 7, 100] {
                let call = call.clone().query("page_size", &size.to_string());
                let pages = trail_walk::forwards(&bed, &call).await;
                assert_eq!(trail_walk::ids(&pages), expected, "{} forwards by {size}", bed.engine);
                assert_eq!(pages.len(), expected.len().div_ceil(size), "{}: no page is short", bed.engine);
                let (last, before_last) = pages.split_last().unwrap();
                assert_eq!(pages[0].previous, None, "nothing comes before the first page");
                assert!(pages[1..].iter().all(|page| page.previous.is_some()), "there is a way back");

                let back = trail_walk::back(&bed, &call, last).await;
                let pages_of_ids =
                    |pages: &[trail_walk::TrailPage]| -> Vec<_> { pages.iter().map(|page| page.ids.clone()).collect() };
                assert_eq!(pages_of_ids(&back), pages_of_ids(before_last), "{} back by {size}", bed.engine);
            }
        }
    }
}
