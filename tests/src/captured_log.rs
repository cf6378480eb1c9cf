//! What functions write to the log: line by line while a test holds this; and all of it, in the file that `LOG_OF_TESTS` names,
//! so that it can be searched for secrets.

use serde_json::Value;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::{Once, OnceLock};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

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
        begin();
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

/// Begins to write, for all tests of the process. What goes to the file is of the finest level that a function has.
pub fn begin() {
    static ONE: Once = Once::new();
    ONE.call_once(|| {
        let level = if file().is_some() { Level::DEBUG } else { Level::INFO };
        let subscriber = tracing_subscriber::fmt().with_max_level(level).with_writer(Lines).json().flatten_event(true);
        let subscriber = subscriber.with_current_span(false).with_span_list(false).finish();
        tracing::subscriber::set_global_default(subscriber).expect("no test starts a log of its own");
    });
}

struct Lines;

/// Where one line goes.
struct Line {
    is_captured: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { is_captured: true }
    }

    fn make_writer_for(&'a self, line: &Metadata<'_>) -> Line {
        Line { is_captured: *line.level() <= Level::INFO }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(mut file) = file() {
            file.write_all(bytes)?;
        }
        WRITTEN.with_borrow(|written| {
            if let Some(written) = written.as_ref().filter(|_| self.is_captured) {
                written.borrow_mut().extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the suites are told by the environment where their log goes")]
fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    let open = || {
        let path = std::env::var("LOG_OF_TESTS").ok().filter(|path| !path.is_empty())?;
        Some(File::options().append(true).create(true).open(path).expect("the file can be written"))
    };
    FILE.get_or_init(open).as_ref()
}
