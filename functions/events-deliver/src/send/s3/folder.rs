//! Files in a folder, for `audit serve`: named and filled like the objects of a bucket.

use super::object::{HEAD_BYTES, Object};
use crate::send::Why;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

/// Writes a file whole or not at all, unless it is there: under another name first, which begins with a point.
///
/// # Errors
/// [`Why::OtherObject`] if the file that is there is of other events, [`Why::Folder`] if it cannot be written or read.
pub(super) fn put(bucket: &Path, object: &Object) -> Result<(), Why> {
    let is_there = written(bucket, object).map_err(|error| Why::Folder(error.kind()))?;
    if is_there { Ok(()) } else { Err(Why::OtherObject) }
}

/// Writes it; whether what is there then is of the same events.
fn written(bucket: &Path, object: &Object) -> io::Result<bool> {
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
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            head(&file).map(|there| object.is_of_the_events_of(&there))
        }
        put => put.map(|()| true),
    };
    fs::remove_file(&begun)?;
    put
}

fn head(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(HEAD_BYTES);
    File::open(file)?.take(HEAD_BYTES as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn object(bytes: &[u8]) -> Object {
        Object {
            key: "account=a/date=2026-05-01/0-1.gz".to_owned(),
            content_type: "",
            bytes: Bytes::copy_from_slice(bytes),
        }
    }

    #[test]
    fn a_file_is_put_once_and_never_changed() {
        let root = tempfile::tempdir().expect("a folder");
        let bucket = root.path().join("trail");

        put(&bucket, &object(b"first")).expect("to be put");
        put(&bucket, &object(b"first")).expect("to be there");
        assert_eq!(put(&bucket, &object(b"second")), Err(Why::OtherObject));

        let folder = bucket.join("account=a/date=2026-05-01");
        assert_eq!(fs::read(folder.join("0-1.gz")).expect("the file"), b"first");
        assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 1, "nothing that was begun is left");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("trail"), b"").expect("a file in its place");
        let refused = put(&root.path().join("trail"), &object(b"x"));
        assert_eq!(refused, Err(Why::Folder(ErrorKind::NotADirectory)));
    }
}
