//! What became of the lines: a progress bar on a terminal, a line for every fault, and the sum at the end.

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
                self.say(line, said(*conflict));
            }
        }
        self.progress.set_message(format!("{} recorded", HumanCount(self.new)));
    }

    /// A line was not sent.
    pub(super) fn bad(&mut self, line: u64, reason: &str) {
        self.bad += 1;
        self.say(line, reason);
    }

    /// Whether a line was bad or in conflict.
    pub(super) fn has_faults(&self) -> bool {
        self.bad + self.conflicts > 0
    }

    /// The error for a line that the store did not take.
    pub(super) fn failed(&self, line: u64, error: &StoreError) -> BoxError {
        self.progress.finish_and_clear();
        let again = "run it again: what is there already is not recorded twice";
        format!("{}:{line}: {} ({again})", self.file, crate::error_line(error)).into()
    }

    /// Prints the sum.
    ///
    /// # Errors
    /// A line was bad or in conflict.
    pub(super) fn finish(self) -> Result<(), BoxError> {
        self.progress.finish_and_clear();
        let seconds = self.started.elapsed().as_secs_f64();
        let per_second = (self.new + self.already) as f64 / seconds.max(f64::EPSILON);
        writeln!(
            io::stdout(),
            "{} recorded, {} already there, {} in conflict, {} bad; {seconds:.1} s, {per_second:.0} a second",
            HumanCount(self.new),
            HumanCount(self.already),
            HumanCount(self.conflicts),
            HumanCount(self.bad),
        )?;
        if self.has_faults() { Err(format!("{}: not every line is in the table", self.file).into()) } else { Ok(()) }
    }

    fn say(&self, line: u64, reason: &str) {
        // That nobody reads standard error is no reason to stop; the sum at the end counts the line all the same.
        let _ = self.progress.suspend(|| writeln!(io::stderr(), "{}:{line}: {reason}", self.file));
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
