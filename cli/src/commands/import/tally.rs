//! What became of the lines: a progress bar on a terminal, a line for every fault, and the sum at the end.

use crate::given_event::fault_line;
use crate::terminal::{error_line, say};
use aws_sdk_dynamodb::error::BoxError;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use shared::store::{Conflict, Put, StoreError};
use std::io::{self, Write as _};
use std::time::Instant;

/// Counts lines by what became of them.
pub(super) struct Tally {
    file: String,
    progress: ProgressBar,
    started: Instant,
    new: u64,
    already: u64,
    conflicts: u64,
    bad: u64,
}

impl Tally {
    /// Begins; `bytes` is the length of the file, where it is known. There is no bar where standard error is no terminal.
    pub(super) fn new(file: &str, bytes: Option<u64>) -> Self {
        let (progress, template) = match bytes {
            Some(bytes) => (ProgressBar::new(bytes), "{wide_bar} {bytes}/{total_bytes}  {msg}  {eta} left"),
            None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {msg}"),
        };
        progress.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { file: file.to_owned(), progress, started: Instant::now(), new: 0, already: 0, conflicts: 0, bad: 0 }
    }

    /// A line was read.
    pub(super) fn read(&mut self, bytes: u64) {
        self.progress.inc(bytes);
    }

    /// A line was sent.
    pub(super) fn put(&mut self, line: u64, put: &Put) {
        match put {
            Put::New => self.new += 1,
            Put::Already => self.already += 1,
            Put::Conflict(conflict) => {
                self.conflicts += 1;
                self.show(&format!("{}:{line}: {}", self.file, said(*conflict)));
            }
        }
        self.progress.set_message(format!("{} recorded", HumanCount(self.new)));
    }

    /// A line was not sent; `text` is what it says, where it says anything.
    pub(super) fn bad(&mut self, line: u64, text: &str, reason: &str) {
        self.bad += 1;
        self.show(&fault_line(&self.file, Some(line), text, reason));
    }

    /// Whether a line was bad or in conflict.
    pub(super) fn has_faults(&self) -> bool {
        self.bad + self.conflicts > 0
    }

    /// Prints the sum so far, and gives the error for a line that the store did not take.
    pub(super) fn failed(&self, line: u64, error: &StoreError) -> BoxError {
        self.stopped(&format!("{}:{line}: {}", self.file, error_line(error)))
    }

    /// Prints the sum so far, and gives the error for what stopped the import.
    pub(super) fn stopped(&self, why: &str) -> BoxError {
        let again = "run it again: what is there already is not recorded twice";
        match self.print_sum() {
            Ok(()) => format!("{why} ({again})").into(),
            Err(error) => format!("{why} ({again}); the sum cannot be printed: {error}").into(),
        }
    }

    /// Prints the sum.
    ///
    /// # Errors
    /// A line was bad or in conflict.
    pub(super) fn finish(self) -> Result<(), BoxError> {
        self.print_sum()?;
        if self.has_faults() { Err(format!("{}: not every line is in the table", self.file).into()) } else { Ok(()) }
    }

    fn print_sum(&self) -> io::Result<()> {
        self.progress.finish_and_clear();
        let seconds = self.started.elapsed().as_secs_f64();
        let per_second = (self.new + self.already) as f64 / seconds.max(f64::EPSILON);
        say(&format!(
            "{} recorded, {} already there, {} in conflict, {} bad; {seconds:.1} s, {per_second:.0} a second",
            HumanCount(self.new),
            HumanCount(self.already),
            HumanCount(self.conflicts),
            HumanCount(self.bad),
        ))
    }

    fn show(&self, fault: &str) {
        // That nobody reads standard error is no reason to stop; the sum at the end counts the line all the same.
        let _ = self.progress.suspend(|| writeln!(io::stderr(), "{fault}"));
    }
}

fn said(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::Event => {
            "conflict: an event with this id and time is there, with other content; it was left as it is"
        }
        Conflict::User => "conflict: a user with this id is there, with other content; it was left as it is",
        Conflict::EmailAddress => "conflict: another user has this email_address; it was left as it is",
    }
}
