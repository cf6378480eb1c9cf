//! Checkpoints, opened by `signed_note` and read by `tlog_tiles`.

use crate::Refused;
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{Checkpoint, Hash};

/// A tree as something signed or proved describes it.
#[derive(Clone, Copy)]
pub struct Tree {
    /// How many leaves it has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

/// The log of rounds as the key signed it.
pub fn open(note: &[u8], key: &str) -> Result<Tree, Refused> {
    let (name, _) = key.split_once('+').ok_or("not a key")?;
    let note = Note::from_bytes(note)?;
    note.verify(&VerifierList::new(vec![Box::new(StandardVerifier::new(key)?)]))?;
    let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|fault| fault.to_string())?;
    if checkpoint.origin() != name {
        return Err("the checkpoint is of another origin".into());
    }
    Ok(Tree { size: checkpoint.size(), root: *checkpoint.hash() })
}

/// Reads a number that is written in the one way there is.
pub fn decimal(text: &str) -> Result<u64, Refused> {
    let number: u64 = text.parse()?;
    if number.to_string() == text { Ok(number) } else { Err(format!("not a plain number: {text}").into()) }
}

/// Reads hashes, each on its line.
pub fn hashes(lines: &[&str]) -> Result<Vec<Hash>, Refused> {
    Ok(lines.iter().map(|line| Hash::parse_hash(line)).collect::<Result<_, _>>()?)
}
