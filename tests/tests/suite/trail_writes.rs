//! What is written while somebody walks: whatever it is, each event that was there before is returned exactly once.

use tests::records::{at, event_by};
use tests::trail_walk::{TrailPage, page};
use tests::{Account, Bed, Call};

const EVENTS: usize = 60;
const EMAIL: &str = "ada@example.com";
const TYPE: &str = "RESET_PASSWORD";

/// Three at a time are tied.
fn created_at(number: usize) -> String {
    at(number / 3)
}

fn id(number: usize) -> String {
    format!("e-{number:02}")
}

/// Every filter, all of which every event passes.
fn filters(account: &Account) -> [Call; 4] {
    let trail = Call::trail(account);
    let of_type = trail.clone().query("event_type", TYPE);
    let by_email = trail.clone().query("user_email", EMAIL);
    let by_both = by_email.clone().query("event_type", TYPE);
    [trail, of_type, by_email, by_both]
}

/// After a page whose last event is that one: newer than all; in the past, before and behind the walk; at the same
/// millisecond, with ids before and after.
async fn write_around(bed: &Bed, account: &Account, last_id: &str, turn: usize) {
    let number: usize = last_id.trim_start_matches("e-").parse().unwrap_or(EVENTS / 2);
    let tied = created_at(number);
    let written = [
        (format!("new-{turn}"), at(EVENTS + turn)),
        (format!("early-{turn}"), at(0)),
        (format!("late-{turn}"), created_at(EVENTS - 1)),
        (format!("a-tied-{turn}"), tied.clone()),
        (format!("z-tied-{turn}"), tied.clone()),
        (format!("{last_id}-next-{turn}"), tied),
        (format!("older-{turn}"), created_at(number.saturating_sub(4))),
        (format!("younger-{turn}"), created_at((number + 4).min(EVENTS - 1))),
    ];
    let events: Vec<_> = written.iter().map(|(id, at)| event_by(id, at, EMAIL, TYPE)).collect();
    bed.record(account, &events).await;
}

/// The ids that were there at the start, in the order given.
fn originals(pages: &[TrailPage]) -> Vec<String> {
    let is_original = |id: &&String| id.starts_with("e-") && id.len() == 4;
    pages.iter().flat_map(|page| page.ids.iter().filter(is_original).cloned()).collect()
}

#[tokio::test]
async fn each_event_that_was_there_is_returned_once_forwards_and_back_whatever_is_written_meanwhile() {
    for bed in Bed::on_each_engine().await {
        for filter in 0..4 {
            let account = bed.account().await;
            let events: Vec<_> = (0..EVENTS).map(|n| event_by(&id(n), &created_at(n), EMAIL, TYPE)).collect();
            bed.record(&account, &events).await;
            let call = filters(&account)[filter].clone().query("page_size", "7");

            let mut pages = vec![page(&bed, &call).await];
            while let Some(next) = pages.last().unwrap().next.clone() {
                let last_id = pages.last().unwrap().ids.last().unwrap().clone();
                write_around(&bed, &account, &last_id, pages.len()).await;
                pages.push(page(&bed, &call.clone().query("cursor", &next)).await);
            }
            let expected: Vec<_> = (0..EVENTS).rev().map(id).collect();
            assert_eq!(originals(&pages), expected, "{} forwards, filter {filter}", bed.engine);

            let last = pages.pop().unwrap();
            let mut back: Vec<TrailPage> = Vec::new();
            let mut previous = last.previous.clone();
            while let Some(cursor) = previous {
                let first_id = back.last().unwrap_or(&last).ids.first().unwrap().clone();
                if back.len() < 8 {
                    write_around(&bed, &account, &first_id, 100 + back.len()).await;
                }
                back.push(page(&bed, &call.clone().query("cursor", &cursor)).await);
                previous = back.last().unwrap().previous.clone();
            }
            back.reverse();
            assert_eq!(originals(&back), originals(&pages), "{} back, filter {filter}", bed.engine);
        }
    }
}

#[tokio::test]
async fn events_written_ahead_of_the_walk_are_met_and_those_behind_it_are_not() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events: Vec<_> = (0..4).map(|n| event_by(&id(n), &at(10), EMAIL, TYPE)).collect();
        bed.record(&account, &events).await;
        let call = Call::trail(&account).query("page_size", "2");
        let first = page(&bed, &call).await;
        assert_eq!(first.ids, ["e-03", "e-02"]);

        // In the order of the trail: new, e-03, e-02-tied, (the position) e-02, e-01-tied, e-01, e-00, old
        let tied = |id: &str| event_by(id, &at(10), EMAIL, TYPE);
        let (new, old) = (event_by("new", &at(11), EMAIL, TYPE), event_by("old", &at(9), EMAIL, TYPE));
        bed.record(&account, &[new, tied("e-02-tied"), tied("e-01-tied"), old]).await;

        let next = first.next.unwrap();
        let rest = page(&bed, &call.clone().query_instead("page_size", "100").query("cursor", &next)).await;
        assert_eq!(rest.ids, ["e-01-tied", "e-01", "e-00", "old"], "{}", bed.engine);

        let previous = rest.previous.unwrap();
        let back = page(&bed, &call.clone().query_instead("page_size", "100").query("cursor", &previous)).await;
        assert_eq!(back.ids, ["new", "e-03", "e-02-tied", "e-02"], "{}", bed.engine);
        assert_eq!(back.previous, None);
    }
}

#[tokio::test]
async fn the_page_size_may_change_from_page_to_page() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events: Vec<_> = (0..EVENTS).map(|n| event_by(&id(n), &created_at(n), EMAIL, TYPE)).collect();
        bed.record(&account, &events).await;

        let mut pages = vec![page(&bed, &Call::trail(&account).query("page_size", "1")).await];
        let mut sizes = ["2", "7", "1", "30", "100"].into_iter();
        while let Some(next) = pages.last().unwrap().next.clone() {
            let call = Call::trail(&account).query("page_size", sizes.next().unwrap());
            pages.push(page(&bed, &call.query("cursor", &next)).await);
        }

        let lengths: Vec<_> = pages.iter().map(|page| page.ids.len()).collect();
        assert_eq!(lengths, [1, 2, 7, 1, 30, 19], "{}", bed.engine);
        assert_eq!(originals(&pages), (0..EVENTS).rev().map(id).collect::<Vec<_>>(), "{}", bed.engine);

        let previous = pages.last().unwrap().previous.clone().unwrap();
        let back = Call::trail(&account).query("page_size", "100").query("cursor", &previous);
        let back = page(&bed, &back).await;
        assert_eq!(back.ids.len(), 41, "{}: everything before the last page", bed.engine);
        assert_eq!(back.previous, None);
        assert!(back.next.is_some());
    }
}
