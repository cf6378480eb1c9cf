//! Where the text goes, and what is there if it stops anywhere.
//!
//! - A file without a checkpoint appears whole or not at all: it is written beside its name under another, and renamed at the end.
//!   What had the name until then stays until then.
//! - A file with a checkpoint grows. It is whole up to the length that the checkpoint says, which is put to the disk after the bytes
//!   are; what stands behind that length, of a run that was killed, is cut off by the next run:
//!
//! ```text
//! t0  a part is in the file, and on the disk       killed here: the next run cuts the part off, and reads it again
//! t1  the checkpoint says the new length and where the feed goes on: in one step, by a rename
//! t2  the next part is being written               killed here: the next run cuts off what of it is there
//! ```

use super::checkpoint::{Checkpoint, put_in_place, temporary_beside};
use super::packing::Packing;
use std::fs::{File, TryLockError};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// An output.
pub(super) struct Target {
    packing: Packing,
    packed: Vec<u8>,
    /// Bytes in the output.
    bytes: u64,
    kind: Kind,
}

enum Kind {
    StandardOutput,
    /// A file that gets its name at the end; none once it has it.
    Whole(Option<NamedTempFile>, PathBuf),
    /// A file that grows, and its checkpoint.
    Growing {
        file: File,
        output: PathBuf,
        path: PathBuf,
        saved: Checkpoint,
    },
}

impl Target {
    pub(super) fn standard_output() -> Self {
        Self::of(Kind::StandardOutput, false, 0)
    }

    /// A file that appears when it is finished.
    pub(super) fn whole(output: &Path, gzip: bool) -> io::Result<Self> {
        let temporary = temporary_beside(output).map_err(|error| named(output, &error))?;
        Ok(Self::of(Kind::Whole(Some(temporary), output.to_owned()), gzip, 0))
    }

    /// A file that goes on where the checkpoint says, or begins.
    ///
    /// # Errors
    /// It cannot be written; another export is writing it, or has gone on with it since the checkpoint was read.
    pub(super) fn growing(output: &Path, gzip: bool, path: &Path, saved: Checkpoint) -> io::Result<Self> {
        let opened = File::options().write(true).create(true).truncate(false).open(output);
        let mut file = opened.map_err(|error| named(output, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(named(output, &io::Error::other("another export is writing it")));
            }
            Err(TryLockError::Error(error)) => return Err(named(output, &error)),
        }
        match Checkpoint::read(path).map_err(io::Error::other)? {
            None if saved.cursor.is_none() => saved.write(path).map_err(|error| named(path, &error))?,
            Some(now) if now == saved => {}
            Some(_) | None => {
                return Err(named(path, &io::Error::other("another export went on meanwhile: run it again")));
            }
        }
        file.set_len(saved.output_bytes).map_err(|error| named(output, &error))?;
        file.seek(SeekFrom::End(0)).map_err(|error| named(output, &error))?;
        let bytes = saved.output_bytes;
        let kind = Kind::Growing { file, output: output.to_owned(), path: path.to_owned(), saved };
        Ok(Self::of(kind, gzip, bytes))
    }

    fn of(kind: Kind, gzip: bool, bytes: u64) -> Self {
        Self { packing: Packing::new(gzip), packed: Vec::new(), bytes, kind }
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Writes text behind what is there.
    pub(super) fn write(&mut self, text: &[u8]) -> io::Result<()> {
        let mut packed = std::mem::take(&mut self.packed);
        let bytes = self.packing.pack(text, &mut packed)?;
        self.bytes += bytes.len() as u64;
        self.kind.write(bytes)?;
        self.packed = packed;
        Ok(())
    }

    /// Makes safe what was written, and that the feed goes on at this cursor. Only a file with a checkpoint can.
    pub(super) fn save(&mut self, cursor: &str) -> io::Result<()> {
        let Kind::Growing { .. } = &self.kind else { return Ok(()) };
        self.end_member()?;
        if let Kind::Growing { file, output, path, saved } = &mut self.kind {
            file.sync_all().map_err(|error| named(output, &error))?;
            let now = saved.moved_on(cursor, self.bytes);
            now.write(path).map_err(|error| named(path, &error))?;
            *saved = now;
        }
        Ok(())
    }

    /// Completes the output, which has all events up to this cursor.
    pub(super) fn finish(&mut self, cursor: &str) -> io::Result<()> {
        self.end_member()?;
        match &mut self.kind {
            Kind::StandardOutput => io::stdout().flush(),
            Kind::Whole(temporary, output) => match temporary.take() {
                Some(temporary) => put_in_place(temporary, output).map_err(|error| named(output, &error)),
                None => Ok(()),
            },
            Kind::Growing { .. } => self.save(cursor),
        }
    }

    /// What there is of an export that stopped, in words.
    pub(super) fn left(&self, name: &str) -> String {
        match &self.kind {
            Kind::StandardOutput => "what was written ends with a whole line".to_owned(),
            Kind::Whole(..) => format!("{name} is as it was before"),
            Kind::Growing { .. } => "run it again: it goes on behind what was written".to_owned(),
        }
    }

    fn end_member(&mut self) -> io::Result<()> {
        let end = self.packing.end(self.bytes == 0)?;
        self.bytes += end.len() as u64;
        self.kind.write(&end)
    }
}

impl Kind {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::StandardOutput => io::stdout().write_all(bytes),
            Self::Whole(None, _) => Ok(()), // it is finished
            Self::Whole(Some(file), output) => file.write_all(bytes).map_err(|error| named(output, &error)),
            Self::Growing { file, output, .. } => file.write_all(bytes).map_err(|error| named(output, &error)),
        }
    }
}

fn named(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
