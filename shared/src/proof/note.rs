//! Signed notes of C2SP: a text, an empty line, and lines with signatures of it.
//!
//! ```text
//! <text, ending in a line feed>
//!
//! — <key name> <base64 of the key id and the signature>
//! ```

use crate::proof::key::{SIGNATURE_BYTES, VerifierKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Longest note that is read, in bytes: a checkpoint with the signatures of sixteen witnesses, some of them post-quantum.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;

/// What a line with a signature begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// Length of a key id, in bytes.
const KEY_ID_BYTES: usize = 4;

/// Why a note is not one that a key signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteFault {
    /// It does not have the form of a note.
    #[error("it is not a signed note: a text, an empty line, and lines with signatures")]
    NotANote,
    /// No signature is of this key.
    #[error("it has no signature of this key")]
    OtherKey,
    /// The signature of this key is not one of this text.
    #[error("the signature does not belong to the text: one of them was changed")]
    WrongSignature,
}

/// The text of a note, if the key signed it. Signatures of other keys are passed over.
///
/// # Errors
/// [`NoteFault`], by variant.
pub fn open<'a>(note: &'a str, key: &VerifierKey) -> Result<&'a str, NoteFault> {
    let (text, signatures) = split(note).ok_or(NoteFault::NotANote)?;
    let mut is_signed = false;
    for line in signatures {
        let (name, id, signature) = signature_of(line).ok_or(NoteFault::NotANote)?;
        if name == key.origin().as_str() && id == key.id() {
            if !key.verifies(text.as_bytes(), &signature) {
                return Err(NoteFault::WrongSignature);
            }
            is_signed = true;
        }
    }
    if is_signed { Ok(text) } else { Err(NoteFault::OtherKey) }
}

/// The text of a note, whoever signed it: not to be relied on; none if it does not have the form of a note.
pub fn unverified_text(note: &str) -> Option<&str> {
    let (text, mut signatures) = split(note)?;
    signatures.all(|line| signature_of(line).is_some()).then_some(text)
}

/// The note of a text, which ends in a line feed, with a signature of the key.
pub fn sealed(text: &str, key: &VerifierKey, signature: &[u8; SIGNATURE_BYTES]) -> String {
    let signature = STANDARD.encode([key.id().as_slice(), signature].concat());
    format!("{text}\n{SIGNATURE_PREFIX}{} {signature}\n", key.origin())
}

/// The text with its last line feed, and the lines behind the empty one.
fn split(note: &str) -> Option<(&str, impl Iterator<Item = &str>)> {
    let is_text = note.len() <= NOTE_BYTES_MAX && !note.contains(|c: char| c.is_ascii_control() && c != '\n');
    let end = note.rfind("\n\n").filter(|_| is_text)?;
    let (text, rest) = note.split_at_checked(end + 1)?;
    let signatures = rest.strip_prefix('\n')?.strip_suffix('\n').filter(|lines| !lines.is_empty())?;
    Some((text, signatures.split('\n')))
}

fn signature_of(line: &str) -> Option<(&str, [u8; KEY_ID_BYTES], Vec<u8>)> {
    let (name, signature) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
    let bytes = STANDARD.decode(signature).ok()?;
    let (id, signature) = bytes.split_first_chunk::<KEY_ID_BYTES>()?;
    let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+');
    (is_name && !signature.is_empty()).then(|| (name, *id, signature.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::key::{Origin, PrivateKey};

    const TEXT: &str =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const GO: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SIGNATURE: &str =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    const OTHER: &str =
        "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

    fn key() -> VerifierKey {
        VerifierKey::parse(GO).expect("a key")
    }

    #[test]
    fn the_note_of_go_opens_with_its_key_and_other_signatures_are_passed_over() {
        assert_eq!(open(&format!("{TEXT}\n{SIGNATURE}"), &key()), Ok(TEXT));
        assert_eq!(open(&format!("{TEXT}\n{OTHER}{SIGNATURE}"), &key()), Ok(TEXT));
        assert_eq!(open(&format!("{TEXT}\n{SIGNATURE}{OTHER}"), &key()), Ok(TEXT));
    }

    #[test]
    fn what_the_key_did_not_sign_does_not_open() {
        let changed = TEXT.replace("problem", "Problem");
        assert_eq!(open(&format!("{changed}\n{SIGNATURE}"), &key()), Err(NoteFault::WrongSignature));
        assert_eq!(open(&format!("{TEXT}\n{OTHER}"), &key()), Err(NoteFault::OtherKey));
        let long = "a".repeat(NOTE_BYTES_MAX);
        for bad in [
            String::new(),
            "\n\n".to_owned(),
            TEXT.to_owned(),
            format!("{TEXT}{SIGNATURE}"),
            format!("{TEXT}\n{}", SIGNATURE.trim_end()),
            format!("{TEXT}\n{SIGNATURE}\n"),
            format!("{TEXT}\n{}", SIGNATURE.replace("— ", "- ")),
            format!("{TEXT}\n{SIGNATURE}").replace('\n', "\r\n"),
            format!("{TEXT}\n{SIGNATURE}x"),
            format!("{TEXT}\n— PeterNeumann AAAA\n"),
            format!("{TEXT}\n— PeterNeumann AAAAAA==\n"),
            format!("{TEXT}\n—  AAAAAAA=\n"),
            format!("{TEXT}\n— Peter+Neumann AAAAAAA=\n"),
            format!("{TEXT}\n— Peter\u{a0}Neumann AAAAAAA=\n"),
            format!("{TEXT}\t\n\n{SIGNATURE}"),
            format!("{long}\n\n{SIGNATURE}"),
        ] {
            assert_eq!(open(&bad, &key()), Err(NoteFault::NotANote), "{}", bad.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn a_signature_of_another_key_of_the_name_or_the_id_is_passed_over() {
        let signed = format!("{TEXT}\n{SIGNATURE}");
        let same_id = SIGNATURE.replace("PeterNeumann", "PeterNeuman");
        let same_name = SIGNATURE.replace(" x08g", " y08g");
        assert_eq!(open(&format!("{signed}{same_id}{same_name}"), &key()), Ok(TEXT));
        assert_eq!(open(&format!("{TEXT}\n{same_id}{same_name}"), &key()), Err(NoteFault::OtherKey));
    }

    #[test]
    fn a_note_of_128_kib_is_read_and_one_byte_more_is_not() {
        let note = |bytes: usize| format!("{}\n\n{OTHER}", "a".repeat(bytes - OTHER.len() - 2));
        assert_eq!(open(&note(131_072), &key()), Err(NoteFault::OtherKey));
        assert_eq!(open(&note(131_073), &key()), Err(NoteFault::NotANote));
    }

    #[test]
    fn what_is_sealed_opens() {
        let private = PrivateKey::from_seed(&[7; 32]).expect("32 bytes");
        let key = VerifierKey::new(Origin::parse("example.com/log").expect("a name"), private.public());
        let note = sealed("a\n\nb\n", &key, &private.sign(b"a\n\nb\n"));
        assert_eq!(open(&note, &key), Ok("a\n\nb\n"));
        assert_eq!(unverified_text(&note), Some("a\n\nb\n"));
    }
}
