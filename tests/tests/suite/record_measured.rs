//! What recording costs: write units of an event of about 600 bytes, and, on demand, events a second through the endpoint.

use audit_cli::functions::functions;
use audit_cli::gateway::{Gateway, HttpRequest};
use serde_json::{Value, json};
use shared::event::input::EventInput;
use shared::process::app::App;
use shared::process::clock;
use shared::store::usage::Usage;
use shared::table::item::encode_event;
use shared::values::ids::EventId;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::queue::{batch, consume, message};
use tests::shipped_template::shipped_template;
use tests::{Account, Bed};

/// An event as a team's own service would record it; in the network audit too.
fn typical(number: usize) -> Value {
    json!({
        "event_type": "CHANGED_SCOPES", "event_description": format!("Ada changed the scopes of key {number}"),
        "principal": {"id": "usr_1", "name": "Ada", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"},
        "subject": {"category": "users", "entity_key": "Network:Team", "entity_id": "usr_2", "user_id": "usr_2"},
        "current_state": {"Status": "active"},
    })
}

/// Bytes of an item as DynamoDB counts them: names and texts.
fn item_bytes(event: &Value, account: &Account) -> usize {
    let input = EventInput::parse(&event.to_string()).expect("an event");
    let id = EventId::parse("019caa2f-1d7b-7c52-9a64-0d6f1c2b3a4e").expect("an id");
    let item = encode_event(&account.id, &input.into_event(id, clock::now(), clock::now()));
    item.iter().map(|(name, value)| name.len() + value.as_s().expect("a string").len()).sum()
}

/// As the embedded engine counts them; DynamoDB Local reports the same for one event as for fifty. A transaction writes twice what
/// a put writes to the table, 1 unit a KB, and once to each index.
#[tokio::test]
async fn an_event_of_600_bytes_and_four_indexes_costs_six_write_units() {
    let bed = Bed::new().await;
    let account = bed.account().await;
    let bytes = item_bytes(&typical(1), &account);
    assert!((550..1_024).contains(&bytes), "{bytes} bytes");
    for count in [1, 10, 50] {
        let event = |number| {
            let input = EventInput::parse(&typical(number).to_string()).expect("an event");
            let id = EventId::parse(&format!("e-{count}-{number}")).expect("an id");
            input.into_event(id, clock::now(), clock::now())
        };
        let events: Vec<_> = (0..count).map(event).collect();
        let usage = Usage::default();
        bed.store().record(&account.id, &events, None, clock::now(), &usage).await.expect("it is recorded");
        assert_eq!(usage.capacity_units(), 6.0 * count as f64, "{count} events of {bytes} bytes");
    }
}

fn request(account: &Account, events: &[Value], key: &str) -> HttpRequest {
    let request = lambda_http::http::Request::post("/audit-trail/events").header("Host", "127.0.0.1:3000");
    let request = request.header("Authorization", format!("Bearer {}", account.token()));
    let request = request.header("Content-Type", "application/json").header("Idempotency-Key", key);
    request.body(json!({ "events": events }).to_string().into_bytes()).expect("a request")
}

/// Records batches of that size for a while, that many at once. Returns the time of each and of all.
async fn measure(gateway: &Gateway, account: &Account, size: usize, at_once: usize) -> (Vec<Duration>, Duration) {
    let begun = Instant::now();
    let client = |client: usize| async move {
        let mut took = Vec::new();
        for round in 0.. {
            if begun.elapsed() > Duration::from_secs(4) {
                break;
            }
            let events: Vec<_> = (0..size).map(|at| typical(round * size + at)).collect();
            let request = request(account, &events, &format!("{size}-{at_once}-{client}-{round}"));
            let sent = Instant::now();
            let response = gateway.answer(request).await;
            took.push(sent.elapsed());
            assert_eq!(response.status(), 201, "{}", String::from_utf8_lossy(response.body()));
        }
        took
    };
    let took = futures_util::future::join_all((0..at_once).map(client)).await;
    let mut took: Vec<_> = took.into_iter().flatten().collect();
    took.sort_unstable();
    (took, begun.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: cargo test --release -p tests record_measured -- --ignored --nocapture"]
async fn events_a_second_through_the_endpoint() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    let app = Arc::new(App::new(bed.store().clone()));
    let gateway =
        Gateway::new(shipped_template(), functions(&app), "127.0.0.1:3000").expect("every route has its function");
    println!("| batch | at once | batches | events/s | p50 ms | p99 ms |\n|---|---|---|---|---|---|");
    for at_once in [1, 8] {
        for size in [1, 10, 50] {
            let (took, all) = measure(&gateway, &account, size, at_once).await;
            let at =
                |percent: usize| took.get((took.len() - 1) * percent / 100).map_or(0.0, |it| it.as_secs_f64() * 1e3);
            let a_second = (took.len() * size) as f64 / all.as_secs_f64();
            let (batches, p50, p99) = (took.len(), at(50), at(99));
            println!("| {size} | {at_once} | {batches} | {a_second:.0} | {p50:.1} | {p99:.1} |");
        }
    }
}

/// Messages in a batch: what the template asks SQS for.
const MESSAGES: usize = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: cargo test --release -p tests record_measured -- --ignored --nocapture"]
async fn events_a_second_through_the_consumer() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    println!(
        "| events in a message | batches of {MESSAGES} messages | events/s | p50 ms of a batch |\n|---|---|---|---|"
    );
    for size in [1, 10, 50] {
        let (begun, mut took) = (Instant::now(), Vec::new());
        while begun.elapsed() < Duration::from_secs(4) {
            let numbered = |at: usize| (0..size).map(|number| typical(at * size + number)).collect::<Vec<_>>();
            let body = |at: usize| json!({"account": account.id.as_str(), "events": numbered(at)}).to_string();
            let id = |at: usize| format!("message-{size}-{}-{at}", took.len());
            let messages: Vec<_> = (0..MESSAGES).map(|at| message(&id(at), &body(at))).collect();
            let sent = Instant::now();
            let answer = consume(&bed.app, &batch(&messages)).await;
            took.push(sent.elapsed());
            assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
        }
        took.sort_unstable();
        let a_second = (took.len() * MESSAGES * size) as f64 / begun.elapsed().as_secs_f64();
        let p50 = took.get(took.len() / 2).map_or(0.0, |it| it.as_secs_f64() * 1e3);
        println!("| {size} | {} | {a_second:.0} | {p50:.1} |", took.len());
    }
}
