//! What `audit verify` says of an export, in short.

use crate::proofs::Exported;
use audit_verify::{MAX_AGE_MINUTES, Question, Report, Unusable, verify};
use shared::proof::key::VerifierKey;
use shared::values::timestamp::Timestamp;

/// What was found of an event, or of the whole: the verdict, the position, and the event's id.
pub type Short = (&'static str, Option<u64>, Option<String>);

/// The report on an export, at a time, beside what was kept from an earlier day.
///
/// # Errors
/// The export cannot be used.
pub fn report(exported: &Exported, key: &VerifierKey, earlier: Option<&str>, at: &str) -> Result<Report, Unusable> {
    let at = Timestamp::parse_fixed(at).expect("a time");
    verify(exported, Question { key, earlier, at, max_age_minutes: MAX_AGE_MINUTES }, &|_, _| {})
}

/// The findings of a report, in short.
pub fn short(report: &Report) -> Vec<Short> {
    let findings = report.findings.iter();
    findings.map(|finding| (finding.verdict.name(), finding.position, finding.id.clone())).collect()
}
