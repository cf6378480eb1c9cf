//! Stands between functions and an engine: until the outage ends, what goes wrong is what the test says; then, nothing.

use crate::bed::Bed;
use crate::faulty_proxy::{pass_on, read_message};
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use shared::process::app::App;
use shared::process::client::{ATTEMPTS_MAX, timeouts};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Longest wait before the second try.
const BACKOFF: Duration = Duration::from_millis(20);

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is answered with that status and that body of JSON; the engine never sees it.
    Says(u16, &'static str),
    /// The connection ends; the engine never sees it.
    Closes,
    /// The engine does it; the connection ends instead of an answer.
    ClosesAfter,
    /// As [`Self::Closes`], with a reset.
    Resets,
    /// As [`Self::ClosesAfter`], with a reset.
    ResetsAfter,
    /// There is never an answer; the engine never sees it.
    Silent,
    /// It is answered with something that is not HTTP.
    Noise,
    /// The engine does it; the connection ends in the middle of the body.
    HalfBody,
    /// The engine does it; half of the body arrives, and the head says that this is all.
    HalfJson,
    /// The engine does it; the answer takes that long, a few bytes at a time.
    Drips(Duration),
    /// The engine does it; the answer's checksum is that of another body.
    WrongChecksum,
}

/// Which requests meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Every one: a cold container meets it with the lookup of the credential, or of the account.
    All,
    /// Those for the data; credentials and accounts are found.
    Data,
}

/// An outage, and then none.
#[derive(Debug)]
pub struct Outage {
    endpoint_url: String,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    engine: String,
    trouble: Trouble,
    of: Of,
    is_over: AtomicBool,
    requests: AtomicU32,
}

impl Outage {
    /// Begins one before the engine of a bed.
    pub async fn start(bed: &Bed, trouble: Trouble, of: Of) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let engine = bed.endpoint_url().trim_start_matches("http://").to_owned();
        let (is_over, requests) = (AtomicBool::new(false), AtomicU32::new(0));
        let state = Arc::new(State { engine, trouble, of, is_over, requests });
        let of_each = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let state = Arc::clone(&of_each);
                tokio::spawn(async move { state.serve(connection).await });
            }
        });
        Self { endpoint_url, state, serving }
    }

    /// The functions behind it, with the patience that they have on Lambda, and shorter waits between tries. What is left of
    /// the SDK's retries is counted for each process, which a function has for itself and a test does not: this has a count of
    /// its own.
    pub fn app(&self, bed: &Bed) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX).with_initial_backoff(BACKOFF))
            .retry_partition(RetryPartition::new(self.endpoint_url.clone()))
            .timeout_config(timeouts());
        bed.app_through(config)
    }

    /// Ends it.
    pub fn end(&self) {
        self.state.is_over.store(true, Ordering::Relaxed);
    }

    /// How many requests met it.
    pub fn requests(&self) -> u32 {
        self.state.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Outage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl State {
    async fn serve(&self, mut client: TcpStream) -> Option<()> {
        loop {
            let request = read_message(&mut client).await?;
            if self.is_over.load(Ordering::Relaxed) || !self.of.meets(&request) {
                client.write_all(&pass_on(&self.engine, &request).await?).await.ok()?;
            } else {
                self.requests.fetch_add(1, Ordering::Relaxed);
                self.trouble(&mut client, &request).await?;
            }
        }
    }

    /// Nothing is a closed connection.
    async fn trouble(&self, client: &mut TcpStream, request: &[u8]) -> Option<()> {
        match self.trouble {
            Trouble::Says(status, body) => client.write_all(&json(status, body)).await.ok(),
            Trouble::Closes => None,
            Trouble::ClosesAfter => pass_on(&self.engine, request).await.and(None),
            Trouble::Resets => client.set_zero_linger().ok().and(None),
            Trouble::ResetsAfter => {
                pass_on(&self.engine, request).await?;
                client.set_zero_linger().ok().and(None)
            }
            Trouble::Silent => std::future::pending().await,
            Trouble::Noise => client.write_all(b"\x01\x02 not HTTP at all\r\n\r\n").await.ok().and(None),
            Trouble::HalfBody => {
                let (head, body) = parts(&pass_on(&self.engine, request).await?);
                client.write_all(&[head.as_slice(), body.get(..body.len() / 2)?].concat()).await.ok().and(None)
            }
            Trouble::HalfJson => {
                let (head, body) = parts(&pass_on(&self.engine, request).await?);
                client.write_all(&with_body(&head, body.get(..body.len() / 2)?, "")).await.ok()
            }
            Trouble::WrongChecksum => {
                let (head, body) = parts(&pass_on(&self.engine, request).await?);
                client.write_all(&with_body(&head, &body, "x-amz-crc32: 1\r\n")).await.ok()
            }
            Trouble::Drips(time) => drip(client, &pass_on(&self.engine, request).await?, time).await,
        }
    }
}

impl Of {
    fn meets(self, request: &[u8]) -> bool {
        // A key such as `credential#c-1` or `credentials#a-1`. No event and no user of these tests has the word in it.
        let is_lookup = || String::from_utf8_lossy(request).contains("\"credential");
        self == Self::All || !is_lookup()
    }
}

/// Pieces of an answer that drips.
const DROPS: usize = 20;

async fn drip(client: &mut TcpStream, answer: &[u8], time: Duration) -> Option<()> {
    for drop in answer.chunks(answer.len().div_ceil(DROPS)) {
        client.write_all(drop).await.ok()?;
        client.flush().await.ok()?;
        tokio::time::sleep(time / u32::try_from(DROPS).expect("a few")).await;
    }
    Some(())
}

fn json(status: u16, body: &str) -> Vec<u8> {
    with_body(format!("HTTP/1.1 {status} Scripted\r\n\r\n").as_bytes(), body.as_bytes(), "")
}

/// Head, with the empty line that ends it, and body.
pub(crate) fn parts(answer: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("an answer has a head") + 4;
    (answer.get(..end).unwrap_or_default().to_vec(), answer.get(end..).unwrap_or_default().to_vec())
}

/// The head's status with headers of its own, and that body, whole.
pub(crate) fn with_body(head: &[u8], body: &[u8], headers: &str) -> Vec<u8> {
    let head = String::from_utf8_lossy(head);
    let status = head.lines().next().unwrap_or_default();
    let head = format!(
        "{status}\r\nContent-Type: application/x-amz-json-1.0\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
