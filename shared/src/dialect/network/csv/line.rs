//! A line of CSV, written cell by cell straight into the body.
//!
//! The `csv` crate writes the same bytes (a test holds them against each other), but of cells that are composed before: each
//! was written twice. Here a cell of JSON is quoted while it is composed, which `bench/cpu` shows.

use std::io::{self, Write};

/// A line that is not ended yet.
pub(super) struct Line<'a> {
    body: &'a mut Vec<u8>,
    is_empty: bool,
}

impl<'a> Line<'a> {
    pub(super) fn begin(body: &'a mut Vec<u8>) -> Self {
        Self { body, is_empty: true }
    }

    /// A cell, in quotes if it has a comma, a quote or a line break (RFC 4180, section 2, rules 5 to 7).
    pub(super) fn text(&mut self, text: &str) {
        if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
            self.quoted(|mut cell| cell.text(text));
        } else {
            self.comma();
            self.body.extend_from_slice(text.as_bytes());
        }
    }

    /// A cell in quotes, composed by `write`.
    pub(super) fn quoted(&mut self, write: impl FnOnce(Quoted<'_>)) {
        self.comma();
        self.body.push(b'"');
        write(Quoted { body: self.body });
        self.body.push(b'"');
    }

    pub(super) fn end(self) {
        self.body.extend_from_slice(b"\r\n");
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_empty) {
            self.body.push(b',');
        }
    }
}

/// The inside of a cell in quotes: a quote that is written to it is doubled.
pub(super) struct Quoted<'a> {
    body: &'a mut Vec<u8>,
}

impl Quoted<'_> {
    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.body.reserve(bytes.len());
        for byte in bytes {
            self.body.push(*byte);
            if *byte == b'"' {
                self.body.push(b'"');
            }
        }
    }
}

impl Write for Quoted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes(bytes);
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes(bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use csv::{QuoteStyle, Terminator, WriterBuilder};
    use proptest::prelude::*;

    /// Texts in which what has to be quoted is frequent.
    fn cell() -> impl Strategy<Value = String> {
        "[\",\r\n;# a-cé0]{0,12}|.{0,20}"
    }

    /// What the `csv` crate writes.
    fn expected(cells: &[String], style: QuoteStyle) -> String {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).quote_style(style).from_writer(Vec::new());
        writer.write_record(cells).expect("memory takes a record");
        String::from_utf8(writer.into_inner().expect("memory flushes")).expect("UTF-8")
    }

    fn line(cells: &[String], write: impl Fn(&mut Line<'_>, &str)) -> String {
        let mut body = Vec::new();
        let mut line = Line::begin(&mut body);
        cells.iter().for_each(|cell| write(&mut line, cell));
        line.end();
        String::from_utf8(body).expect("UTF-8")
    }

    proptest! {
        #[test]
        fn a_line_is_what_the_csv_crate_writes(cells in proptest::collection::vec(cell(), 2..6)) {
            prop_assert_eq!(line(&cells, |line, cell| line.text(cell)), expected(&cells, QuoteStyle::Necessary));
        }

        #[test]
        fn a_composed_cell_is_what_the_csv_crate_writes(cells in proptest::collection::vec(cell(), 2..6), at in 0..12_usize) {
            let in_two = |line: &mut Line<'_>, text: &str| {
                let (first, second) = text.split_at_checked(at).unwrap_or((text, ""));
                line.quoted(|mut cell| {
                    cell.text(first);
                    cell.write_all(second.as_bytes()).expect("memory");
                });
            };
            prop_assert_eq!(line(&cells, in_two), expected(&cells, QuoteStyle::Always));
        }
    }

    #[test]
    fn a_cell_is_quoted_where_it_must_be() {
        for (text, written) in [
            ("", "\r\n"),
            ("a b;c", "a b;c\r\n"),
            (",", "\",\"\r\n"),
            ("\"", "\"\"\"\"\r\n"),
            ("a\"\"b", "\"a\"\"\"\"b\"\r\n"),
            ("\r", "\"\r\"\r\n"),
            ("Zoë\n", "\"Zoë\n\"\r\n"),
        ] {
            assert_eq!(line(&[text.to_owned()], |line, cell| line.text(cell)), written);
        }
    }
}
