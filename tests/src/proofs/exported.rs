//! What `audit export --proofs` writes, as files in memory.

use std::collections::BTreeMap;
use std::path::Path;

/// The files of an export, by their paths below its directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exported {
    files: BTreeMap<String, Vec<u8>>,
}

impl Exported {
    /// The bytes of a file; none if there is none.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// The text of a file that is there.
    pub fn text(&self, path: &str) -> &str {
        std::str::from_utf8(self.get(path).unwrap_or_else(|| panic!("{path} is there"))).expect("a text")
    }

    /// Puts a file, in place of one of that path.
    pub fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(path)
    }

    /// The paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Writes all files below a directory, which is made if it is not there.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, directory: &Path) -> std::io::Result<()> {
        self.files.iter().try_for_each(|(path, bytes)| {
            let path = directory.join(path);
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(path, bytes)
        })
    }
}
