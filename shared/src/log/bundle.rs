//! The framing of a bundle of entries, as C2SP's tlog-tiles has it: each entry behind its length, two bytes, big-endian.

/// Most entries in a bundle, and in an item of the log (tlog-tiles, "Log entries").
pub const ENTRIES_MAX: usize = 256;

/// Longest entry, in bytes: what its length of two bytes can say.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// The bundle of these entries, each of at most [`ENTRY_BYTES_MAX`] bytes.
pub fn write<'a>(entries: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut bundle = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("keys of DynamoDB keep an entry far below 64 KiB");
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry.as_bytes());
    }
    bundle
}

/// The entries of a bundle; none if it is cut, or has one that is no UTF-8.
pub fn read(mut bundle: &[u8]) -> Option<Vec<&str>> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (length, rest) = bundle.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(std::str::from_utf8(entry).ok()?);
        bundle = rest;
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_is_these_bytes() {
        assert_eq!(write(["ab", "", "ö"]), b"\0\x02ab\0\0\0\x02\xc3\xb6");
        assert_eq!(read(b"\0\x02ab\0\0\0\x02\xc3\xb6"), Some(vec!["ab", "", "ö"]));
        assert_eq!(read(b""), Some(vec![]));
    }

    #[test]
    fn a_bundle_that_is_cut_or_no_text_does_not_read() {
        for bad in [&b"\0"[..], b"\0\x02a", b"\0\x01\xff", b"\0\x01a\0"] {
            assert_eq!(read(bad), None, "{bad:?} was read");
        }
    }
}
