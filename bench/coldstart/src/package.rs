//! What Lambda is given to run a function, and its size.

use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Strongest level of deflate, as `zip -9`.
const LEVEL: i64 = 9;
/// What Python writes beside its modules, and an archive of them does not hold.
const COMPILED: &str = "__pycache__";

/// The content of a function's archive.
#[derive(Debug)]
pub(crate) enum Package {
    /// One executable, as `bootstrap`.
    Binary(PathBuf),
    /// All files of a folder.
    Folder(PathBuf),
}

impl Package {
    /// The bytes of the files, and of the archive with them.
    pub(crate) fn sizes(&self) -> Result<(u64, u64)> {
        let files = match self {
            Self::Binary(path) => vec![("bootstrap".to_owned(), path.clone())],
            Self::Folder(folder) => files(folder, folder)?,
        };
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL))
            .unix_permissions(0o755);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let mut unpacked = 0;
        for (name, path) in files {
            let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            unpacked += content.len() as u64;
            archive.start_file(name, options)?;
            archive.write_all(&content)?;
        }
        let archive = archive.finish()?.into_inner();
        Ok((unpacked, archive.len() as u64))
    }
}

/// The files under a folder, sorted, each with its name in the archive.
fn files(folder: &Path, root: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if !path.is_dir() {
            found.push((path.strip_prefix(root)?.to_string_lossy().into_owned(), path));
        } else if path.file_name().is_some_and(|name| name != COMPILED) {
            found.extend(files(&path, root)?);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Package, files};
    use std::{fs, path::Path};

    #[test]
    fn a_package_is_all_files_of_its_folder_but_what_python_compiled() {
        let folder = std::env::temp_dir().join(format!("coldstart-package-{}", std::process::id()));
        fs::create_dir_all(folder.join("b/__pycache__")).expect("a folder");
        for name in ["b/c.py", "a.py", "b/__pycache__/c.pyc"] {
            fs::write(folder.join(name), "four").expect("a file");
        }

        let names = files(&folder, &folder).map(|files| files.into_iter().map(|(name, _)| name).collect::<Vec<_>>());
        let sizes = Package::Folder(folder.clone()).sizes();
        fs::remove_dir_all(&folder).expect("the folder is ours");

        assert_eq!(names.expect("names"), ["a.py", "b/c.py"]);
        assert_eq!(sizes.expect("sizes").0, 8);
        assert!(Package::Folder(Path::new("/nowhere").to_owned()).sizes().is_err());
    }
}
