//! The files of an export, wherever they are. Whoever made them may wish the reader ill: each is read up to a bound, and nothing but
//! plain files below the directory is.

use crate::Unusable;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The files of an export, by their paths below its directory.
pub trait Files: Sync {
    /// Opens a file, and says how many bytes it has.
    ///
    /// # Errors
    /// It is not there, is no plain file, or cannot be opened.
    fn open(&self, path: &str) -> Result<(Box<dyn Read + '_>, u64), Unusable>;

    /// All bytes of a file that has at most so many.
    ///
    /// # Errors
    /// It cannot be opened or read, or is larger.
    fn read(&self, path: &str, bytes_max: usize) -> Result<Vec<u8>, Unusable> {
        let (file, _) = self.open(path)?;
        bounded(file, bytes_max).map_err(|why| Unusable::new(path, why))
    }

    /// The text of a file that has at most so many bytes.
    ///
    /// # Errors
    /// It cannot be read, is larger, or is no UTF-8.
    fn text(&self, path: &str, bytes_max: usize) -> Result<String, Unusable> {
        String::from_utf8(self.read(path, bytes_max)?).map_err(|_| Unusable::new(path, "is no text in UTF-8"))
    }
}

/// A directory.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The directory at a path.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where a file is: no step on the way to it is a link, which could lead anywhere.
    fn place(&self, path: &str) -> Result<PathBuf, String> {
        let mut place = self.root.clone();
        for step in path.split('/') {
            place.push(step);
            match fs::symlink_metadata(&place) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err("is not there: this is no export with proofs, or not a whole one".to_owned());
                }
                Err(error) => return Err(error.to_string()),
                Ok(found) if found.is_symlink() => return Err("is a link, which is not followed".to_owned()),
                Ok(_) => {}
            }
        }
        Ok(place)
    }
}

impl Files for Folder {
    fn open(&self, path: &str) -> Result<(Box<dyn Read + '_>, u64), Unusable> {
        let open = || {
            let place = self.place(path)?;
            plain(&place)
        };
        let (file, bytes) = open().map_err(|why| Unusable::new(path, why))?;
        Ok((Box::new(file), bytes))
    }
}

/// The text of a file that the caller names, of at most so many bytes.
///
/// # Errors
/// It is not there, is no plain file, is larger, or is no UTF-8.
pub fn given_text(path: &Path, bytes_max: usize) -> Result<String, Unusable> {
    let read = || {
        let (file, _) = plain(path)?;
        String::from_utf8(bounded(file, bytes_max)?).map_err(|_| "is no text in UTF-8".to_owned())
    };
    read().map_err(|why| Unusable::new(&path.display().to_string(), why))
}

/// A file to be read: a pipe or a device might never end.
fn plain(path: &Path) -> Result<(File, u64), String> {
    let found = fs::metadata(path).map_err(|error| error.to_string())?;
    if !found.is_file() {
        return Err("is no plain file".to_owned());
    }
    Ok((File::open(path).map_err(|error| error.to_string())?, found.len()))
}

fn bounded(file: impl Read, bytes_max: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > bytes_max { Err(format!("has more than {bytes_max} bytes")) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T>(result: Result<T, Unusable>) -> String {
        result.err().expect("it cannot be read").to_string()
    }

    #[test]
    fn a_plain_file_is_read_up_to_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("account")).unwrap();
        fs::write(folder.path().join("account/head"), "four").unwrap();
        let files = Folder::new(folder.path());
        assert_eq!(files.text("account/head", 4).unwrap(), "four");
        assert_eq!(said(files.text("account/head", 3)), "account/head: has more than 3 bytes");
        assert_eq!(
            said(files.text("checkpoint", 3)),
            "checkpoint: is not there: this is no export with proofs, or not a whole one"
        );
        assert_eq!(said(files.text("account", 3)), "account: is no plain file");
        assert!(!said(files.text("account/head/beside", 3)).contains("is not there"), "a step on the way is a file");
        fs::write(folder.path().join("checkpoint"), [0xff]).unwrap();
        assert_eq!(said(files.text("checkpoint", 3)), "checkpoint: is no text in UTF-8");
        assert_eq!(given_text(&folder.path().join("account/head"), 4).unwrap(), "four");
        assert!(said(given_text(folder.path(), 4)).ends_with("is no plain file"));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_wherever_it_leads() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("head"), "secret").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("account")).unwrap();
        std::os::unix::fs::symlink("nothing", folder.path().join("checkpoint")).unwrap();
        let files = Folder::new(folder.path());
        assert_eq!(said(files.read("account/head", 100)), "account/head: is a link, which is not followed");
        assert_eq!(said(files.read("checkpoint", 100)), "checkpoint: is a link, which is not followed");
    }
}
