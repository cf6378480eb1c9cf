//! Where checkpoints are kept beside the table: out of the reach of whoever writes that, so that a table which was set back is known.
//!
//! ```text
//! checkpoints/<generation, 4 digits>/<9999999999999999 - size, 16 digits>
//! ```
//!
//! The names count down, so that the newest is the first of a list.

mod bucket;
mod folder;
mod kept;

pub use bucket::Bucket;
pub use kept::ArchiveError;
pub(crate) use kept::Kept;
use kept::NOT_VERIFIED_MAX;

use shared::proof::checkpoint::Checkpoint;
use shared::proof::key::VerifierKey;
use shared::table::key::Generation;
use std::path::PathBuf;

/// Sizes that a log of rounds can have: those of 16 digits.
const SIZE_MAX: u64 = 9_999_999_999_999_999;

/// Most checkpoints that a folder keeps, which has no lock to keep more for: of some hours. The table has them all.
pub(crate) const FOLDER_CHECKPOINTS_MAX: u64 = 1_000;

/// An archive of checkpoints.
#[derive(Debug)]
pub enum Archive {
    /// A bucket of S3.
    Bucket(Bucket),
    /// A folder of this machine.
    Folder(PathBuf),
    /// None: of a service that keeps its data in memory.
    Nothing,
}

/// The newest checkpoint of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newest {
    /// The checkpoint with its note; none if the archive has none of the log.
    pub checkpoint: Option<(Checkpoint, String)>,
    /// Names of newer objects that are none.
    pub not_verified: Vec<String>,
}

/// What all names of a log's checkpoints begin with.
fn prefix(generation: Generation) -> String {
    format!("checkpoints/{generation}/")
}

/// The name of the checkpoint of that size.
fn name(generation: Generation, size: u64) -> String {
    format!("{}{:016}", prefix(generation), SIZE_MAX.saturating_sub(size))
}

impl Archive {
    /// The newest checkpoint that the key signed.
    ///
    /// # Errors
    /// [`ArchiveError`], by variant.
    pub async fn newest(&self, generation: Generation, key: &VerifierKey) -> Result<Newest, ArchiveError> {
        let (mut newest, mut after) = (Newest::default(), None);
        loop {
            let names = self.names(generation, after).await?;
            if names.is_empty() {
                return Ok(newest);
            }
            for of_object in &names {
                let note = self.read(of_object).await?;
                match Checkpoint::open(&note, key) {
                    Ok(checkpoint) if *of_object == name(generation, checkpoint.size) => {
                        newest.checkpoint = Some((checkpoint, note));
                        return Ok(newest);
                    }
                    Ok(_) | Err(_) => newest.not_verified.push(of_object.clone()),
                }
                if newest.not_verified.len() >= NOT_VERIFIED_MAX {
                    return Err(ArchiveError::Flooded);
                }
            }
            after = names.last().cloned();
        }
    }

    /// Keeps the checkpoint of a size, unless there is one.
    pub(crate) async fn put(&self, generation: Generation, size: u64, note: &str) -> Result<Kept, ArchiveError> {
        let name = name(generation, size);
        match self {
            Self::Bucket(bucket) => bucket.put(&name, note).await,
            Self::Folder(folder) => {
                let kept = folder::put(folder, &name, note)?;
                folder::remove(folder, &self::name(generation, size.saturating_sub(FOLDER_CHECKPOINTS_MAX)));
                Ok(kept)
            }
            Self::Nothing => Ok(Kept::New),
        }
    }

    /// Some of the names of a log's checkpoints behind one, in their order; none at the end.
    async fn names(&self, generation: Generation, after: Option<String>) -> Result<Vec<String>, ArchiveError> {
        match self {
            Self::Bucket(bucket) => bucket.names(&prefix(generation), after).await,
            Self::Folder(folder) => folder::names(folder, &prefix(generation), after.as_deref()),
            Self::Nothing => Ok(Vec::new()),
        }
    }

    /// What stands under a name; nothing if that cannot be a note.
    async fn read(&self, name: &str) -> Result<String, ArchiveError> {
        match self {
            Self::Bucket(bucket) => bucket.read(name).await,
            Self::Folder(folder) => folder::read(folder, name),
            Self::Nothing => Ok(String::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_count_down() {
        assert_eq!(name(Generation::FIRST, 1), "checkpoints/0001/9999999999999998");
        assert_eq!(name(Generation::FIRST, 1_234), "checkpoints/0001/9999999999998765");
        assert_eq!(name(Generation::MAX, SIZE_MAX), "checkpoints/9999/0000000000000000");
        assert!(name(Generation::FIRST, 10) < name(Generation::FIRST, 9));
    }
}
