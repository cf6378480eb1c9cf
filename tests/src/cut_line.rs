//! A line between the SDK and an engine that is cut at one request: everything before it goes well.

use crate::bed::Bed;
use crate::faulty_proxy::{pass_on, read_message};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use shared::process::app::App;
use std::cmp::Ordering::{Equal, Greater, Less};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What becomes of the request at which it is cut, and of those behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The engine sees neither it nor another one: the process was killed before it.
    Before,
    /// The engine does it, and sees no other one: the process was killed behind it.
    After,
    /// The engine does it, and only its answer is lost. The SDK tries again.
    LosesAnswer,
}

impl Cut {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Before, Self::After, Self::LosesAnswer];
}

/// The line.
#[derive(Debug)]
pub struct CutLine {
    endpoint_url: String,
    retries: RetryConfig,
    at: u32,
    sent: Arc<AtomicU32>,
    serving: JoinHandle<()>,
}

impl CutLine {
    /// Starts one before the engine of a bed that is cut at the n-th request, from 1.
    pub async fn start(bed: &Bed, at: u32, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint_url = format!("http://{}", listener.local_addr().expect("an address"));
        let engine = bed.endpoint_url().trim_start_matches("http://").to_owned();
        let sent = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&sent);
        let serving = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, engine.clone(), (at, cut), Arc::clone(&counted)));
            }
        });
        let retries = match cut {
            Cut::Before | Cut::After => RetryConfig::disabled(),
            Cut::LosesAnswer => RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)),
        };
        Self { endpoint_url, retries, at, sent, serving }
    }

    /// The functions at the end of it.
    pub fn app(&self, bed: &Bed) -> App {
        let config = audit_cli::engine::config(&self.endpoint_url).retry_config(self.retries.clone());
        bed.app_through(config)
    }

    /// Whether the request came at which it is cut.
    pub fn is_cut(&self) -> bool {
        self.sent.load(Ordering::SeqCst) >= self.at
    }
}

impl Drop for CutLine {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut client: TcpStream, engine: String, (at, cut): (u32, Cut), sent: Arc<AtomicU32>) {
    while let Some(request) = read_message(&mut client).await {
        let number = sent.fetch_add(1, Ordering::SeqCst) + 1;
        let answer = match (number.cmp(&at), cut) {
            (Less, _) | (Greater, Cut::LosesAnswer) => pass_on(&engine, &request).await,
            (Equal, Cut::After | Cut::LosesAnswer) => {
                pass_on(&engine, &request).await;
                None
            }
            (Equal, Cut::Before) | (Greater, Cut::Before | Cut::After) => None,
        };
        let Some(answer) = answer else { return };
        if client.write_all(&answer).await.is_err() {
            return;
        }
    }
}
