//! What all requests to the engine pass: it tells of writes, and it holds requests back while the changes are read or forgotten.

use std::sync::Arc;

use lambda_http::http::HeaderMap;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock, watch};

/// Operations that write nothing, by the name at the end of `x-amz-target`. Any other may have written.
const READS: [&str; 8] = [
    "BatchGetItem",
    "DescribeTable",
    "DescribeTimeToLive",
    "GetItem",
    "ListTables",
    "Query",
    "Scan",
    "TransactGetItems",
];

/// Lets requests through, many at a time, or one holder of the second connection.
#[derive(Debug)]
pub(super) struct Gate {
    lock: Arc<RwLock<()>>,
    written: watch::Sender<()>,
}

/// A request that is in the engine. Dropping it says that it has been answered.
#[derive(Debug)]
pub(super) struct Passage<'gate> {
    gate: &'gate Gate,
    writes: bool,
    _inside: OwnedRwLockReadGuard<()>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self { lock: Arc::default(), written: watch::Sender::new(()) }
    }

    /// Lets a request with these headers in.
    pub(super) async fn pass(&self, headers: &HeaderMap) -> Passage<'_> {
        let inside = Arc::clone(&self.lock).read_owned().await;
        Passage { gate: self, writes: writes(headers), _inside: inside }
    }

    /// Waits until no request is in the engine, and keeps those that come waiting until the guard is dropped. They get their
    /// turn before the next guard does.
    pub(super) async fn close(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.lock).write_owned().await
    }

    /// Sees each write after it has been answered; several may be seen as one.
    pub(super) fn writes(&self) -> watch::Receiver<()> {
        self.written.subscribe()
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        if self.writes {
            self.gate.written.send_replace(());
        }
    }
}

fn writes(headers: &HeaderMap) -> bool {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.rsplit('.').next());
    operation.is_none_or(|operation| !READS.contains(&operation))
}

#[cfg(test)]
mod tests {
    use lambda_http::http::HeaderValue;

    use super::*;

    fn target(operation: &'static str) -> HeaderMap {
        HeaderMap::from_iter([("x-amz-target".parse().unwrap(), HeaderValue::from_static(operation))])
    }

    #[tokio::test]
    async fn a_write_is_seen_once_it_is_answered_and_a_read_never() {
        let gate = Gate::new();
        let seen = gate.writes();

        drop(gate.pass(&target("DynamoDB_20120810.Query")).await);
        assert!(!seen.has_changed().unwrap());

        let writing = gate.pass(&target("DynamoDB_20120810.PutItem")).await;
        assert!(!seen.has_changed().unwrap());
        drop(writing);
        assert!(seen.has_changed().unwrap());
    }

    #[tokio::test]
    async fn what_is_not_known_to_read_may_have_written() {
        for headers in [target("DynamoDB_20120810.ExecuteStatement"), target("Query2"), HeaderMap::new()] {
            assert!(writes(&headers), "{headers:?}");
        }
    }

    #[tokio::test]
    async fn requests_wait_while_the_gate_is_closed() {
        let gate = Gate::new();
        let closed = gate.close().await;
        let headers = HeaderMap::new();

        let mut waiting = std::pin::pin!(gate.pass(&headers));
        assert!(futures_util::poll!(&mut waiting).is_pending());

        drop(closed);
        drop(waiting.await);
    }
}
