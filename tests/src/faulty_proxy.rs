//! Stands between the SDK and an engine, and lets things go wrong: before the engine sees a request, or after it has done it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection closes; the engine never sees the request.
    DropBefore,
    /// The engine does it; the connection closes instead of an answer.
    DropAfter,
    /// A 500; the engine never sees the request.
    FailBefore,
    /// The engine does it; the answer is a 500.
    FailAfter,
    /// The engine does it; half of the answer arrives.
    CutAfter,
    /// It is throttled.
    Throttle,
    /// The transaction is cancelled, for another one has its hands on its first item.
    Cancel,
    /// The request reaches the engine when its sender has given up.
    DelayBefore,
    /// The engine does it; the answer arrives when nobody waits for it any more.
    DelayAfter,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::DropBefore,
        Self::DropAfter,
        Self::FailBefore,
        Self::FailAfter,
        Self::CutAfter,
        Self::Throttle,
        Self::Cancel,
        Self::DelayBefore,
        Self::DelayAfter,
    ];
}

/// How often things go wrong, and how long a delay takes.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// Requests of a hundred that meet a fault, each kind as likely as the others.
    pub percent: u32,
    /// Longer than the client waits.
    pub delay: Duration,
}

/// The proxy.
#[derive(Debug)]
pub struct FaultyProxy {
    endpoint_url: String,
    met: Arc<[AtomicU32; Fault::ALL.len()]>,
    serving: JoinHandle<()>,
}

impl FaultyProxy {
    /// Starts it before the engine at that URL.
    pub async fn start(engine_url: &str, weather: Weather) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let engine = engine_url.trim_start_matches("http://").to_owned();
        let met: Arc<[AtomicU32; Fault::ALL.len()]> = Arc::default();
        let counted = Arc::clone(&met);
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, engine.clone(), weather, Arc::clone(&counted)));
            }
        });
        Self { endpoint_url, met, serving }
    }

    /// Where it listens.
    pub fn endpoint_url(&self) -> &str {
        &self.endpoint_url
    }

    /// How many requests met each fault.
    pub fn met(&self) -> Vec<(Fault, u32)> {
        Fault::ALL.into_iter().zip(self.met.iter().map(|count| count.load(Ordering::Relaxed))).collect()
    }
}

impl Drop for FaultyProxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut client: TcpStream, engine: String, weather: Weather, met: Arc<[AtomicU32; Fault::ALL.len()]>) {
    while let Some(request) = read_message(&mut client).await {
        let fault = (fastrand::u32(0..100) < weather.percent).then(|| fastrand::usize(..Fault::ALL.len()));
        if let Some(count) = fault.and_then(|at| met.get(at)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let fault = fault.and_then(|at| Fault::ALL.get(at).copied());
        let Some(answer) = answer(&engine, &request, fault, weather.delay).await else { return };
        if client.write_all(&answer).await.is_err() || fault == Some(Fault::CutAfter) {
            return;
        }
    }
}

/// What the client gets; nothing is a closed connection.
async fn answer(engine: &str, request: &[u8], fault: Option<Fault>, delay: Duration) -> Option<Vec<u8>> {
    match fault {
        None => pass_on(engine, request).await,
        Some(Fault::DropBefore) => None,
        Some(Fault::DropAfter) => {
            pass_on(engine, request).await?;
            None
        }
        Some(Fault::FailBefore) => Some(error(500, "InternalServerError", "")),
        Some(Fault::FailAfter) => {
            pass_on(engine, request).await?;
            Some(error(500, "InternalServerError", ""))
        }
        Some(Fault::CutAfter) => {
            let mut answer = pass_on(engine, request).await?;
            answer.truncate(answer.len() / 2);
            Some(answer)
        }
        Some(Fault::Throttle) => Some(error(400, "ThrottlingException", "")),
        Some(Fault::Cancel) if !String::from_utf8_lossy(request).contains(".TransactWriteItems") => {
            pass_on(engine, request).await // nothing but a transaction can be cancelled
        }
        Some(Fault::Cancel) => {
            let reasons = r#","CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"None"}]"#;
            Some(error(400, "TransactionCanceledException", reasons))
        }
        Some(Fault::DelayBefore) => {
            tokio::time::sleep(delay).await;
            pass_on(engine, request).await
        }
        Some(Fault::DelayAfter) => {
            let answer = pass_on(engine, request).await;
            tokio::time::sleep(delay).await;
            answer
        }
    }
}

/// A connection of its own for each request, so that the client's going away never cuts what the engine does.
pub(crate) async fn pass_on(engine: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut connection = TcpStream::connect(engine).await.ok()?;
    connection.write_all(request).await.ok()?;
    read_message(&mut connection).await
}

fn error(status: u16, code: &str, more: &str) -> Vec<u8> {
    let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"injected"{more}}}"#);
    let length = body.len();
    let head = "Content-Type: application/x-amz-json-1.0\r\nContent-Length";
    format!("HTTP/1.1 {status} Injected\r\n{head}: {length}\r\n\r\n{body}").into_bytes()
}

/// The next request or answer, head and body, or nothing if the other side has gone.
pub(crate) async fn read_message(connection: &mut TcpStream) -> Option<Vec<u8>> {
    let mut read = Vec::new();
    loop {
        if let Some(length) = length(&read)
            && read.len() >= length
        {
            return Some(read);
        }
        if connection.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

/// Length of the message, once its head is there.
fn length(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(read.get(..head)?).into_owned();
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    let mut length = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let body = length.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0);
    Some(head + body)
}
