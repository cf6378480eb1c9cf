//! The key that signs the log of an `audit serve`: a file in its data folder, or one in memory.
//!
//! The file has one line, as Go's `sumdb/note` writes private keys, so that other tools read it too:
//!
//! ```text
//! PRIVATE+KEY+<origin>+<key id, 8 hex digits>+<base64 of the byte 1 and the 32 secret bytes>
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Name of the file in the data folder.
const FILE: &str = "log-key";

/// Longest file that is read: the longest origin, and the rest.
const FILE_BYTES_MAX: u64 = 2_048;

const PREFIX: &str = "PRIVATE+KEY+";

/// The type of an Ed25519 key.
const ED25519_TYPE: u8 = 1;

/// A private key with the origin that it signs for.
#[derive(Debug)]
pub(super) struct LogKey {
    pub(super) origin: Origin,
    pub(super) key: PrivateKey,
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum LogKeyError {
    /// The file cannot be read or written.
    #[error("the key of the log, {0}, cannot be used")]
    File(PathBuf, #[source] io::Error),
    /// Others can read it.
    #[error(
        "the key of the log, {0}, can be read by others, who can sign with it: chmod 600 it, and if they may have read it, delete it and see `audit log restart --help`"
    )]
    Open(PathBuf),
    /// It is not what was written.
    #[error("{0} is not a key of a log: {1}")]
    Malformed(PathBuf, &'static str),
    /// There is no randomness to make one of.
    #[error("the operating system has no randomness for a key")]
    Random(#[source] getrandom::Error),
}

impl LogKey {
    /// A new key, of an origin that no other log has.
    pub(super) fn random() -> Result<Self, LogKeyError> {
        let (secret, origin) = random()?;
        Ok(Self { key: private(&secret), origin })
    }

    /// The key of a data folder, which is made at the first start.
    pub(super) fn of_folder(folder: &Path) -> Result<Self, LogKeyError> {
        let file = folder.join(FILE);
        match File::open(&file) {
            Ok(opened) => Self::read(opened, &file),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(&file),
            Err(error) => Err(LogKeyError::File(file, error)),
        }
    }

    fn make(file: &Path) -> Result<Self, LogKeyError> {
        let (secret, origin) = random()?;
        let text = text(&origin, &secret);
        write_closed(file, &text).map_err(|error| LogKeyError::File(file.to_owned(), error))?;
        Ok(Self { key: private(&secret), origin })
    }

    fn read(opened: File, file: &Path) -> Result<Self, LogKeyError> {
        let unusable = |error| LogKeyError::File(file.to_owned(), error);
        if is_open_to_others(&opened).map_err(unusable)? {
            return Err(LogKeyError::Open(file.to_owned()));
        }
        let mut text = Vec::new();
        opened.take(FILE_BYTES_MAX + 1).read_to_end(&mut text).map_err(unusable)?;
        let text = String::from_utf8(text).unwrap_or_default();
        Self::parse(&text).map_err(|fault| LogKeyError::Malformed(file.to_owned(), fault))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let parts = text.strip_suffix('\n').unwrap_or(text).strip_prefix(PREFIX);
        let parts = parts.ok_or("it does not begin with PRIVATE+KEY+")?;
        let mut parts = parts.splitn(3, '+');
        let (Some(origin), Some(id), Some(secret)) = (parts.next(), parts.next(), parts.next()) else {
            return Err("it is cut");
        };
        let origin = Origin::parse(origin).map_err(|_| "its origin is none")?;
        let bytes = STANDARD.decode(secret).map_err(|_| "its secret is not base64")?;
        let secret = match bytes.split_first() {
            Some((&ED25519_TYPE, secret)) => secret,
            Some(_) | None => return Err("its secret is not that of an Ed25519 key"),
        };
        let key = PrivateKey::from_seed(secret).ok_or("its secret is not of 32 bytes")?;
        if id_of(&origin, &key) != id {
            return Err("its key id is that of another key: a part of it was changed");
        }
        Ok(Self { origin, key })
    }
}

fn random() -> Result<([u8; PrivateKey::SEED_BYTES], Origin), LogKeyError> {
    let (mut secret, mut name) = ([0; PrivateKey::SEED_BYTES], [0; 8]);
    getrandom::fill(&mut secret).and_then(|()| getrandom::fill(&mut name)).map_err(LogKeyError::Random)?;
    let origin = Origin::parse(&format!("audit-serve/{}", hex(&name))).expect("letters, digits, - and / are a name");
    Ok((secret, origin))
}

fn private(secret: &[u8; PrivateKey::SEED_BYTES]) -> PrivateKey {
    PrivateKey::from_seed(secret).expect("it is of that length")
}

fn text(origin: &Origin, secret: &[u8; PrivateKey::SEED_BYTES]) -> String {
    let id = id_of(origin, &private(secret));
    let secret = STANDARD.encode([&[ED25519_TYPE], secret.as_slice()].concat());
    format!("{PREFIX}{origin}+{id}+{secret}\n")
}

fn id_of(origin: &Origin, key: &PrivateKey) -> String {
    hex(&VerifierKey::new(origin.clone(), key.public()).id())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_closed(file: &Path, text: &str) -> io::Result<()> {
    let begun = file.with_extension("begun");
    let _ = fs::remove_file(&begun); // one that an earlier start left, with whatever permissions
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut writing = options.open(&begun)?;
    writing.write_all(text.as_bytes())?;
    writing.sync_all()?;
    fs::rename(&begun, file)
}

#[cfg(unix)]
fn is_open_to_others(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

/// Never on systems without Unix permissions, where a file takes those of its folder.
#[cfg(not(unix))]
fn is_open_to_others(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of 32 bytes 7. The key id is the first 4 bytes of SHA-256("audit-serve/a\n" ‖ 1 ‖ public key).
    fn written() -> String {
        text(&Origin::parse("audit-serve/a").expect("a name"), &[7; 32])
    }

    #[test]
    fn what_is_written_reads_back() {
        let written = written();
        assert!(written.starts_with("PRIVATE+KEY+audit-serve/a+"), "{written}");
        assert!(written.ends_with("+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH\n"), "{written}");
        let read = LogKey::parse(&written).expect("a key");
        assert_eq!((read.origin.as_str(), read.key.public()), ("audit-serve/a", private(&[7; 32]).public()));
    }

    #[test]
    fn what_is_cut_or_changed_is_refused_with_its_reason() {
        let written = written();
        let refused = |text: &str| LogKey::parse(text).expect_err("it is no key");
        assert_eq!(refused(""), "it does not begin with PRIVATE+KEY+");
        assert_eq!(refused("PRIVATE+KEY+a"), "it is cut");
        assert_eq!(refused("PRIVATE+KEY+a b+00000000+AQ=="), "its origin is none");
        assert_eq!(refused("PRIVATE+KEY+a+00000000+=="), "its secret is not base64");
        assert_eq!(refused("PRIVATE+KEY+a+00000000+AgcH"), "its secret is not that of an Ed25519 key");
        assert_eq!(refused("PRIVATE+KEY+a+00000000+AQcH"), "its secret is not of 32 bytes");
        let other = refused(&written.replace("audit-serve/a", "audit-serve/b"));
        assert_eq!(other, "its key id is that of another key: a part of it was changed");
    }

    #[test]
    fn a_folder_has_one_key_which_only_its_owner_can_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = LogKey::of_folder(folder.path()).expect("a key is made");
        let again = LogKey::of_folder(folder.path()).expect("it is there");
        assert_eq!((made.origin, made.key.public()), (again.origin, again.key.public()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let file = folder.path().join("log-key");
            assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
            let refused = LogKey::of_folder(folder.path()).expect_err("others can read it").to_string();
            assert!(refused.contains("can be read by others") && refused.contains("chmod 600"), "{refused}");
        }
    }

    #[test]
    fn a_file_that_is_no_key_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        write_closed(&folder.path().join("log-key"), "nothing\n").expect("it is written");
        let refused = LogKey::of_folder(folder.path()).expect_err("it is no key").to_string();
        assert!(refused.ends_with("log-key is not a key of a log: it does not begin with PRIVATE+KEY+"), "{refused}");
    }
}
