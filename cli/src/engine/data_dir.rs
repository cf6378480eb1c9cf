//! The data folder: one SQLite file, and a lock that keeps a second engine away from it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::EngineError;

/// Name of the data file.
pub(super) const FILE: &str = "audit.sqlite";

/// Name of the file that is locked while an engine runs. SQLite would let two engines open one data file, and each
/// would go on answering from its own idea of the tables.
const LOCK_FILE: &str = "lock";

/// A data folder that this process alone uses, until the value is dropped.
#[derive(Debug)]
pub(super) struct DataDir {
    dir: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the folder if it is not there, and locks it. The folder is its owner's alone: it holds everything, hashes of
    /// secrets among it.
    pub(super) fn open(dir: &Path) -> Result<Self, EngineError> {
        let unusable = |error| EngineError::DataDir(dir.to_owned(), error);
        fs::create_dir_all(dir).map_err(unusable)?;
        close_to_others(dir).map_err(unusable)?;
        let lock =
            File::options().create(true).truncate(false).write(true).open(dir.join(LOCK_FILE)).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir: dir.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(EngineError::InUse(dir.to_owned())),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// The data file.
    pub(super) fn file(&self) -> PathBuf {
        self.dir.join(FILE)
    }
}

/// Takes all access from other users of the machine, also to a folder that is open to them.
#[cfg(unix)]
fn close_to_others(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
}

/// Does nothing on systems without Unix permissions, where a folder takes those of its parent.
#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}
