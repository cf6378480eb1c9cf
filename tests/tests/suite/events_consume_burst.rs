//! A burst that is more than a partition takes: no valid message is given up, by the deliveries and consumers of the template.

use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::process::clock;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tests::queue::{batch, consume, delivery};
use tests::records::event;
use tests::template_json::template;
use tests::throttle::Throttle;
use tests::trail_walk::{forwards, ids};
use tests::{Bed, Call};

/// Puts a second that the partition takes, and how long one of them takes: AWS's 1,000 and 3 ms, ten times as slow. So 16 puts at
/// once are five times what the partition takes.
const PUTS_PER_SECOND: u32 = 100;
const PUT_TAKES: Duration = Duration::from_millis(30);

const MESSAGES: usize = 24;
/// As many as there may be.
const EVENTS_OF_A_MESSAGE: usize = 50;

/// A number of the template.
fn number(place: &str) -> usize {
    let template = template();
    let value = template.pointer(place).and_then(Value::as_u64).expect("a number is there");
    usize::try_from(value).expect("it is small")
}

/// Messages that wait, with how often each has been delivered. Those that fail are delivered again at once, and not after the
/// 150 s of the queue in which a partition recovers: worse than what happens in AWS.
async fn deliver_until_done(throttle: &Throttle, bodies: &BTreeMap<String, String>) -> usize {
    let consumers =
        number("/Resources/EventsConsume/Properties/Events/Queue/Properties/ScalingConfig/MaximumConcurrency");
    let at_once = number("/Resources/EventsConsume/Properties/Events/Queue/Properties/BatchSize");
    let deliveries_max = number("/Resources/EventsQueue/Properties/RedrivePolicy/maxReceiveCount");
    let apps: Vec<_> = (0..consumers).map(|_| throttle.app()).collect();
    let mut waiting: Vec<(String, usize)> = bodies.keys().map(|id| (id.clone(), 0)).collect();
    let mut most = 0;
    while !waiting.is_empty() {
        let taken: Vec<_> = waiting.drain(..waiting.len().min(consumers * at_once)).collect();
        let batches = taken.chunks(at_once).zip(&apps).map(async |(messages, app)| {
            let delivered = messages.iter().map(|(id, before)| delivery(id, &bodies[id], before + 1));
            let answer = consume(app, &batch(&delivered.collect::<Vec<_>>())).await.expect("an answer");
            let failed: BTreeSet<_> = messages.iter().filter(|(id, _)| answer.contains(&format!("\"{id}\""))).collect();
            failed.into_iter().map(|(id, before)| (id.clone(), before + 1)).collect::<Vec<_>>()
        });
        for (id, deliveries) in join_all(batches).await.into_iter().flatten() {
            assert!(deliveries < deliveries_max, "the valid message {id} is given up");
            most = most.max(deliveries);
            waiting.push((id, deliveries));
        }
    }
    most + 1
}

#[tokio::test]
async fn every_valid_message_of_a_burst_is_recorded_within_its_deliveries() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let throttle = Throttle::by_rate(&bed, PUTS_PER_SECOND, PUT_TAKES).await;
    let body = |message: usize| {
        let events =
            (0..EVENTS_OF_A_MESSAGE).map(|n| event(&format!("e-{message:02}-{n:02}"), &clock::now().to_string()));
        json!({"account": account.id.as_str(), "events": events.collect::<Vec<_>>()}).to_string()
    };
    let bodies = (0..MESSAGES).map(|message| (format!("m-{message:02}"), body(message))).collect();

    let deliveries = deliver_until_done(&throttle, &bodies).await;

    assert!(deliveries <= 10, "a message took {deliveries} deliveries");
    let pages = forwards(&bed, &Call::trail(&account).query("page_size", "100")).await;
    let recorded: BTreeSet<_> = ids(&pages).into_iter().collect();
    assert_eq!(recorded.len(), MESSAGES * EVENTS_OF_A_MESSAGE);
}
