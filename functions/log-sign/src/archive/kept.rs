//! What comes of asking an archive.

use std::error::Error;

type Cause = Box<dyn Error + Send + Sync>;

/// Most objects that are passed over in search of a checkpoint: whoever can write to the archive can put many there.
pub(crate) const NOT_VERIFIED_MAX: usize = 1_000;

/// Why the archive was of no use.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be reached, or refuses.
    #[error("the archive of checkpoints cannot be read or written")]
    Unavailable(#[source] Cause),
    /// Too much of it is something else.
    #[error("the {NOT_VERIFIED_MAX} newest objects in the archive of checkpoints are none of this log")]
    Flooded,
}

/// What became of a checkpoint that was to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is there now.
    New,
    /// This is there, and was before.
    There(String),
}
