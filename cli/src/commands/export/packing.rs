//! What stands in the output, packed or as it is. A packed output is any number of gzip members, which unpack as one (RFC 1952, 2.2).

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write as _};

/// Packs, or does not.
pub(super) struct Packing {
    member: Option<GzEncoder<Vec<u8>>>,
    /// Whether something is in the member that was not given out with its end.
    is_open: bool,
}

impl Packing {
    pub(super) fn new(gzip: bool) -> Self {
        Self { member: gzip.then(new_member), is_open: false }
    }

    /// The bytes to write for these; some may be kept for later.
    pub(super) fn pack<'a>(&'a mut self, bytes: &'a [u8], packed: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let Some(member) = &mut self.member else { return Ok(bytes) };
        self.is_open |= !bytes.is_empty();
        member.write_all(bytes)?;
        packed.clear();
        packed.append(member.get_mut());
        Ok(packed)
    }

    /// The bytes that complete what was given out, if there is anything to complete. What comes then begins a new member.
    pub(super) fn end(&mut self, is_empty: bool) -> io::Result<Vec<u8>> {
        match &mut self.member {
            // A file without a member is none of gzip's.
            Some(member) if self.is_open || is_empty => {
                self.is_open = false;
                std::mem::replace(member, new_member()).finish()
            }
            Some(_) | None => Ok(Vec::new()),
        }
    }
}

fn new_member() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::MultiGzDecoder;
    use std::io::Read as _;

    #[test]
    fn members_unpack_as_one_text() {
        let (mut packing, mut all, mut packed) = (Packing::new(true), Vec::new(), Vec::new());
        for part in ["a\n", "b\n"] {
            all.extend_from_slice(packing.pack(part.as_bytes(), &mut packed).unwrap());
            all.extend(packing.end(false).unwrap());
            assert_eq!(packing.end(false).unwrap(), b"", "nothing is open");
        }
        let mut text = String::new();
        MultiGzDecoder::new(all.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!(text, "a\nb\n");
    }

    #[test]
    fn nothing_is_a_member_without_content_or_no_byte() {
        let empty = Packing::new(true).end(true).unwrap();
        let mut text = String::new();
        MultiGzDecoder::new(empty.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), empty.is_empty()), ("", false));
        assert_eq!(Packing::new(false).end(true).unwrap(), b"");
    }
}
