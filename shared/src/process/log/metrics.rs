//! Lines in CloudWatch's embedded metric format: metrics, and the log line that they are in.

use super::line::Line;
use metrique_writer_core::config::EntryDimensions;
use metrique_writer_core::format::Format as _;
use metrique_writer_core::{Entry, EntryWriter, IoStreamError};
use metrique_writer_format_emf::Emf;
use std::borrow::Cow;
use std::io::{self, Write as _};
use std::sync::{Mutex, PoisonError};

/// What every metric is kept by.
const ENDPOINT: &str = "endpoint";

/// `[["endpoint"], ["endpoint", "account"]]`, as the library wants it: what is added to [`ENDPOINT`].
const BY_ACCOUNT_TOO: EntryDimensions =
    EntryDimensions::new_static(&[Cow::Borrowed(&[]), Cow::Borrowed(&[Cow::Borrowed("account")])]);

/// Writes lines that are metrics too.
pub(super) struct Metrics {
    format: Mutex<Emf>,
    per_account: bool,
}

/// A line with its dimensions.
struct Record<'a, L> {
    line: &'a L,
    per_account: bool,
}

impl<L: Line> Entry for Record<'_, L> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        if self.per_account && self.line.account().is_some() {
            writer.config(const { &BY_ACCOUNT_TOO });
        }
        self.line.write(writer);
    }
}

impl Metrics {
    /// Metrics of a namespace by endpoint, and by endpoint and account too if that is wanted.
    pub(super) fn new(namespace: &str, per_account: bool) -> Self {
        let format = Emf::builder(namespace.to_owned(), vec![vec![ENDPOINT.to_owned()]]).build();
        Self { format: Mutex::new(format), per_account }
    }

    /// Writes a line to standard output, at once and in one piece.
    pub(super) fn print(&self, line: &impl Line) -> Result<(), IoStreamError> {
        let text = self.text(line)?;
        let mut out = io::stdout().lock();
        out.write_all(&text)?;
        Ok(out.flush()?)
    }

    /// The line, with the line feed that ends it.
    pub(super) fn text(&self, line: &impl Line) -> Result<Vec<u8>, IoStreamError> {
        let mut text = Vec::with_capacity(1024);
        let record = Record { line, per_account: self.per_account };
        // A panic while it was held has ended its request; the next line starts from empty buffers.
        self.format.lock().unwrap_or_else(PoisonError::into_inner).format(&record, &mut text)?;
        Ok(text)
    }
}
