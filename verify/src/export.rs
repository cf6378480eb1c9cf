//! The steps of a verification, from the signature down to each event.

use crate::account;
use crate::earlier::Earlier;
use crate::files::Files;
use crate::finding::{Finding, Verdict};
use crate::lines;
use crate::proof_file;
use crate::report::{Findings, Report};
use crate::rounds::Rounds;
use crate::sealed::Sealed;
use crate::tiles::Tiles;
use crate::unusable::Unusable;
use shared::log::hash::Hash;
use shared::proof::file::{FILE_BYTES_MAX, HeadProof};
use shared::proof::head::Head;
use shared::proof::key::VerifierKey;
use shared::values::timestamp::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Path of the account's head.
const HEAD: &str = "account/head";

/// Longest time between the newest seal and now, in minutes: three rounds of five.
pub const MAX_AGE_MINUTES: u32 = 15;

/// What is asked of an export.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The key of the log.
    pub key: &'a VerifierKey,
    /// The text of a checkpoint or a head that was kept from an earlier day.
    pub earlier: Option<&'a str>,
    /// The time by which the newest seal is measured.
    pub at: Timestamp,
    /// How old that may be, in minutes.
    pub max_age_minutes: u32,
}

/// Verifies an export. `progress` is told how many bytes of the events are done, and of how many.
///
/// # Errors
/// [`Unusable`] if a file is missing, cut, too large or of another log, so that nothing can be said.
pub fn verify(
    files: &dyn Files,
    question: Question<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, Unusable> {
    let key = question.key;
    let earlier = question.earlier.map(Earlier::read).transpose()?;
    let head = HeadProof::parse(&files.text(HEAD, FILE_BYTES_MAX)?).map_err(|fault| Unusable::new(HEAD, fault))?;
    let mut findings = Findings::default();
    let wanted = earlier.iter().map(Earlier::rounds).collect();
    let Some(rounds) = Rounds::read(files, key, &wanted, &mut findings)? else {
        return Ok(report(key, &head, None, 0, 0, findings));
    };
    is_fresh(&rounds, question, &mut findings);
    let Some(now) = sealed_head(&head, key, &rounds, &mut findings)? else {
        return Ok(report(key, &head, Some(&rounds), 0, 0, findings));
    };
    let wanted: BTreeSet<u64> = earlier.iter().filter_map(Earlier::entries).collect();
    let sealed_at = rounds.last.sealed_at;
    let (sealed, roots) = match now {
        Some(now) => account::read(files, now, sealed_at, &wanted, &mut findings)?,
        None => (Sealed::new(Tiles::new(files, account::BELOW, 0), 0), BTreeMap::<u64, Hash>::new()),
    };
    if let Some(earlier) = earlier {
        earlier.compare(key, &head.account, &rounds, now, &roots, &mut findings)?;
    }
    let events = lines::read(files, &head.account, &sealed, sealed_at, &mut findings, progress)?;
    Ok(report(key, &head, Some(&rounds), sealed.size, events, findings))
}

/// The head that was sealed, which may say that the account has none. None, with a finding, where it was not.
fn sealed_head(
    head: &HeadProof,
    key: &VerifierKey,
    rounds: &Rounds,
    findings: &mut Findings,
) -> Result<Option<Option<Head>>, Unusable> {
    let checkpoint = match head.verify(key) {
        Ok(checkpoint) => checkpoint,
        Err(fault) => {
            findings.add(Finding::of_all(Verdict::Altered, format!("{HEAD}: {}", proof_file::means(fault)?)));
            return Ok(None);
        }
    };
    if checkpoint.size > rounds.checkpoint.size {
        return Err(Unusable::new(HEAD, "is of a newer checkpoint than the export's: they do not belong together"));
    }
    if checkpoint.size == rounds.checkpoint.size && checkpoint.root != rounds.checkpoint.root {
        let means = format!(
            "{HEAD} has a checkpoint of the same size with other rounds, though both are signed: two histories were shown"
        );
        findings.add(Finding::of_all(Verdict::Forked, means));
        return Ok(None);
    }
    if head.index + 1 != rounds.checkpoint.size || head.round != rounds.last {
        let means = format!(
            "{HEAD} is that of round {}, and the export has {} rounds: what was sealed since is held back",
            head.index, rounds.checkpoint.size
        );
        findings.add(Finding::of_all(Verdict::Truncated, means));
    }
    Ok(Some(head.claim.head()))
}

fn is_fresh(rounds: &Rounds, question: Question<'_>, findings: &mut Findings) {
    let sealed_at = rounds.last.sealed_at;
    let age_ms = question.at.epoch_ms() - sealed_at.epoch_ms();
    if age_ms > i64::from(question.max_age_minutes) * 60_000 {
        let means = format!(
            "the newest seal is of {sealed_at}, {} minutes before {}: what was recorded since is not sealed, or is held back",
            age_ms / 60_000,
            question.at
        );
        findings.add(Finding::of_all(Verdict::Stale, means));
    }
}

fn report(
    key: &VerifierKey,
    head: &HeadProof,
    rounds: Option<&Rounds>,
    entries: u64,
    events: u64,
    findings: Findings,
) -> Report {
    let verdict = findings.verdict();
    let (counts, findings) = findings.into_parts();
    Report {
        verdict,
        origin: key.origin().to_string(),
        account: head.account.to_string(),
        sealed_at: rounds.map_or(head.round.sealed_at, |rounds| rounds.last.sealed_at).to_string(),
        rounds: rounds.map_or(0, |rounds| rounds.checkpoint.size),
        entries,
        events,
        counts,
        findings,
    }
}
