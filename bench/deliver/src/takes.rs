//! A server on this machine that takes whatever it is sent at once: webhooks, objects of S3, entries of EventBridge.

use anyhow::{Context as _, Result};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What it has taken.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Requests.
    pub(crate) requests: AtomicUsize,
    /// When each request was there, with its body.
    pub(crate) bodies: Mutex<Vec<(Instant, String)>>,
}

/// A running server.
#[derive(Debug)]
pub(crate) struct Takes {
    pub(crate) url: String,
    pub(crate) taken: Arc<Taken>,
}

impl Takes {
    /// Starts one that remembers bodies, if it is asked to.
    pub(crate) async fn start(remembers: bool) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (url, taken) = (format!("http://{}", listener.local_addr()?), Arc::new(Taken::default()));
        let of_connections = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let taken = Arc::clone(&of_connections);
                tokio::spawn(async move { serve(connection, &taken, remembers).await });
            }
        });
        Ok(Self { url, taken })
    }

    /// How many requests it has taken.
    pub(crate) fn requests(&self) -> usize {
        self.taken.requests.load(Ordering::SeqCst)
    }

    /// Forgets what it has taken.
    pub(crate) fn forget(&self) {
        self.taken.requests.store(0, Ordering::SeqCst);
        self.taken.bodies.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

async fn serve(mut connection: TcpStream, taken: &Taken, remembers: bool) -> Result<()> {
    connection.set_nodelay(true)?;
    loop {
        let (head, body) = request(&mut connection).await?;
        taken.requests.fetch_add(1, Ordering::SeqCst);
        let entries = if head.contains("AWSEvents.PutEvents") { body.matches("\"DetailType\"").count() } else { 0 };
        if remembers {
            taken.bodies.lock().unwrap_or_else(PoisonError::into_inner).push((Instant::now(), body));
        }
        let results = vec![r#"{"EventId":"1"}"#; entries].join(",");
        let said =
            if entries == 0 { String::new() } else { format!(r#"{{"FailedEntryCount":0,"Entries":[{results}]}}"#) };
        let head = format!("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n", said.len());
        connection.write_all(format!("{head}{said}").as_bytes()).await?;
    }
}

/// The head and the body of the next request; an error at the end of the connection.
async fn request(connection: &mut TcpStream) -> Result<(String, String)> {
    let mut read = Vec::new();
    let end = loop {
        if let Some(at) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
        anyhow::ensure!(connection.read_buf(&mut read).await? > 0, "the connection has ended");
    };
    let head = String::from_utf8_lossy(read.get(..end).context("a head")?).into_owned();
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")).map_or("0", str::trim);
    let length: usize = length.parse()?;
    if lower.contains("expect: 100-continue") {
        connection.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    while read.len() < end + length {
        anyhow::ensure!(connection.read_buf(&mut read).await? > 0, "the connection has ended");
    }
    Ok((head, String::from_utf8_lossy(read.get(end..).context("a body")?).into_owned()))
}
