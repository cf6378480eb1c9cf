//! A file that an operator gives, which may be something else than it should be.

/// What a file is by its first bytes, where that is no text in UTF-8: the fault, as words that follow the file's name.
pub(crate) fn no_utf_8(beginning: &[u8]) -> Option<&'static str> {
    match beginning {
        [0x1f, 0x8b, ..] => Some("is a gzip file: unpack it first, as `gunzip` does"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("is a Zstandard file: unpack it first, as `unzstd` does"),
        [b'P', b'K', 3, 4, ..] => Some("is a ZIP archive: unpack it first, as `unzip` does"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] | [b'{' | b'[', 0, ..] => {
            Some("is UTF-16 or UTF-32: it must be UTF-8")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_taken_for_something_else() {
        for text in ["", "{", "{}", "[{}]", "PK", "\u{feff}{}", "Zo\u{eb}", "\n{}"] {
            assert_eq!(no_utf_8(text.as_bytes()), None, "{text:?}");
        }
    }
}
