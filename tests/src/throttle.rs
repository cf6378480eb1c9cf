//! Something between the functions and an engine that throttles some requests, and passes on the others.

use crate::bed::Bed;
use crate::scripted_store::read_request;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use shared::process::app::App;
use shared::process::client::ATTEMPTS_MAX;
use shared::store::AuditStore;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const THROTTLED: &str = r#"{"__type":"com.amazon.coral.availability#ThrottlingException","message":""}"#;

/// Which requests are throttled.
#[derive(Debug)]
enum Of {
    /// Those in which that text stands.
    Text(String),
    /// Puts beyond a rate.
    Puts(Mutex<Partition>),
}

/// What a partition takes: so many writes a second, and those of a second that it has not used at once.
#[derive(Debug)]
struct Partition {
    per_second: f64,
    put_takes: Duration,
    left: f64,
    counted_at: Instant,
}

/// A throttle before the engine of a bed.
#[derive(Debug)]
pub struct Throttle {
    endpoint_url: String,
    table: String,
    retries: RetryConfig,
    serving: JoinHandle<()>,
}

impl Throttle {
    /// Starts one for requests in which that text stands. The SDK tries once: its retries are not what is tested.
    pub async fn start(bed: &Bed, text: &str) -> Self {
        Self::start_for(bed, Of::Text(text.to_owned()), RetryConfig::disabled()).await
    }

    /// Starts one for puts beyond that many a second, whatever they are of; one that is taken takes that long. The SDK tries
    /// again as the functions' does.
    pub async fn by_rate(bed: &Bed, puts_per_second: u32, put_takes: Duration) -> Self {
        let per_second = f64::from(puts_per_second);
        let partition = Partition { per_second, put_takes, left: per_second, counted_at: Instant::now() };
        let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS_MAX);
        Self::start_for(bed, Of::Puts(Mutex::new(partition)), retries).await
    }

    async fn start_for(bed: &Bed, throttled: Of, retries: RetryConfig) -> Self {
        let engine = bed.endpoint_url().trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let throttled = Arc::new(throttled);
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, engine.clone(), Arc::clone(&throttled)));
            }
        });
        Self { endpoint_url, table: bed.store().table().to_owned(), retries, serving }
    }

    /// The functions behind it.
    pub fn app(&self) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url).retry_config(self.retries.clone());
        App::new(AuditStore::new(Client::from_conf(config.build()), &self.table))
    }
}

impl Drop for Throttle {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Of {
    /// Whether it throttles a request. One that is taken by a partition takes its time.
    async fn meets(&self, request: &str) -> bool {
        match self {
            Self::Text(text) => request.contains(text),
            Self::Puts(partition) if request.contains("DynamoDB_20120810.PutItem") => {
                let taken = partition.lock().unwrap_or_else(PoisonError::into_inner).take_one();
                if let Some(takes) = taken {
                    tokio::time::sleep(takes).await;
                }
                taken.is_none()
            }
            Self::Puts(_) => false,
        }
    }
}

impl Partition {
    fn take_one(&mut self) -> Option<Duration> {
        let passed = self.counted_at.elapsed().as_secs_f64();
        self.counted_at = Instant::now();
        self.left = (self.left + passed * self.per_second).min(self.per_second);
        if self.left < 1.0 {
            return None;
        }
        self.left -= 1.0;
        Some(self.put_takes)
    }
}

async fn serve(mut connection: TcpStream, engine: String, throttled: Arc<Of>) {
    let mut to_engine = TcpStream::connect(engine).await.expect("the engine runs");
    while let Some(request) = read_request(&mut connection).await {
        let answer = if throttled.meets(&request).await {
            let (head, length) =
                ("HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0", THROTTLED.len());
            format!("{head}\r\nContent-Length: {length}\r\n\r\n{THROTTLED}")
        } else {
            to_engine.write_all(request.as_bytes()).await.expect("the engine listens");
            // An answer ends as a request does: where its length says.
            read_request(&mut to_engine).await.expect("the engine answers")
        };
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
