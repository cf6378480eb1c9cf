//! The answer of a verification: what was looked at, and what was found.

use crate::finding::{Finding, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Most findings that are told one by one; all are counted.
pub const FINDINGS_MAX: usize = 100;

/// What came out. Its JSON is what `audit verify --json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The gravest of what was found.
    pub verdict: Verdict,
    /// The name of the log.
    pub origin: String,
    /// Whose history it is.
    pub account: String,
    /// When the newest round was sealed.
    pub sealed_at: String,
    /// How many rounds were looked at.
    pub rounds: u64,
    /// How many entries of the account's log.
    pub entries: u64,
    /// How many events, each against its entry.
    pub events: u64,
    /// How many findings there are by name.
    pub counts: BTreeMap<Verdict, u64>,
    /// The first of them.
    pub findings: Vec<Finding>,
}

/// Gathers what is found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    listed: Vec<Finding>,
    counts: BTreeMap<Verdict, u64>,
    /// The gravest that tells of tampering.
    gravest: Option<Verdict>,
}

impl Findings {
    pub(crate) fn add(&mut self, finding: Finding) {
        *self.counts.entry(finding.verdict).or_default() += 1;
        if finding.is_tampering {
            self.gravest = Some(self.gravest.map_or(finding.verdict, |gravest| gravest.min(finding.verdict)));
        }
        // What tells of tampering is never left out for what does not.
        if self.listed.len() < FINDINGS_MAX {
            self.listed.push(finding);
        } else if finding.is_tampering
            && let Some(innocent) = self.listed.iter_mut().rev().find(|listed| !listed.is_tampering)
        {
            *innocent = finding;
        }
    }

    /// Names the event of a finding whose entry could not.
    pub(crate) fn name(&mut self, position: u64, sk: &str) {
        let is_unnamed = |listed: &&mut Finding| listed.position == Some(position) && listed.sk.is_none();
        if let Some(finding) = self.listed.iter_mut().find(is_unnamed) {
            *finding = finding.clone().named(Some(sk));
        }
    }

    /// Whether one more would be listed: its name need not be looked up otherwise.
    pub(crate) fn has_room(&self) -> bool {
        self.listed.len() < FINDINGS_MAX
    }

    /// The gravest verdict: tampering goes before everything else.
    pub(crate) fn verdict(&self) -> Verdict {
        let stale = self.counts.contains_key(&Verdict::Stale).then_some(Verdict::Stale);
        let others = self.counts.keys().copied().min();
        self.gravest.or(stale).or(others).unwrap_or(Verdict::Ok)
    }

    pub(crate) fn into_parts(mut self) -> (BTreeMap<Verdict, u64>, Vec<Finding>) {
        self.listed.sort_by_key(|finding| (finding.verdict, finding.position));
        (self.counts, self.listed)
    }
}

impl Report {
    /// The exit code: 0 where everything is as it was sealed, 1 where it is not, 3 where the newest seal is too old.
    pub fn exit_code(&self) -> u8 {
        if self.findings.iter().any(|finding| finding.is_tampering) {
            1
        } else if self.counts.contains_key(&Verdict::Stale) {
            3
        } else {
            0
        }
    }

    /// How many findings there are.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }
}
