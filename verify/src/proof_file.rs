//! One event and its proof in one file: what a stranger needs besides the key.

use crate::Unusable;
use crate::finding::{Finding, Verdict};
use crate::held::{Held, Holder, item_to_the_letter};
use crate::line::Attributes;
use crate::report::{Findings, Report};
use crate::sealed::Said;
use shared::log::entry::Entry;
use shared::proof::checkpoint::CheckpointFault;
use shared::proof::file::{EventProof, HeadProof, ProofFault};
use shared::proof::key::VerifierKey;
use shared::proof::note::NoteFault;

/// What the file is called in what is said of it.
const WHAT: &str = "proof";

/// What came out of a proof file.
///
/// # Errors
/// It is no proof file, or one of another log.
pub fn verify_proof(text: &str, key: &VerifierKey) -> Result<Report, Unusable> {
    let proof = EventProof::parse(text).map_err(|fault| Unusable::new(WHAT, fault))?;
    let mut findings = Findings::default();
    let sk = proof.entry.event().map(|event| event.sk.clone());
    let at = |verdict, means: String| Finding::at(verdict, proof.position, sk.as_deref(), means);
    match proof.verify(key) {
        Ok(_) => of_event(&proof)?.into_iter().for_each(|(verdict, means)| findings.add(at(verdict, means))),
        Err(fault) => findings.add(at(Verdict::Altered, means(fault)?)),
    }
    Ok(report(&proof.head, 1, u64::from(proof.item.is_some()), findings))
}

/// What a fault of a proof means.
///
/// # Errors
/// The fault says that the file is not one of this log at all.
pub(crate) fn means(fault: ProofFault) -> Result<String, Unusable> {
    match fault {
        ProofFault::Checkpoint(CheckpointFault::Note(NoteFault::WrongSignature)) => {
            Ok("the checkpoint is not what the key signed: its text or its signature was changed".to_owned())
        }
        ProofFault::Checkpoint(CheckpointFault::Note(NoteFault::OtherKey)) => Err(Unusable::new(
            WHAT,
            "is not signed with this key: it is of another log, or the key is not that of this log",
        )),
        ProofFault::NotAProof | ProofFault::Checkpoint(_) => Err(Unusable::new(WHAT, fault)),
        ProofFault::Round | ProofFault::Head | ProofFault::Account | ProofFault::Entry => Ok(fault.to_string()),
    }
}

/// What is found of the event of a proof that holds.
fn of_event(proof: &EventProof) -> Result<Option<(Verdict, String)>, Unusable> {
    match &proof.entry {
        Entry::Changed(..) => {
            return Ok(Some((Verdict::Altered, "the entry says that it was changed after it was recorded".to_owned())));
        }
        Entry::Removed(..) => {
            return Ok(Some((Verdict::Missing, "the entry says that it was deleted after it was recorded".to_owned())));
        }
        Entry::Event(..) | Entry::BackfillBegin | Entry::BackfillEnd => {}
    }
    let Some(text) = &proof.item else { return Ok(None) };
    let unusable = || Unusable::new(WHAT, "has an item that is none, or can be read in two ways");
    let attributes = Attributes::read(text).ok_or_else(unusable)?;
    let entry = proof.entry.to_string();
    let Some(said) = Said::read(&entry) else {
        return Ok(Some((Verdict::Unsealed, "the file has an item, and its entry is of no event".to_owned())));
    };
    let held = Holder::new(&proof.head.account).hold(&attributes, &said, || item_to_the_letter(text));
    Ok(match held.ok_or_else(unusable)? {
        Held::Same => None,
        Held::Redacted(names) => Some((Verdict::Redacted, format!("{} was taken out of it", names.join(", ")))),
        Held::OtherEvent => Some((Verdict::Altered, "the item is that of another event".to_owned())),
        Held::Expires => {
            Some((Verdict::Altered, "it has been given `expires_at`, by which DynamoDB deletes it".to_owned()))
        }
        Held::OtherContent => Some((Verdict::Altered, "the item does not say what was sealed".to_owned())),
        Held::IndexKey(name) => {
            Some((Verdict::Altered, format!("its index key `{name}` does not follow from what it says")))
        }
        Held::IndexKeys => Some((Verdict::Altered, "an index key does not follow from what it says".to_owned())),
    })
}

fn report(head: &HeadProof, entries: u64, events: u64, findings: Findings) -> Report {
    let verdict = findings.verdict();
    let (counts, findings) = findings.into_parts();
    Report {
        verdict,
        origin: head.checkpoint.lines().next().unwrap_or_default().to_owned(),
        account: head.account.to_string(),
        sealed_at: head.round.sealed_at.to_string(),
        rounds: 1,
        entries,
        events,
        counts,
        findings,
    }
}
