//! What functions write to the log while a test holds this, line by line.

use serde_json::Value;
use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::Once;

thread_local! {
    /// Where the lines of this thread go, if a test wants them.
    static WRITTEN: RefCell<Option<Rc<RefCell<Vec<u8>>>>> = const { RefCell::new(None) };
}

/// The log of everything that runs on this thread: of a test on Tokio's single-threaded runtime, and nothing else.
///
/// There is one subscriber for all threads. With one for each test, what a test without one logs first is off for good, for
/// all: `tracing` asks the thread that is there whether anybody listens.
#[derive(Debug)]
pub struct CapturedLog(Rc<RefCell<Vec<u8>>>);

impl CapturedLog {
    /// Begins, in the format and at the level that a function has unless it is told otherwise.
    pub fn start() -> Self {
        static ONE: Once = Once::new();
        ONE.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::INFO)
                .json()
                .flatten_event(true)
                .with_writer(|| OfThisThread)
                .finish();
            tracing::subscriber::set_global_default(subscriber).expect("no test starts a log of its own");
        });
        let written = Rc::default();
        WRITTEN.with_borrow_mut(|of_this_thread| *of_this_thread = Some(Rc::clone(&written)));
        Self(written)
    }

    /// Every line so far that says so in a field.
    pub fn lines(&self, field: &str, value: &str) -> Vec<Value> {
        let mut lines = self.all();
        lines.retain(|line| line.get(field).and_then(Value::as_str) == Some(value));
        lines
    }

    /// Every line so far that has no such field.
    pub fn lines_without(&self, field: &str) -> Vec<Value> {
        let mut lines = self.all();
        lines.retain(|line| line.get(field).is_none());
        lines
    }

    fn all(&self) -> Vec<Value> {
        let written = self.0.borrow();
        let lines = written.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).expect("a line of JSON")).collect()
    }
}

impl Drop for CapturedLog {
    fn drop(&mut self) {
        WRITTEN.set(None);
    }
}

struct OfThisThread;

impl Write for OfThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        WRITTEN.with_borrow(|written| {
            if let Some(written) = written {
                written.borrow_mut().extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
