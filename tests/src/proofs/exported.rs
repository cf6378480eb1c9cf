//! What `audit export --proofs` writes, as files in memory.

use audit_verify::Unusable;
use audit_verify::files::Files;
use std::collections::BTreeMap;
use std::io::Read;
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

    /// Puts a text in which one place is replaced by another.
    ///
    /// # Panics
    /// The text does not have that place exactly once.
    pub fn edit(&mut self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert_eq!(text.matches(from).count(), 1, "{path} has {from:?} once");
        let edited = text.replacen(from, to, 1);
        self.put(path, edited);
    }

    /// Changes the lines of `events.ndjson`, each without its line feed.
    pub fn edit_lines(&mut self, edit: impl FnOnce(&mut Vec<String>)) {
        let mut lines: Vec<String> = self.text("events.ndjson").lines().map(ToOwned::to_owned).collect();
        edit(&mut lines);
        self.put("events.ndjson", lines.into_iter().map(|line| line + "\n").collect::<String>());
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

impl Files for Exported {
    fn open(&self, path: &str) -> Result<(Box<dyn Read + '_>, u64), Unusable> {
        let bytes = self.get(path).ok_or_else(|| Unusable::new(path, "is not there"))?;
        Ok((Box::new(bytes), bytes.len() as u64))
    }
}
