//! What became of the events: a progress bar on a terminal, and the sum at the end.

use super::format::Format;
use crate::feed::Row;
use aws_sdk_dynamodb::error::BoxError;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::io::{self, Write as _};
use std::time::Instant;

/// Counts events by what became of them.
pub(super) struct Tally {
    format: Format,
    progress: ProgressBar,
    started: Instant,
    lines: u64,
    without_subject: u64,
    redacted: u64,
    missing: u64,
    altered: u64,
}

impl Tally {
    /// Begins; `end` is the position behind the last event, where it is known. There is no bar where standard error is no terminal.
    pub(super) fn new(format: Format, end: Option<u64>) -> Self {
        let (progress, template) = match end {
            Some(end) => (ProgressBar::new(end), "{wide_bar} {human_pos}/{human_len}  {eta} left"),
            None => (ProgressBar::new_spinner(), "{spinner} {human_pos}"),
        };
        progress.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        let started = Instant::now();
        Self { format, progress, started, lines: 0, without_subject: 0, redacted: 0, missing: 0, altered: 0 }
    }

    /// Counts an event. Returns whether it gets a line.
    pub(super) fn count(&mut self, row: &Row<'_>) -> bool {
        if self.lines + self.left_out() == 0 {
            self.progress.set_position(row.position); // what was exported earlier is no work of now
            self.progress.reset_eta();
        }
        self.progress.set_position(row.position + 1);
        self.missing += u64::from(row.missing);
        self.altered += u64::from(row.altered && !row.missing);
        let is_written = match self.format {
            Format::Ndjson | Format::Ocsf | Format::Cloudevents => true,
            Format::Csv if row.is_marker() => false,
            Format::Csv if !row.redacted.is_empty() => {
                self.redacted += 1;
                false
            }
            Format::Csv => {
                self.without_subject += u64::from(row.subject.is_none());
                row.subject.is_some()
            }
        };
        self.lines += u64::from(is_written);
        is_written
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.progress.finish_and_clear();
    }

    /// Prints the sum on standard error.
    pub(super) fn print(&self) {
        self.clear();
        let seconds = self.started.elapsed().as_secs_f64();
        let per_second = (self.lines + self.left_out()) as f64 / seconds.max(f64::EPSILON);
        let rate = format!("{seconds:.1} s, {per_second:.0} events a second");
        let _ = writeln!(io::stderr(), "{}; {rate}", self.sum()); // that nobody reads it is no fault
    }

    /// `12 lines; left out: 3 without a subject, which --format ndjson has`
    pub(super) fn sum(&self) -> String {
        let lines = format!("{} line{}", HumanCount(self.lines), if self.lines == 1 { "" } else { "s" });
        let counts = [
            (self.without_subject, "without a subject"),
            (self.redacted, "redacted"),
            (self.missing, "missing"),
            (self.altered, "altered"),
        ];
        let told: Vec<_> = counts.iter().filter(|(count, _)| *count > 0).collect();
        match self.format {
            _ if told.is_empty() => lines,
            Format::Ndjson | Format::Ocsf | Format::Cloudevents => {
                let told: Vec<_> = told
                    .iter()
                    .map(|(n, what)| format!("{} of them in place of an event that is {what}", HumanCount(*n)))
                    .collect();
                format!("{lines}, {}", told.join(", "))
            }
            Format::Csv => {
                let told: Vec<_> = told.iter().map(|(n, what)| format!("{} {what}", HumanCount(*n))).collect();
                format!("{lines}; left out: {}, which --format ndjson has", told.join(", "))
            }
        }
    }

    /// What the history itself lacks, as an error: the output has all that there is, and that is not all that there was.
    pub(super) fn judge(&self, name: &str, is_behind: bool) -> Result<(), BoxError> {
        let changed = self.missing + self.altered;
        if changed > 0 {
            let marked = match self.format {
                Format::Ndjson | Format::Ocsf | Format::Cloudevents => "look for \"missing\":true and \"altered\":true",
                Format::Csv => "--format ndjson names them",
            };
            return Err(
                format!("{name} is written, but events of the account were deleted or changed: {marked}").into()
            );
        }
        if is_behind {
            let more = "the log lags behind the table, which has events that are not in it yet";
            return Err(format!("{name} is written, but {more}: export again once they are").into());
        }
        Ok(())
    }

    fn left_out(&self) -> u64 {
        match self.format {
            Format::Ndjson | Format::Ocsf | Format::Cloudevents => 0,
            Format::Csv => self.without_subject + self.redacted + self.missing + self.altered,
        }
    }
}
