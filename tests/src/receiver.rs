//! A receiver of webhooks that does what a test says with each request, and remembers what it kept.

use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

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
    /// It keeps it and answers after [`Receiver::answer`].
    AnswersWhenTold,
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
    told: Arc<Notify>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// Starts one that does those things with its first requests, in order, and then keeps everything.
    pub async fn start(script: &[Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let script = Arc::new(Mutex::new(script.iter().rev().copied().collect::<Vec<_>>()));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::new(Notify::new());
        let (does, keeps, tells) = (Arc::clone(&script), Arc::clone(&kept), Arc::clone(&told));
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&does), Arc::clone(&keeps), Arc::clone(&tells)));
            }
        });
        Self { url, script, kept, told, serving }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Has it do those things with its next requests.
    pub fn then(&self, script: &[Does]) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = script.iter().rev().copied().collect();
    }

    /// Has it answer a request that waits for this, or the next that will.
    pub fn answer(&self) {
        self.told.notify_one();
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

async fn serve(
    mut connection: TcpStream,
    script: Arc<Mutex<Vec<Does>>>,
    keeps: Arc<Mutex<Vec<Kept>>>,
    told: Arc<Notify>,
) {
    while let Some(kept) = request(&mut connection).await {
        let does = script.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or(Does::Stores);
        if matches!(does, Does::Stores | Does::CutsAfter | Does::Slow(_) | Does::AnswersWhenTold) {
            keeps.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
        }
        let answer = match does {
            Does::Stores => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
            Does::Answers(status) => format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n"),
            Does::AsksToWait(s) => format!("HTTP/1.1 503 Said\r\nretry-after: {s}\r\ncontent-length: 0\r\n\r\n"),
            Does::CutsBefore | Does::CutsAfter => return,
            Does::Hangs => std::future::pending().await,
            Does::AnswersWhenTold => {
                told.notified().await;
                "HTTP/1.1 204 No Content\r\n\r\n".to_owned()
            }
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
        read.extend_from_slice(buffer.get(..count)?);
    };
    let head = String::from_utf8_lossy(read.get(..head_end)?).into_owned();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let length: usize = header("content-length").parse().expect("a length");
    let mut body = read.split_off(head_end);
    while body.len() < length {
        let mut buffer = [0; 16_384];
        let count = connection.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(buffer.get(..count)?);
    }
    let body = String::from_utf8(body).expect("UTF-8");
    let json: Value = serde_json::from_str(&body).expect("JSON");
    let events = json.pointer("/data/events").and_then(Value::as_array).expect("events");
    let positions =
        events.iter().map(|event| event.get("position").and_then(Value::as_u64).expect("a position")).collect();
    let (id, timestamp, signature) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    Some(Kept { id, positions, body, timestamp, signature })
}
