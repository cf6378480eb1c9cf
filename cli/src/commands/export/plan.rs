//! What is to be written where, looked at before anything is asked or touched.

use super::checkpoint::Checkpoint;
use super::format::Format;
use super::target::Target;
use crate::feed::{Begin, FeedError};
use crate::terminal::error_line;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// An output that makes sense, and what was written to it before.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) format: Format,
    gzip: bool,
    /// The file; none is standard output.
    output: Option<PathBuf>,
    checkpoint: Option<PathBuf>,
    /// What the checkpoint says, if it is there.
    written: Option<Checkpoint>,
}

impl Plan {
    /// Looks at what there is.
    ///
    /// # Errors
    /// The options do not go together, or do not go with what is there.
    pub(super) fn of(output: PathBuf, checkpoint: Option<PathBuf>, format: Option<Format>) -> Result<Self, String> {
        let name = output.to_string_lossy().to_lowercase();
        let gzip = name.ends_with(".gz");
        let is_csv = name.strip_suffix(".gz").unwrap_or(&name).ends_with(".csv");
        let format = format.unwrap_or(if is_csv { Format::Csv } else { Format::Ndjson });
        let output = if output.as_os_str() == "-" { None } else { Some(resolved(output)?) };
        if let Some(path) = &checkpoint {
            let Some(output) = &output else {
                return Err("--checkpoint needs a file to go on with: give --output FILE".to_owned());
            };
            if resolved(path.clone())? == *output {
                return Err("--checkpoint and --output are the same file".to_owned());
            }
        }
        let written = checkpoint.as_deref().map(Checkpoint::read).transpose()?.flatten();
        let plan = Self { format, gzip, output, checkpoint, written };
        plan.check()?;
        Ok(plan)
    }

    /// Holds the file and its checkpoint against each other.
    fn check(&self) -> Result<(), String> {
        let Some((output, path)) = self.output.as_ref().zip(self.checkpoint.as_ref()) else { return Ok(()) };
        let checkpoint = path.display();
        let (name, length) = (output.display(), length(output)?);
        let Some(written) = &self.written else {
            return match length {
                None | Some(0) => Ok(()),
                Some(_) => Err(format!(
                    "{name} is there, and {checkpoint} is not, to go on from: give another file, or remove it"
                )),
            };
        };
        let other = |is: &str, would_be: &str| {
            Err(format!("{checkpoint} is of {is}, and not of {would_be}: give another checkpoint, or remove it"))
        };
        if written.output != file_name(output) {
            return other(&written.output, &file_name(output));
        }
        if written.format != self.format {
            return other(written.format.name(), self.format.name());
        }
        let bytes = length.unwrap_or(0);
        if bytes < written.output_bytes {
            let known = written.output_bytes;
            return Err(format!(
                "{name} has {bytes} bytes, and {checkpoint} knows of {known}: remove both to begin anew"
            ));
        }
        Ok(())
    }

    /// Where the checkpoint says that the feed goes on; it counts more than where to begin.
    pub(super) fn begin(&self) -> Option<Begin> {
        self.written.as_ref().and_then(|written| written.cursor.clone()).map(Begin::Cursor)
    }

    /// An error of the first page, with the checkpoint that it may be about.
    pub(super) fn blamed(&self, error: FeedError) -> String {
        let said = error_line(&error);
        match (&self.checkpoint, self.begin(), error) {
            (Some(path), Some(_), FeedError::Restored | FeedError::ForeignCursor) => {
                format!("{}: {said}", path.display())
            }
            _ => said, // it is about something else
        }
    }

    /// The name of the output, for people.
    pub(super) fn name(&self) -> String {
        self.output.as_ref().map_or_else(|| "standard output".to_owned(), |path| path.display().to_string())
    }

    /// Opens the output.
    ///
    /// # Errors
    /// It cannot be written, or another export is at it.
    pub(super) fn open(&self) -> io::Result<Target> {
        match (&self.output, &self.checkpoint) {
            (None, _) => Ok(Target::standard_output()),
            (Some(output), None) => Target::whole(output, self.gzip),
            (Some(output), Some(path)) => {
                let written = self.written.clone();
                let start = written.unwrap_or_else(|| Checkpoint::begin(file_name(output), self.format));
                Target::growing(output, self.gzip, path, start)
            }
        }
    }
}

/// The file that a name stands for, if it is there: a link is followed, so that what it points to is replaced, and not the link.
fn resolved(path: PathBuf) -> Result<PathBuf, String> {
    let named = |what: &str| format!("{}: {what}", path.display());
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Err(named("is a folder")),
        Ok(metadata) if !metadata.is_file() => Err(named("is no file that can be replaced; - is standard output")),
        Ok(_) => fs::canonicalize(&path).map_err(|error| named(&error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(path),
        Err(error) => Err(named(&error.to_string())),
    }
}

/// The length of a file in bytes, if it is there.
fn length(path: &Path) -> Result<Option<u64>, String> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_says_the_format_and_whether_it_is_packed() {
        let folder = tempfile::tempdir().unwrap();
        for (name, given, format, gzip) in [
            ("-", None, Format::Ndjson, false),
            ("a", None, Format::Ndjson, false),
            ("a.ndjson.gz", None, Format::Ndjson, true),
            ("a.csv", None, Format::Csv, false),
            ("A.CSV.GZ", None, Format::Csv, true),
            ("csv", None, Format::Ndjson, false),
            ("a.csv", Some(Format::Ndjson), Format::Ndjson, false),
            ("a.gz", Some(Format::Csv), Format::Csv, true),
        ] {
            let path = if name == "-" { PathBuf::from(name) } else { folder.path().join(name) };
            let plan = Plan::of(path, None, given).unwrap();
            assert_eq!((plan.format, plan.gzip), (format, gzip), "{name}");
        }
    }
}
