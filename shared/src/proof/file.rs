//! Proof files: what one account is given to show to a stranger, who needs the key of the log and nothing else.
//!
//! The head of an account's log, and where the account stands in a round:
//! ```text
//! audit-trail/head/1
//! account <account>
//!
//! head/1 <key> <size> <root> <nonce>                   or: no-head/1 <key> <height> <blind>
//! <48 hashes: the path in the map of all accounts>         (48 - height of them)
//!
//! round/1 <sealed_at> <root of the map> <run>
//! c2sp.org/tlog-proof@v1
//! index <index of the round>
//! <hashes: the path in the log of rounds>
//!
//! <checkpoint>
//! ```
//! One event, in front of the same head:
//! ```text
//! audit-trail/proof/1
//! position <position in the account's log>
//! event/1 <shard> <sk> <recorded_at> <digest>
//! <hashes: the path in the account's log>
//! item <the event's item, as DynamoDB's JSON on one line>          only where it was asked for
//!
//! audit-trail/head/1
//! …
//! ```
//! Hashes stand in base64, one a line, from the leaf's sibling up.

use crate::log::entry::Entry;
use crate::log::hash::Hash;
use crate::proof::checkpoint::{Checkpoint, CheckpointFault};
use crate::proof::head::{AccountKey, Head, HeadLine, Slot};
use crate::proof::key::VerifierKey;
use crate::proof::map::Claim;
use crate::proof::note;
use crate::proof::round::{Round, RoundEntry};
use crate::proof::tree;
use crate::values::ids::AccountId;
use std::fmt;

/// Longest proof file, in bytes: the item of an event has at most 400 KB, and its JSON at most six times as many.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The head of an account's log, proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadProof {
    /// Whose log it is.
    pub account: AccountId,
    /// What the map of all accounts says of it.
    pub claim: Claim,
    /// The path in the map.
    pub map_path: Vec<Hash>,
    /// The round that the map is of.
    pub round: Round,
    /// The index of the round in the log of rounds.
    pub index: u64,
    /// The path in the log of rounds.
    pub round_path: Vec<Hash>,
    /// The checkpoint, as it was signed.
    pub checkpoint: String,
}

/// One entry of an account's log, proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventProof {
    /// Its position.
    pub position: u64,
    /// What it says.
    pub entry: Entry,
    /// The path in the account's log.
    pub path: Vec<Hash>,
    /// The event's item as DynamoDB's JSON, if it is in the file. Whether it belongs to the entry is not said by that.
    pub item: Option<String>,
    /// The head of the log.
    pub head: HeadProof,
}

/// Why a proof does not prove anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// It does not have the form of a proof file.
    #[error("it is not a proof file, or a part of it is missing")]
    NotAProof,
    /// The checkpoint is not signed with the key.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointFault),
    /// The round is not in the log of rounds that was signed.
    #[error("the round does not belong to the checkpoint: one of them was changed")]
    Round,
    /// The head is not in the map of the round.
    #[error("the head of the account does not belong to the round: one of them was changed")]
    Head,
    /// The account is another than that of the head.
    #[error("the head is that of another account")]
    Account,
    /// The entry is not in the account's log.
    #[error("the entry does not belong to the account's log: one of them was changed")]
    Entry,
}

const PROOF: &str = "audit-trail/proof/1";
const HEAD: &str = "audit-trail/head/1";
const TLOG_PROOF: &str = "c2sp.org/tlog-proof@v1";
const NO_HEAD: &str = "no-head/1";

impl HeadProof {
    /// The checkpoint that the key signed, if all of the proof holds below it.
    ///
    /// # Errors
    /// [`ProofFault`], by variant.
    pub fn verify(&self, key: &VerifierKey) -> Result<Checkpoint, ProofFault> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        let leaf = RoundEntry::Round(self.round.clone()).leaf();
        if tree::root_by_inclusion(&leaf, self.index, checkpoint.size, &self.round_path) != Some(checkpoint.root) {
            return Err(ProofFault::Round);
        }
        if self.claim.root(&self.map_path) != Some(self.round.map_root) {
            return Err(ProofFault::Head);
        }
        if self.claim.key() == AccountKey::of(&self.account) { Ok(checkpoint) } else { Err(ProofFault::Account) }
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// [`ProofFault::NotAProof`].
    pub fn parse(text: &str) -> Result<Self, ProofFault> {
        Self::read(text).filter(|proof| proof.to_string() == text).ok_or(ProofFault::NotAProof)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > FILE_BYTES_MAX {
            return None;
        }
        let text = text.strip_prefix(HEAD)?.strip_prefix("\naccount ")?;
        let (account, text) = text.split_once("\n\n")?;
        let (map, text) = text.split_once("\n\n")?;
        let (round, checkpoint) = text.split_once("\n\n")?;
        let (claim, map_path) = map.split_once('\n').unwrap_or((map, ""));
        let (round, tlog_proof) = round.split_once('\n')?;
        let tlog_proof = tlog_proof.strip_prefix(TLOG_PROOF)?.strip_prefix("\nindex ")?;
        let (index, round_path) = tlog_proof.split_once('\n').unwrap_or((tlog_proof, ""));
        note::unverified_text(checkpoint)?;
        Some(Self {
            account: AccountId::parse(account).ok()?,
            claim: read_claim(claim)?,
            map_path: hashes(map_path)?,
            round: RoundEntry::parse(&format!("{round}\n"))?.round()?.clone(),
            index: index.parse().ok()?,
            round_path: hashes(round_path)?,
            checkpoint: checkpoint.to_owned(),
        })
    }

    /// The part of it that is a proof of C2SP's tlog-proof, for the entry of the round.
    pub fn tlog_proof(&self) -> String {
        let path: String = self.round_path.iter().map(|hash| format!("{hash}\n")).collect();
        format!("{TLOG_PROOF}\nindex {}\n{path}\n{}", self.index, self.checkpoint)
    }
}

impl EventProof {
    /// The head of the log and the checkpoint that the key signed, if all of the proof holds below it.
    ///
    /// # Errors
    /// [`ProofFault`], by variant.
    pub fn verify(&self, key: &VerifierKey) -> Result<(Head, Checkpoint), ProofFault> {
        let checkpoint = self.head.verify(key)?;
        let head = self.head.claim.head().ok_or(ProofFault::Entry)?;
        let root = tree::root_by_inclusion(&self.entry.leaf(), self.position, head.size, &self.path);
        if root == Some(head.root) { Ok((head, checkpoint)) } else { Err(ProofFault::Entry) }
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    ///
    /// # Errors
    /// [`ProofFault::NotAProof`].
    pub fn parse(text: &str) -> Result<Self, ProofFault> {
        Self::read(text).filter(|proof| proof.to_string() == text).ok_or(ProofFault::NotAProof)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > FILE_BYTES_MAX {
            return None;
        }
        let text = text.strip_prefix(PROOF)?.strip_prefix("\nposition ")?;
        let (own, head) = text.split_once("\n\n")?;
        let (position, own) = own.split_once('\n')?;
        let (own, item) = match own.split_once("\nitem ") {
            Some((own, item)) => (own, Some(item.to_owned())),
            None => (own, None),
        };
        let (entry, path) = own.split_once('\n').unwrap_or((own, ""));
        Some(Self {
            position: position.parse().ok()?,
            entry: Entry::parse(&format!("{entry}\n"))?,
            path: hashes(path)?,
            item,
            head: HeadProof::read(head)?,
        })
    }
}

fn read_claim(line: &str) -> Option<Claim> {
    let Some(rest) = line.strip_prefix(NO_HEAD) else { return HeadLine::parse(&format!("{line}\n")).map(Claim::Head) };
    let words: Vec<&str> = rest.strip_prefix(' ')?.split(' ').collect();
    let [key, height, blind] = words.as_slice() else { return None };
    let height = height.parse().ok().filter(|height| *height <= Slot::BITS)?;
    Some(Claim::NoHead { key: AccountKey::parse(key)?, height, blind: Hash::parse(blind)? })
}

fn hashes(lines: &str) -> Option<Vec<Hash>> {
    lines.split_terminator('\n').map(Hash::parse).collect()
}

impl fmt::Display for HeadProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}\naccount {}\n", self.account)?;
        match &self.claim {
            Claim::Head(line) => write!(f, "{line}")?,
            Claim::NoHead { key, height, blind } => writeln!(f, "{NO_HEAD} {key} {height} {blind}")?,
        }
        self.map_path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}{}", RoundEntry::Round(self.round.clone()), self.tlog_proof())
    }
}

impl fmt::Display for EventProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PROOF}\nposition {}\n{}", self.position, self.entry)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        if let Some(item) = &self.item {
            writeln!(f, "item {item}")?;
        }
        write!(f, "\n{}", self.head)
    }
}

#[cfg(test)]
mod tests;
