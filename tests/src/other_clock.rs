//! Stands before an engine and has a clock of its own: it refuses what is not signed for its time, as DynamoDB does.

use crate::bed::Bed;
use crate::faulty_proxy::{pass_on, read_message};
use crate::outage::{parts, with_body};
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use shared::process::app::App;
use shared::process::client::{ATTEMPTS_MAX, timeouts};
use shared::values::timestamp::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// By how much the time of a signature may be off.
const OFF_MS_MAX: u64 = 5 * 60 * 1_000;

/// A store with another clock.
#[derive(Debug)]
pub struct OtherClock {
    endpoint_url: String,
    refused: Arc<AtomicU32>,
    serving: JoinHandle<()>,
}

#[derive(Debug, Clone)]
struct Store {
    engine: String,
    ahead_s: i64,
    takes_none: bool,
    refused: Arc<AtomicU32>,
}

impl OtherClock {
    /// Starts one before the engine of a bed, whose clock is that far ahead of ours.
    pub async fn start(bed: &Bed, ahead_s: i64) -> Self {
        Self::start_with(bed, ahead_s, false).await
    }

    /// The same, but no time of a signature is right.
    pub async fn that_refuses_all(bed: &Bed, ahead_s: i64) -> Self {
        Self::start_with(bed, ahead_s, true).await
    }

    async fn start_with(bed: &Bed, ahead_s: i64, takes_none: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let engine = bed.endpoint_url().trim_start_matches("http://").to_owned();
        let refused = Arc::<AtomicU32>::default();
        let store = Store { engine, ahead_s, takes_none, refused: Arc::clone(&refused) };
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let store = store.clone();
                tokio::spawn(async move { store.serve(connection).await });
            }
        });
        Self { endpoint_url, refused, serving }
    }

    /// The functions over it, with the patience that they have on Lambda.
    pub fn app(&self, bed: &Bed) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX))
            .retry_partition(RetryPartition::new(self.endpoint_url.clone()))
            .timeout_config(timeouts());
        bed.app_through(config)
    }

    /// How many requests were refused for their time.
    pub fn refused(&self) -> u32 {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Drop for OtherClock {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Store {
    async fn serve(self, mut client: TcpStream) -> Option<()> {
        loop {
            let request = read_message(&mut client).await?;
            let now_ms = shared::process::clock::now().epoch_ms() + self.ahead_s * 1_000;
            let date = DateTime::from_millis(now_ms).fmt(DateTimeFormat::HttpDate).expect("a date");
            let (head, body) = if self.takes_none || signed_ms(&request)?.abs_diff(now_ms) > OFF_MS_MAX {
                self.refused.fetch_add(1, Ordering::Relaxed);
                (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), refusal(now_ms < signed_ms(&request)?).into_bytes())
            } else {
                parts(&pass_on(&self.engine, &request).await?)
            };
            client.write_all(&with_body(&head, &body, &format!("Date: {date}\r\n"))).await.ok()?;
        }
    }
}

/// When a request was signed: its `x-amz-date`, such as `20240301T093000Z`.
fn signed_ms(request: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(request);
    let header = text.lines().find_map(|line| line.strip_prefix("x-amz-date: "))?;
    let at = |from: usize, to: usize| header.get(from..to);
    let (date, time) = ((at(0, 4)?, at(4, 6)?, at(6, 8)?), (at(9, 11)?, at(11, 13)?, at(13, 15)?));
    let fixed = format!("{}-{}-{}T{}:{}:{}.000Z", date.0, date.1, date.2, time.0, time.1, time.2);
    Timestamp::parse_fixed(&fixed).map(Timestamp::epoch_ms)
}

fn refusal(is_early: bool) -> String {
    let said = match is_early {
        true => {
            "Signature not yet current: 20240301T093000Z is still later than 20240301T091000Z (20240301T090500Z + 5 min.)"
        }
        false => "Signature expired: 20240301T091000Z is now earlier than 20240301T092500Z (20240301T093000Z - 5 min.)",
    };
    format!(r#"{{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"{said}"}}"#)
}
