//! Files in a folder, for `audit serve`: named and filled like the objects of a bucket.

use super::object::Object;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// Writes a file whole or not at all, unless it is there: under another name first, which begins with a point.
pub(super) fn put(bucket: &Path, object: &Object) -> io::Result<()> {
    let file = bucket.join(&object.key);
    let parent = file.parent().unwrap_or(bucket);
    fs::create_dir_all(parent)?;
    let name = object.key.rsplit('/').next().unwrap_or(&object.key);
    let begun = parent.join(format!(".{name}.{}", std::process::id()));
    let mut writing = File::create(&begun)?;
    writing.write_all(&object.bytes)?;
    writing.sync_all()?;
    // A second name for the same file: unlike a change of names, it is refused where there is a file of that name.
    let put = match fs::hard_link(&begun, &file) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        put => put,
    };
    fs::remove_file(&begun)?;
    put
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(bytes: &[u8]) -> Object {
        Object { key: "account=a/date=2026-05-01/0-1.gz".to_owned(), content_type: "", bytes: bytes.to_vec() }
    }

    #[test]
    fn a_file_is_put_once_and_never_changed() {
        let root = tempfile::tempdir().expect("a folder");
        let bucket = root.path().join("trail");

        put(&bucket, &object(b"first")).expect("to be put");
        put(&bucket, &object(b"second")).expect("to be there");

        let folder = bucket.join("account=a/date=2026-05-01");
        assert_eq!(fs::read(folder.join("0-1.gz")).expect("the file"), b"first");
        assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1, "nothing that was begun is left");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("trail"), b"").expect("a file in its place");
        assert!(put(&root.path().join("trail"), &object(b"x")).is_err());
    }
}
