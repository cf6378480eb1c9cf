//! Checkpoints of C2SP: the size and root of the log of rounds, as the text of a signed note.
//!
//! ```text
//! <origin>
//! <size>
//! <root, base64>
//! ```

use crate::log::hash::Hash;
use crate::proof::key::{Origin, VerifierKey};
use crate::proof::note::{self, NoteFault};
use std::fmt;

/// The log of rounds at a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is of: the name of its key.
    pub origin: Origin,
    /// How many rounds there are.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// Why a text is no checkpoint of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointFault {
    /// It is not signed with the key.
    #[error(transparent)]
    Note(#[from] NoteFault),
    /// What is signed is not a checkpoint.
    #[error("the signed text is not a checkpoint: lines with origin, size and root")]
    NotACheckpoint,
    /// It is one of another log, signed with the same key.
    #[error("the checkpoint is of a log of another origin")]
    OtherOrigin,
}

impl Checkpoint {
    /// Opens a note that the key signed and that is a checkpoint of its log.
    ///
    /// # Errors
    /// [`CheckpointFault`], by variant.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, CheckpointFault> {
        let checkpoint = Self::parse(note::open(note, key)?).ok_or(CheckpointFault::NotACheckpoint)?;
        if checkpoint.origin == *key.origin() { Ok(checkpoint) } else { Err(CheckpointFault::OtherOrigin) }
    }

    /// Reads the text of a checkpoint. Lines behind the third are extensions, which are passed over.
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = Origin::parse(lines.next()?).ok()?;
        let size_text = lines.next()?;
        let size: u64 = size_text.parse().ok()?;
        let root = Hash::parse(lines.next()?)?;
        let is_plain = size.to_string() == size_text && lines.all(|line| !line.is_empty());
        is_plain.then_some(Self { origin, size, root })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::key::PrivateKey;

    const TEXT: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    fn private() -> PrivateKey {
        PrivateKey::from_seed(&[7; 32]).expect("32 bytes")
    }

    fn signed(text: &str, origin: &str) -> (String, VerifierKey) {
        let key = VerifierKey::new(Origin::parse(origin).expect("a name"), private().public());
        (note::sealed(text, &key, &private().sign(text.as_bytes())), key)
    }

    #[test]
    fn the_checkpoint_of_the_specification_reads_back() {
        let (note, key) = signed(TEXT, "example.com/behind-the-sofa");
        let checkpoint = Checkpoint::open(&note, &key).expect("a checkpoint");
        assert_eq!((checkpoint.size, checkpoint.to_string().as_str()), (20_852_163, TEXT));
    }

    #[test]
    fn an_extension_is_passed_over() {
        let (note, key) = signed(&format!("{TEXT}more\n"), "example.com/behind-the-sofa");
        assert_eq!(Checkpoint::open(&note, &key).map(|checkpoint| checkpoint.size), Ok(20_852_163));
    }

    #[test]
    fn what_is_signed_and_no_checkpoint_of_the_log_is_refused() {
        let (note, key) = signed(TEXT, "example.com/other");
        assert_eq!(Checkpoint::open(&note, &key), Err(CheckpointFault::OtherOrigin));
        for bad in [
            "a\n".to_owned(),
            "\n".to_owned(),
            TEXT.replace("20852163", "020852163"),
            TEXT.replace("20852163", "-1"),
            TEXT.replace("20852163", "18446744073709551616"),
            TEXT.replace("q2I=", "q2I"),
            format!("{TEXT}\n"),
        ] {
            let (note, key) = signed(&bad, "example.com/behind-the-sofa");
            assert_eq!(Checkpoint::open(&note, &key), Err(CheckpointFault::NotACheckpoint), "{bad:?}");
        }
    }
}
