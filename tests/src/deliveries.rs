//! Destinations, and what receives what is sent to them: a receiver of webhooks that does what a test says with each request.

use crate::account::Account;
use crate::bed::Bed;
use crate::requests_sent::as_function;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use events_deliver::send::Means;
use events_deliver::send::https::Https;
use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::s3::Objects;
use events_deliver::{Called, Failed, Outcome};
use serde_json::Value;
use shared::destination::change::{Change, Deed};
use shared::destination::progress::Progress;
use shared::destination::secret::WebhookSecret;
use shared::destination::target::{Target, Url};
use shared::destination::{Destination, Status};
use shared::event::recorder::Recorder;
use shared::event::{Principal, Role};
use shared::process::app::App;
use shared::process::event_ids::event_ids;
use shared::process::invocation::Invocation;
use shared::store::usage::Usage;
use shared::values::destination_id::DestinationId;
use shared::values::format::Format;
use shared::values::timestamp::Timestamp;
use std::net::{IpAddr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A clock that a test moves on.
#[derive(Debug)]
pub struct Clock(AtomicI64);

impl Clock {
    /// One that stands at the beginning of 2025, which is behind all records of the suites.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_735_689_600_000))
    }

    /// The time on it.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_epoch_ms(self.0.load(Ordering::SeqCst)).expect("a time")
    }

    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).expect("a time"), Ordering::SeqCst);
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

/// What parcels are sent with where webhooks go to this machine and objects into a folder.
pub fn means(folder: impl Into<PathBuf>, patience: Duration) -> Means {
    let https = Https::new(Reach::Loopback).with_patience(patience);
    Means { https, objects: Objects::Folder(folder.into()), event_bridge: None }
}

/// Calls `events-deliver`, held to its role.
///
/// # Errors
/// Those of the function.
pub async fn deliver(app: &App, means: &Means, called: &Called, clock: &Clock) -> Result<Outcome, Failed> {
    let now = || clock.now();
    let invocation = Invocation::default();
    let handled = events_deliver::handle(app, means, Reach::Loopback, called, &now, &invocation);
    as_function("events-deliver", handled).await
}

/// Calls it for one account, as the stream does.
pub fn stream_of(account: &Account) -> Called {
    Called::Stream([account.id.clone()].into())
}

/// The deed of an operator.
pub fn deed(now: Timestamp) -> Deed {
    Deed {
        principal: Principal {
            id: None,
            name: Some("ada".to_owned()),
            email: None,
            role: Role::Admin,
            ip_address: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        },
        recorder: Recorder::DestinationOperator,
        event_id: event_ids(now)(),
        now,
    }
}

/// The secret of the webhooks of the suites: 32 bytes 7.
pub fn secret() -> WebhookSecret {
    WebhookSecret::of_random([7; 32])
}

/// A target at that URL.
pub fn webhook(url: &str) -> Target {
    Target::Https {
        url: Url::parse(url).expect("a URL"),
        secrets: vec![secret()],
        headers: Vec::new(),
        allows_private: false,
    }
}

/// Makes a destination of the account that begins at the log's beginning.
pub async fn make(bed: &Bed, account: &Account, target: Target, clock: &Clock) -> Destination {
    let now = clock.now();
    let destination = Destination {
        id: DestinationId::of_random(fastrand::u64(..)),
        account: account.id.clone(),
        target,
        format: Format::Audit,
        created_at: now,
        changed_at: now,
        status: Status::Active,
        progress: Progress::from(0),
    };
    let made = bed.store().create_destination(&destination, &deed(now), &Usage::default()).await;
    made.expect("the engine takes it");
    destination
}

/// The destination as it stands in the table.
pub async fn read(bed: &Bed, destination: &Destination) -> Destination {
    let (account, id) = (&destination.account, &destination.id);
    let read = bed.store().destination(account, id, &Usage::default()).await;
    read.expect("the engine answers").expect("it is there")
}

/// Changes a destination as it stands in the table.
pub async fn change(bed: &Bed, destination: &Destination, change: &Change, clock: &Clock) -> Destination {
    let seen = read(bed, destination).await;
    let changed = bed.store().change_destination(&seen, change, &deed(clock.now()), &Usage::default()).await;
    changed.expect("the engine takes it")
}

/// What a receiver does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// It keeps it and answers 204.
    Stores,
    /// It answers with that status.
    Answers(u16),
    /// It answers 503 and asks to be left alone for so many seconds.
    AsksToWait(u32),
    /// It never answers.
    Hangs,
    /// It ends the connection before it keeps anything.
    CutsBefore,
    /// It keeps it and ends the connection.
    CutsAfter,
    /// It keeps it and answers after so many milliseconds.
    Slow(u64),
}

/// A webhook that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its `webhook-id`.
    pub id: String,
    /// The positions of its events.
    pub positions: Vec<u64>,
    /// All of its body.
    pub body: String,
    /// Its `webhook-timestamp`.
    pub timestamp: String,
    /// Its `webhook-signature`.
    pub signature: String,
}

/// A receiver of webhooks.
#[derive(Debug)]
pub struct Receiver {
    url: String,
    script: Arc<Mutex<Vec<Does>>>,
    kept: Arc<Mutex<Vec<Kept>>>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Starts one that does those things with its first requests, in order, and then keeps everything.
    pub async fn start(script: &[Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let script = Arc::new(Mutex::new(script.iter().rev().copied().collect::<Vec<_>>()));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (does, keeps) = (Arc::clone(&script), Arc::clone(&kept));
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&does), Arc::clone(&keeps)));
            }
        });
        Self { url, script, kept, serving }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Has it do those things with its next requests.
    pub fn then(&self, script: &[Does]) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = script.iter().rev().copied().collect();
    }

    /// What it has kept, in order.
    pub fn kept(&self) -> Vec<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The positions that it has kept, in order, each webhook that came again left out.
    ///
    /// # Panics
    /// One that came again has other events than the first time.
    pub fn positions(&self) -> Vec<u64> {
        let mut seen: Vec<Kept> = Vec::new();
        for kept in self.kept() {
            match seen.iter().find(|before| before.id == kept.id) {
                None => seen.push(kept),
                Some(before) => assert_eq!((&before.positions, &before.body), (&kept.positions, &kept.body)),
            }
        }
        seen.into_iter().flat_map(|kept| kept.positions).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut connection: TcpStream, script: Arc<Mutex<Vec<Does>>>, keeps: Arc<Mutex<Vec<Kept>>>) {
    while let Some(kept) = request(&mut connection).await {
        let does = script.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or(Does::Stores);
        if matches!(does, Does::Stores | Does::CutsAfter | Does::Slow(_)) {
            keeps.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        }
        let answer = match does {
            Does::Stores => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            Does::Answers(status) => format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n"),
            Does::AsksToWait(s) => format!("HTTP/1.1 503 Said\r\nretry-after: {s}\r\ncontent-length: 0\r\n\r\n"),
            Does::CutsBefore | Does::CutsAfter => return,
            Does::Hangs => std::future::pending().await,
            Does::Slow(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
            }
        };
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The next request of a connection; none if it has ended.
async fn request(connection: &mut TcpStream) -> Option<Kept> {
    let mut read = Vec::new();
    let head_end = loop {
        if let Some(at) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        let mut buffer = [0; 4_096];
        let count = connection.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        read.extend_from_slice(&buffer[..count]);
    };
    let head = String::from_utf8_lossy(&read[..head_end]).into_owned();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let length: usize = header("content-length").parse().expect("a length");
    let mut body = read.split_off(head_end);
    while body.len() < length {
        let mut buffer = [0; 16_384];
        let count = connection.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&buffer[..count]);
    }
    let body = String::from_utf8(body).expect("UTF-8");
    let json: Value = serde_json::from_str(&body).expect("JSON");
    let events = json.pointer("/data/events").and_then(Value::as_array).expect("events");
    let positions = events.iter().map(|event| event["position"].as_u64().expect("a position")).collect();
    let (id, timestamp, signature) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    Some(Kept { id, positions, body, timestamp, signature })
}

/// Puts so many events of the account straight into its log and the table, and returns their number. The quickest way to many.
pub async fn grow(bed: &Bed, account: &Account, from: usize, count: usize) {
    let events: Vec<_> =
        (from..from + count).map(|n| crate::records::event(&format!("e-{n:05}"), &crate::records::at(n))).collect();
    bed.record(account, &events).await;
    let first = crate::records::at(from);
    let items = bed.event_items(account).await;
    let new = items.iter().filter(|item| item["sk"].as_s().is_ok_and(|sk| sk.as_str() >= first.as_str()));
    let records: Vec<_> = new.enumerate().map(|(at, item)| crate::stream::insert(from + at, item)).collect();
    for batch in records.chunks(1_000) {
        let answer = crate::stream::append(&bed.app, &crate::stream::batch(batch)).await;
        assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
    }
}

/// The bytes of a secret, in base64, for a signature that is made anew.
pub fn secret_bytes(secret: &WebhookSecret) -> Vec<u8> {
    STANDARD.decode(secret.reveal().trim_start_matches("whsec_")).expect("base64")
}
