//! A stand-in for DynamoDB on a loopback port that goes wrong as it is told to.

use crate::captured_log;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use shared::process::app::App;
use shared::store::AuditStore;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How long the functions wait for an answer: long for a loopback, short for a test.
const PATIENCE: Duration = Duration::from_millis(500);

/// How it answers: a status and a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// That status, and that body of JSON.
    Json(u16, &'static str),
    /// It closes the connection without a word.
    HangUp,
    /// It never answers.
    Silence,
    /// It sends something that is not HTTP.
    Noise,
}

/// What it answers to what.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// To a lookup of a credential.
    pub to_credentials: Answer,
    /// To every other read.
    pub to_reads: Answer,
    /// To a transaction of writes.
    pub to_transactions: Answer,
}

impl Script {
    fn answer_to(&self, request: &str) -> Answer {
        if request.contains("DynamoDB_20120810.TransactWriteItems") {
            self.to_transactions
        } else if request.contains("credential#") {
            self.to_credentials
        } else {
            self.to_reads
        }
    }
}

/// A store that answers every lookup of a credential in one way and everything else in another.
#[derive(Debug)]
pub struct ScriptedStore {
    endpoint_url: String,
    serving: JoinHandle<()>,
}

impl ScriptedStore {
    /// Starts it.
    pub async fn start(to_credentials: Answer, to_the_rest: Answer) -> Self {
        Self::start_with(Script { to_credentials, to_reads: to_the_rest, to_transactions: to_the_rest }).await
    }

    /// Starts it with a script that tells reads and transactions apart.
    pub async fn start_with(script: Script) -> Self {
        captured_log::begin();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, script));
            }
        });
        Self { endpoint_url, serving }
    }

    /// The functions over it, with an SDK that waits for ever: what ends a request is the function itself.
    pub fn app_that_waits(&self) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled());
        App::new(AuditStore::new(Client::from_conf(config.build()), "audit"))
    }

    /// The functions over it. The SDK tries once and waits for a moment: its patience is not what is tested.
    pub fn app(&self) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(PATIENCE).build());
        App::new(AuditStore::new(Client::from_conf(config.build()), "audit"))
    }
}

impl Drop for ScriptedStore {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut connection: TcpStream, script: Script) {
    while let Some(request) = read_request(&mut connection).await {
        let answer = script.answer_to(&request);
        let text = match answer {
            Answer::HangUp => return,
            Answer::Silence => std::future::pending().await,
            Answer::Noise => "\u{1}\u{2} not HTTP at all\r\n\r\n".to_owned(),
            Answer::Json(status, body) => format!(
                "HTTP/1.1 {status} Scripted\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        };
        if connection.write_all(text.as_bytes()).await.is_err() || answer == Answer::Noise {
            return;
        }
    }
}

/// The next request, head and body, or nothing if the client has gone.
pub(crate) async fn read_request(connection: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().filter_map(|line| line.split_once(':'));
            let mut length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return Some(text);
            }
        }
        if connection.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}
