//! What the auditor kept from an earlier day: a checkpoint, or the head of the account. Nothing that it covers may have changed.

use crate::Unusable;
use crate::finding::{Finding, Verdict};
use crate::report::Findings;
use crate::rounds::{Rounds, opened};
use shared::log::hash::Hash;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::file::{HeadProof, ProofFault};
use shared::proof::head::Head;
use shared::proof::key::VerifierKey;
use shared::proof::note;
use shared::values::ids::AccountId;
use std::collections::BTreeMap;

/// What the file is called in what is said of it.
const WHAT: &str = "earlier checkpoint";

/// A checkpoint of an earlier day, and the head of an account as of then if the file is one.
#[derive(Debug)]
pub(crate) struct Earlier {
    note: String,
    head: Option<HeadProof>,
    /// What the note says, whoever signed it.
    unverified: Checkpoint,
}

/// An earlier checkpoint that was signed, and whether it is of the log before a restart.
struct Signed {
    checkpoint: Checkpoint,
    is_before_restart: bool,
}

impl Earlier {
    /// Reads a checkpoint, or a file of a head.
    ///
    /// # Errors
    /// It is neither.
    pub(crate) fn read(text: &str) -> Result<Self, Unusable> {
        let head = match text.starts_with("audit-trail/") {
            true => Some(HeadProof::parse(text).map_err(|fault| Unusable::new(WHAT, fault))?),
            false => None,
        };
        let note = head.as_ref().map_or(text, |head| &head.checkpoint).to_owned();
        let unverified = note::unverified_text(&note).and_then(Checkpoint::parse);
        let unverified =
            unverified.ok_or_else(|| Unusable::new(WHAT, "is neither a checkpoint nor the head of an account"))?;
        Ok(Self { note, head, unverified })
    }

    /// The size of the log of rounds at which a root is needed.
    pub(crate) fn rounds(&self) -> u64 {
        self.unverified.size
    }

    /// The size of the account's log at which a root is needed.
    pub(crate) fn entries(&self) -> Option<u64> {
        Some(self.head.as_ref()?.claim.head()?.size)
    }

    /// Compares it with the rounds, and the account's head with that of now, whose log has the roots `roots` at earlier sizes.
    ///
    /// # Errors
    /// It is not signed with the key, is of another log or account, or cannot be compared.
    pub(crate) fn compare(
        &self,
        key: &VerifierKey,
        account: &AccountId,
        rounds: &Rounds,
        now: Option<Head>,
        roots: &BTreeMap<u64, Hash>,
        findings: &mut Findings,
    ) -> Result<(), Unusable> {
        let signed = self.verified(key, rounds)?;
        if let Some(head) = &self.head
            && head.account != *account
        {
            return Err(Unusable::new(WHAT, format!("is the head of another account: {}", head.account)));
        }
        match signed.is_before_restart {
            false => compare_rounds(&signed.checkpoint, rounds, findings),
            true => compare_restart(&signed.checkpoint, rounds, self.head.is_some(), findings)?,
        }
        if let Some(then) = self.head.as_ref().and_then(|head| head.claim.head()) {
            compare_heads(then, now, roots, signed.is_before_restart, findings);
        }
        Ok(())
    }

    /// The checkpoint, if the key signed it: the key of the log before has the same bytes under another name.
    fn verified(&self, key: &VerifierKey, rounds: &Rounds) -> Result<Signed, Unusable> {
        let restarted = rounds.restart.as_ref().filter(|from| from.origin == self.unverified.origin);
        let (key, is_before_restart) = match restarted {
            Some(from) if from.origin != *key.origin() => (VerifierKey::new(from.origin.clone(), *key.public()), true),
            _ => (key.clone(), false), // of this log, or of one that the signature tells apart
        };
        let wrong = |_| Unusable::new(WHAT, "is not what the key signed: it was changed since it was kept");
        let checkpoint = match &self.head {
            None => opened(&self.note, &key, WHAT)?.map_err(wrong)?,
            Some(head) => match head.verify(&key) {
                Ok(checkpoint) => checkpoint,
                Err(ProofFault::Checkpoint(_)) => opened(&self.note, &key, WHAT)?.map_err(wrong)?,
                Err(fault) => return Err(Unusable::new(WHAT, fault)),
            },
        };
        Ok(Signed { checkpoint, is_before_restart })
    }
}

fn compare_rounds(then: &Checkpoint, rounds: &Rounds, findings: &mut Findings) {
    let size = rounds.checkpoint.size;
    if then.size > size {
        let means = format!(
            "the earlier checkpoint has {} rounds and this one {size}: rounds that were signed are not there any more",
            then.size
        );
        findings.add(Finding::of_all(Verdict::Truncated, means));
    } else if rounds.roots.get(&then.size) != Some(&then.root) {
        let means = format!(
            "the first {} rounds are not those of the earlier checkpoint, though both are signed: two histories were shown",
            then.size
        );
        findings.add(Finding::of_all(Verdict::Forked, means));
    }
}

/// Compares a checkpoint of the log before with the one that the restart names.
fn compare_restart(
    then: &Checkpoint,
    rounds: &Rounds,
    has_head: bool,
    findings: &mut Findings,
) -> Result<(), Unusable> {
    let Some(from) = &rounds.restart else { return Ok(()) };
    if then.size > from.size {
        let means = format!(
            "the log was restarted from {} rounds of the log before, and the earlier checkpoint has {} of them: rounds that \
             were signed are left out",
            from.size, then.size
        );
        findings.add(Finding::of_all(Verdict::Truncated, means));
    } else if then.size == from.size && then.root != from.root {
        let means =
            "the log was restarted from other rounds than those of the earlier checkpoint: two histories were shown";
        findings.add(Finding::of_all(Verdict::Forked, means));
    } else if then.size < from.size && !has_head {
        return Err(Unusable::new(
            WHAT,
            "is of the log before the restart, and earlier than the one that the restart names: only a head of the account can \
             be compared across it",
        ));
    }
    Ok(())
}

fn compare_heads(
    then: Head,
    now: Option<Head>,
    roots: &BTreeMap<u64, Hash>,
    is_before_restart: bool,
    findings: &mut Findings,
) {
    let restart = if is_before_restart { " (the log was restarted since)" } else { "" };
    match now {
        _ if then.size == 0 => {}
        None => {
            let means =
                format!("the account is said to have no log, and had one of {} entries before{restart}", then.size);
            findings.add(Finding { position: Some(0), ..Finding::of_all(Verdict::Truncated, means) });
        }
        Some(now) if now.size < then.size => {
            let means = format!(
                "the account's log has {} entries and had {} before{restart}: what was sealed from here on is not there any more",
                now.size, then.size
            );
            findings.add(Finding { position: Some(now.size), ..Finding::of_all(Verdict::Truncated, means) });
        }
        Some(_) if roots.get(&then.size) == Some(&then.root) => {}
        Some(_) => {
            let verdict = if is_before_restart { Verdict::Forked } else { Verdict::Altered };
            let means = format!(
                "the first {} entries of the account are not those of the earlier head{restart}: they were replaced after they had \
                 been sealed, and sealed again",
                then.size
            );
            findings.add(Finding::of_all(verdict, means));
        }
    }
}
