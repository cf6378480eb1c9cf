//! Checkpoints in a folder: that of `audit serve`, which alone writes it.

use super::kept::{ArchiveError, Kept};
use shared::proof::note::NOTE_BYTES_MAX;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

fn unavailable(error: io::Error) -> ArchiveError {
    ArchiveError::Unavailable(error.into())
}

/// Writes a checkpoint whole or not at all: under another name first, which begins with a point.
pub(super) fn put(folder: &Path, name: &str, note: &str) -> Result<Kept, ArchiveError> {
    let file = folder.join(name);
    if file.exists() {
        return read(folder, name).map(Kept::There);
    }
    let write = || {
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent)?;
        let begun = parent.join(".begun");
        let mut writing = File::create(&begun)?;
        writing.write_all(note.as_bytes())?;
        writing.sync_all()?;
        fs::rename(&begun, &file)
    };
    write().map_err(unavailable)?;
    Ok(Kept::New)
}

/// Removes a checkpoint that newer ones stand for; nothing depends on that.
pub(super) fn remove(folder: &Path, name: &str) {
    let _ = fs::remove_file(folder.join(name));
}

/// The names that begin so and stand behind that one.
pub(super) fn names(folder: &Path, prefix: &str, after: Option<&str>) -> Result<Vec<String>, ArchiveError> {
    let entries = match fs::read_dir(folder.join(prefix)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(unavailable)?,
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    let names = names.collect::<Result<Vec<_>, _>>().map_err(unavailable)?;
    let plain = names.into_iter().filter_map(|name| name.into_string().ok()).filter(|name| !name.starts_with('.'));
    let mut names: Vec<_> = plain.map(|name| format!("{prefix}{name}")).collect();
    names.retain(|name| after.is_none_or(|after| name.as_str() > after));
    names.sort_unstable();
    Ok(names)
}

/// The text of a file; none of what is too long for a note, or no text.
pub(super) fn read(folder: &Path, name: &str) -> Result<String, ArchiveError> {
    let mut bytes = Vec::new();
    let file = File::open(folder.join(name)).map_err(unavailable)?;
    match file.take(NOTE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes) {
        Err(error) if error.kind() == ErrorKind::IsADirectory => return Ok(String::new()),
        read => read.map_err(unavailable)?,
    };
    Ok(String::from_utf8(bytes).unwrap_or_default())
}
