//! What came out of a verification, for people.

use crate::terminal::one_line;
use audit_verify::{Finding, Report};
use indicatif::HumanCount;

/// Width of the longest verdict.
const VERDICT_WIDTH: usize = 10;

/// The findings, and what was looked at:
/// ```text
/// ALTERED    position 17, 2026-01-01T00:00:02.329Z, e-0000017
///            it does not say what was sealed: …
///
/// ALTERED    account acme, log example.com/log
///            1,000 events, 1,000 entries, 3 rounds; sealed at 2026-01-01T00:05:16.903Z
/// ```
pub(super) fn text(report: &Report) -> String {
    let mut lines: Vec<String> = report.findings.iter().map(finding).collect();
    let left = report.total().saturating_sub(report.findings.len() as u64);
    if left > 0 {
        lines.push(format!("and {} more\n", HumanCount(left)));
    }
    let counts = [(report.events, "event"), (report.entries, "entr"), (report.rounds, "round")];
    let counts = counts.map(|(count, what)| format!("{} {}", HumanCount(count), plural(count, what)));
    lines.push(format!(
        "{:VERDICT_WIDTH$} account {}, log {}\n{:VERDICT_WIDTH$} {}; sealed at {}",
        report.verdict.name(),
        one_line(&report.account),
        one_line(&report.origin),
        "",
        counts.join(", "),
        report.sealed_at
    ));
    lines.join("\n")
}

fn plural(count: u64, what: &str) -> String {
    match (count, what.ends_with('r')) {
        (1, true) => format!("{what}y"),
        (_, true) => format!("{what}ies"),
        (1, false) => what.to_owned(),
        (_, false) => format!("{what}s"),
    }
}

fn finding(finding: &Finding) -> String {
    let Finding { verdict, position, sk, id, created_at, means, .. } = finding;
    let position = position.map(|position| format!("position {position}"));
    let event = match (created_at, id) {
        (Some(created_at), Some(id)) => Some(format!("{created_at}, {id}")),
        _ => sk.as_ref().map(|sk| format!("{sk:?}")), // a key that only a hand puts
    };
    let place: Vec<String> = position.into_iter().chain(event).collect();
    let place = if place.is_empty() { "the whole history".to_owned() } else { one_line(&place.join(", ")) };
    format!("{:VERDICT_WIDTH$} {place}\n{:VERDICT_WIDTH$} {}\n", verdict.name(), "", one_line(means))
}

/// One line of what went wrong.
pub(super) fn sum(report: &Report) -> String {
    let counts: Vec<String> =
        report.counts.iter().map(|(verdict, count)| format!("{} {}", HumanCount(*count), verdict.name())).collect();
    let what = if report.exit_code() == 3 {
        "the newest seal is too old"
    } else {
        "the history is not the one that was sealed"
    };
    format!("{what}: {}", counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use audit_verify::Verdict;
    use std::collections::BTreeMap;

    fn report(findings: Vec<Finding>, counts: BTreeMap<Verdict, u64>) -> Report {
        Report {
            verdict: findings.first().map_or(Verdict::Ok, |finding| finding.verdict),
            origin: "example.com/log".to_owned(),
            account: "acme".to_owned(),
            sealed_at: "2026-01-01T00:05:16.903Z".to_owned(),
            rounds: 1,
            entries: 1_001,
            events: 1_000,
            counts,
            findings,
        }
    }

    #[test]
    fn what_is_as_it_was_sealed_takes_two_lines() {
        let expected = "OK         account acme, log example.com/log\n           1,000 events, 1,001 entries, 1 round; sealed at \
                        2026-01-01T00:05:16.903Z";
        assert_eq!(text(&report(vec![], BTreeMap::new())), expected);
    }

    #[test]
    fn each_finding_names_its_event_and_cannot_write_lines_of_its_own() {
        let findings = vec![
            Finding::at(Verdict::Altered, 17, Some("2026-01-01T00:00:02.329Z#e-1"), "it does not say what was sealed"),
            Finding::at(Verdict::Unsealed, 18, Some("a\nOK b"), "it was never sealed"),
            Finding::of_all(Verdict::Truncated, "rounds are gone"),
        ];
        let counts = BTreeMap::from([(Verdict::Altered, 1_001), (Verdict::Unsealed, 1), (Verdict::Truncated, 1)]);
        let report = report(findings, counts);
        let expected = "ALTERED    position 17, 2026-01-01T00:00:02.329Z, e-1\n           it does not say what was sealed\n\n\
                        UNSEALED   position 18, \"a\\nOK b\"\n           it was never sealed\n\n\
                        TRUNCATED  the whole history\n           rounds are gone\n\n\
                        and 1,000 more\n\n\
                        ALTERED    account acme, log example.com/log\n";
        assert!(text(&report).starts_with(expected), "{}", text(&report));
        assert_eq!(sum(&report), "the history is not the one that was sealed: 1 TRUNCATED, 1,001 ALTERED, 1 UNSEALED");
    }
}
