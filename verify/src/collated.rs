//! The lines of an export in their order: which event is there, which is not, which twice, and which where it does not belong.

use crate::Unusable;
use crate::account::LATE_MS;
use crate::bits::Bits;
use crate::finding::{Finding, Verdict};
use crate::held::Held;
use crate::report::{FINDINGS_MAX, Findings};
use crate::sealed::{Bundle, Sealed, Touch};
use crate::told::{Other, Outcome, Told, What};
use shared::values::timestamp::Timestamp;
use std::collections::BTreeMap;

/// How far the lines were gone through.
pub(crate) struct Collated<'a> {
    sealed: &'a Sealed<'a>,
    sealed_at: Timestamp,
    /// Positions whose event has its line.
    seen: Bits,
    /// Behind the highest position of a line so far.
    behind: u64,
    /// Lines that are not what was sealed: another line of that position may be.
    doubtful: BTreeMap<u64, (u64, Box<Other>)>,
}

impl<'a> Collated<'a> {
    pub(crate) fn new(sealed: &'a Sealed<'a>, sealed_at: Timestamp) -> Self {
        Self { sealed, sealed_at, seen: Bits::default(), behind: 0, doubtful: BTreeMap::new() }
    }

    /// Takes the next line.
    pub(crate) fn take(&mut self, told: Told, findings: &mut Findings) {
        let Told { line, position, outcome } = told;
        let is_moved = position < self.behind;
        // A line that may have been put there says nothing of where the others belong.
        let is_doubtful = matches!(&outcome, Outcome::Other(other) if other.is_doubtful());
        if !is_doubtful {
            self.behind = self.behind.max(position + 1);
        }
        match outcome {
            Outcome::Same if !is_moved => self.seen.set(position),
            Outcome::Same => self.moved(line, position, None, findings),
            Outcome::Other(other) => self.other(line, position, other, is_moved, findings),
        }
    }

    /// An event that was sealed, in a line that is not behind all of lower positions.
    fn moved(&mut self, line: u64, position: u64, sk: Option<&str>, findings: &mut Findings) {
        let (verdict, means) = match self.seen.has(position) {
            true => (Verdict::Repeated, format!("line {line} repeats it: the export has it twice")),
            false => {
                (Verdict::Reordered, format!("line {line} is not where it belongs: the lines of the export were moved"))
            }
        };
        let looked_up =
            if findings.has_room() { self.sealed.sk(position, &mut Bundle::default()).ok().flatten() } else { None };
        findings.add(Finding::at(verdict, position, sk.or(looked_up.as_deref()), means));
        self.seen.set(position);
        if let Some((line, other)) = self.doubtful.remove(&position) {
            findings.add(unsealed(line, position, &other));
        }
    }

    fn other(&mut self, line: u64, position: u64, other: Box<Other>, is_moved: bool, findings: &mut Findings) {
        let is_seen = self.seen.has(position);
        match &other.what {
            What::Unsound => {
                other.own_sk.iter().for_each(|sk| findings.name(position, sk));
                self.seen.set(position);
            }
            What::NoEntry => {
                let finding = unsealed(line, position, &other);
                let since = self.sealed_at.epoch_ms() - LATE_MS;
                let is_young =
                    position >= self.sealed.size && other.recorded_at.is_some_and(|at| at.epoch_ms() >= since);
                findings.add(if is_young { young(finding) } else { finding });
            }
            What::Gone | What::Held(Held::Same | Held::Redacted(_)) if is_moved => {
                self.moved(line, position, other.sealed_sk.as_deref(), findings);
            }
            What::Gone | What::Held(Held::Same | Held::Redacted(_)) => {
                findings.add(explained(position, &other));
                self.seen.set(position);
            }
            What::Held(_) if is_seen => findings.add(unsealed(line, position, &other)),
            What::Held(_) if self.doubtful.contains_key(&position) => findings.add(unsealed(line, position, &other)),
            What::Held(_) => {
                self.doubtful.insert(position, (line, other));
                // Whether another line is what was sealed is waited for, but not for any number of positions.
                if self.doubtful.len() > FINDINGS_MAX
                    && let Some((position, (_, other))) = self.doubtful.pop_first()
                {
                    findings.add(explained(position, &other));
                    self.seen.set(position);
                }
            }
        }
    }

    /// Tells what has no line. Returns how many events have one.
    ///
    /// # Errors
    /// The log cannot be read again.
    pub(crate) fn finish(mut self, findings: &mut Findings) -> Result<u64, Unusable> {
        for (position, (line, other)) in std::mem::take(&mut self.doubtful) {
            if self.seen.has(position) {
                findings.add(unsealed(line, position, &other));
            } else {
                findings.add(explained(position, &other));
                self.seen.set(position);
            }
        }
        let (missing, count) = self.sealed.events.without(&self.seen, FINDINGS_MAX + self.sealed.unsound.len());
        let mut bundle = Bundle::default();
        let mut told = 0;
        for position in missing {
            told += 1;
            if !self.sealed.unsound.contains(&position) {
                let sk = self.sealed.sk(position, &mut bundle)?;
                let means = "it was sealed, and the export has no line for it: it was left out";
                findings.add(Finding::at(Verdict::Missing, position, sk.as_deref(), means));
            }
        }
        for _ in told..count {
            findings.add(Finding::of_all(Verdict::Missing, "it was sealed, and the export has no line for it"));
        }
        Ok(self.seen.count())
    }
}

fn unsealed(line: u64, position: u64, other: &Other) -> Finding {
    let means = format!("line {line} has an event that was never sealed: somebody put it there, past the log");
    Finding::at(Verdict::Unsealed, position, other.own_sk.as_deref(), means)
}

fn young(finding: Finding) -> Finding {
    let means = "it was recorded after the newest seal, or shortly before: the next round will have it".to_owned();
    Finding { means, ..finding }.innocent()
}

/// What a line means that is all that there is of its event.
fn explained(position: u64, other: &Other) -> Finding {
    let sk = other.sealed_sk.as_deref();
    let at = |verdict, means: String| Finding::at(verdict, position, sk, means);
    let is_gone = other.what == What::Gone;
    match (other.touch, &other.what) {
        (Some((by, Touch::Removed)), _) if is_gone => at(
            Verdict::Missing,
            format!("it was deleted after it was recorded: the log itself says so, at position {by}"),
        ),
        (Some((by, Touch::Changed)), _) if is_gone => at(
            Verdict::Missing,
            format!("it is not there any more, and was changed before: the log says so, at position {by}"),
        ),
        (Some((by, Touch::Removed)), _) => {
            at(Verdict::Altered, format!("it was deleted and put again: the log itself says so, at position {by}"))
        }
        (Some((_, Touch::Changed)), What::Held(Held::Redacted(names))) => at(Verdict::Redacted, redacted(names)),
        (Some((by, Touch::Changed)), _) => at(
            Verdict::Altered,
            format!("it was changed after it was recorded: the log itself says so, at position {by}"),
        ),
        (None, What::Gone) => {
            at(Verdict::Missing, "it was sealed, and is not in the table any more: somebody deleted it".to_owned())
        }
        (None, What::Held(held)) => explained_item(held, other.own_sk.as_deref(), at),
        (None, What::NoEntry | What::Unsound) => at(Verdict::Unsealed, "it has no entry in the log".to_owned()),
    }
}

fn explained_item(held: &Held, own_sk: Option<&str>, at: impl Fn(Verdict, String) -> Finding) -> Finding {
    match held {
        Held::Same => at(Verdict::Ok, "it is what was sealed".to_owned()),
        Held::Redacted(names) => at(Verdict::Redacted, redacted(names)),
        Held::OtherEvent => {
            let own = own_sk.unwrap_or("without a sort key");
            at(
                Verdict::Altered,
                format!("another event stands in its place ({own}): its key was changed, or it was replaced"),
            )
        }
        Held::Expires => {
            let means =
                "it was changed after it was recorded: it has been given `expires_at`, by which DynamoDB deletes it";
            at(Verdict::Altered, means.to_owned())
        }
        Held::OtherContent => {
            let means =
                "it does not say what was sealed: at least one of its attributes, or its salt, was changed afterwards";
            at(Verdict::Altered, means.to_owned())
        }
        Held::IndexKey(name) => at(
            Verdict::Altered,
            format!(
                "its index key `{name}` does not follow from what it says: it is hidden from a filter, or shows in a wrong one"
            ),
        ),
        Held::IndexKeys => {
            let means =
                "an index key does not follow from what it says: it is hidden from a filter, or shows in a wrong one";
            at(Verdict::Altered, means.to_owned())
        }
    }
}

fn redacted(names: &[String]) -> String {
    format!("{} was taken out of it, and the rest is what was sealed", names.join(", "))
}
