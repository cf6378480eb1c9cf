//! How far an export is, in a file: what of the output is safe, and where the feed goes on.

use super::format::Format;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// The form of the file. Another version of the command that does not know it must not go on from it.
const VERSION: u32 = 1;

/// Largest file that is read, in bytes: a cursor is far smaller.
const BYTES_MAX: u64 = 64 * 1024;

/// Shape: `{"version":1,"output":"events.ndjson","format":"ndjson","cursor":"…","output_bytes":1234}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    version: u32,
    /// Name of the output, without its folder: what stands in another file is not to be cut off.
    pub(super) output: String,
    pub(super) format: Format,
    /// Where the feed goes on; none before the first page was written.
    pub(super) cursor: Option<String>,
    /// Length of the output, in bytes, up to which it is whole.
    pub(super) output_bytes: u64,
}

impl Checkpoint {
    /// That nothing of an output is written yet.
    pub(super) fn begin(output: String, format: Format) -> Self {
        Self { version: VERSION, output, format, cursor: None, output_bytes: 0 }
    }

    /// That the output is whole up to that length, and where the feed goes on.
    pub(super) fn moved_on(&self, cursor: &str, output_bytes: u64) -> Self {
        Self { cursor: Some(cursor.to_owned()), output_bytes, ..self.clone() }
    }

    /// Reads the file, if it is there.
    ///
    /// # Errors
    /// It cannot be read, or is no checkpoint.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, String> {
        let named = |what: String| format!("{}: {what}", path.display());
        let length = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(named("is a folder".to_owned())),
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(named(error.to_string())),
        };
        if length > BYTES_MAX {
            return Err(named("is no checkpoint of an export: it is too long".to_owned()));
        }
        let text = fs::read(path).map_err(|error| named(error.to_string()))?;
        let checkpoint: Self =
            serde_json::from_slice(&text).map_err(|error| named(format!("is no checkpoint of an export: {error}")))?;
        match checkpoint.version {
            VERSION => Ok(Some(checkpoint)),
            other => {
                Err(named(format!("is a checkpoint of version {other}, and this is an audit of version {VERSION}")))
            }
        }
    }

    /// Writes the file: whoever reads it finds the one before, or this one whole.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let mut temporary = temporary_beside(path)?;
        serde_json::to_writer(&mut temporary, self)?;
        temporary.write_all(b"\n")?;
        put_in_place(temporary, path)
    }
}

/// A file in the same folder, which is gone when the value is dropped. Who may read it, the umask says.
pub(super) fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".audit-export-").suffix(".part");
    #[cfg(unix)]
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(mode);
    builder.tempfile_in(folder(path))
}

/// Gives the file, whole on the disk, its name.
pub(super) fn put_in_place(temporary: NamedTempFile, path: &Path) -> io::Result<()> {
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    // The name is on the disk once the folder is; not every system can be asked for that.
    if cfg!(unix) { File::open(folder(path))?.sync_all() } else { Ok(()) }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.json");
        assert_eq!(Checkpoint::read(&path), Ok(None));
        let begin = Checkpoint::begin("e.csv".to_owned(), Format::Csv);
        let checkpoint = begin.moved_on("abc", 17);

        begin.write(&path).unwrap();
        checkpoint.write(&path).unwrap();

        let text = r#"{"version":1,"output":"e.csv","format":"csv","cursor":"abc","output_bytes":17}"#;
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{text}\n"));
        assert_eq!(Checkpoint::read(&path), Ok(Some(checkpoint)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.json");
        let text = r#"{"version":1,"output":"e","format":"csv","cursor":"abc","output_bytes":17}"#;
        for bad in
            ["", "{}", "[1]", &text.replace("csv", "xml"), &text.replace("17", "-1"), &text.replace(":1,", ":2,")]
        {
            fs::write(&path, bad).unwrap();
            let said = Checkpoint::read(&path).unwrap_err();
            assert!(said.contains("c.json: is "), "{said}");
        }
        assert!(Checkpoint::read(folder.path()).unwrap_err().ends_with(": is a folder"));
    }
}
