//! The feed, followed: every event once, in an order that never changes.

use crate::feed::{account_with_entries_that_are_no_events, events, position, text};
use serde_json::Value;
use tests::records::{at, event};
use tests::stream::append_recorded;
use tests::{Account, Bed, Call};

/// What a follower keeps: where it is, and what it has read.
struct Follower {
    call: Call,
    checkpoint: Option<String>,
    read: Vec<(u64, String)>,
}

impl Follower {
    fn new(account: &Account, limit: usize) -> Self {
        Self { call: Call::feed(account).query("limit", &limit.to_string()), checkpoint: None, read: Vec::new() }
    }

    /// Reads up to the end that there is now.
    async fn follow(&mut self, bed: &Bed) {
        loop {
            let call = match &self.checkpoint {
                None => self.call.clone(),
                Some(checkpoint) => self.call.clone().query("cursor", checkpoint),
            };
            let reply = bed.send(&call).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            let page = reply.json();
            self.read.extend(events(&page).iter().map(|event| (position(event), text(event, "id"))));
            self.checkpoint = Some(text(&page, "checkpoint"));
            if page.get("next") == Some(&Value::Null) {
                return;
            }
            assert_eq!(page.get("next"), page.get("checkpoint"));
        }
    }
}

#[tokio::test]
async fn a_follower_gets_every_event_once_whatever_is_written_meanwhile() {
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let mut followers = [1, 2, 7, 1_000].map(|limit| Follower::new(&account, limit));
        let mut expected = Vec::new();
        // Each round: events of the same millisecond, and ones that happened before everything read so far.
        for round in 0..5 {
            for follower in &mut followers {
                follower.follow(&bed).await;
            }
            let arrived: Vec<_> = (0..5)
                .map(|n| {
                    if n < 3 {
                        event(&format!("{round}-same-{n}"), &at(500))
                    } else {
                        event(&format!("{round}-late-{n}"), &at(100 - round * 10 - n))
                    }
                })
                .collect();
            bed.record(&account, &arrived).await;
            append_recorded(&bed, &account).await;
            let known: Vec<String> = expected.iter().map(|(_, id): &(u64, String)| id.clone()).collect();
            let mut keys = bed.event_sort_keys(&account, "2024").await;
            keys.retain(|sk| !known.iter().any(|id| sk.ends_with(&format!("#{id}"))));
            let ids = keys.iter().filter_map(|sk| Some(sk.split_once('#')?.1.to_owned()));
            expected.extend((expected.len() as u64..).zip(ids).collect::<Vec<_>>());
        }
        for follower in &mut followers {
            follower.follow(&bed).await;
            assert_eq!(follower.read, expected, "{}", bed.engine);
        }
        assert_eq!(expected.len(), 25);
    }
}

#[tokio::test]
async fn entries_that_are_no_events_are_passed_over() {
    let bed = Bed::new().await;
    let account = account_with_entries_that_are_no_events(&bed).await;
    for limit in ["1", "2", "100"] {
        let mut follower = Follower::new(&account, limit.parse().unwrap());
        follower.follow(&bed).await;
        let read: Vec<_> = follower.read.iter().map(|(position, _)| *position).collect();
        assert_eq!(read, [0, 1, 2, 5], "limit {limit}");
    }
}
