//! Lines of a file or of standard input, one at a time, in memory that does not grow with either.

use crate::given_file::no_utf_8;
use std::io;
use std::path::Path;
use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// Bytes that are read from the file at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// Bytes that tell what a file is.
const BEGINNING_BYTES_MIN: usize = 4;

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Reads lines.
pub(super) struct Lines {
    reader: Box<dyn AsyncBufRead + Send + Unpin>,
    length_max: usize,
    bytes: Option<u64>,
    number: u64,
    /// Bytes read that no line has counted yet.
    passed_over: u64,
}

/// One line that is not blank.
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Bytes read for it, and for blank lines before it.
    pub(super) bytes: u64,
    /// Its text, or why it is none.
    pub(super) text: Result<String, String>,
}

impl Lines {
    /// Opens the file; `-` is standard input. A line longer than `length_max` bytes is passed over and named.
    pub(super) async fn open(path: &Path, length_max: usize) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Self::new(tokio::io::stdin(), length_max, None).await;
        }
        let file = File::open(path).await?;
        let metadata = file.metadata().await?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
        }
        Self::new(file, length_max, metadata.is_file().then_some(metadata.len())).await
    }

    async fn new(
        reader: impl AsyncRead + Send + Unpin + 'static,
        length_max: usize,
        bytes: Option<u64>,
    ) -> io::Result<Self> {
        let reader = Box::new(BufReader::with_capacity(BUFFER_BYTES, reader));
        let mut lines = Self { reader, length_max, bytes, number: 0, passed_over: 0 };
        lines.passed_over = lines.begin().await?;
        Ok(lines)
    }

    /// Bytes in all, where that is known.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// The next line that is not blank.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        let mut read = std::mem::take(&mut self.passed_over);
        loop {
            let mut line = Vec::new();
            let bytes = self.read_line(&mut line).await?;
            if bytes == 0 {
                return Ok(None);
            }
            self.number += 1;
            read += bytes;
            let too_long = line.len() > self.length_max;
            let text = match String::from_utf8(line) {
                _ if too_long => Err(format!("must be at most {} bytes long", self.length_max)),
                Ok(text) if text.trim().is_empty() => continue,
                Ok(text) => Ok(text),
                Err(_) => Err("must be UTF-8".to_owned()),
            };
            return Ok(Some(Line { number: self.number, bytes: read, text }));
        }
    }

    /// Passes over a byte-order mark. Returns the bytes read.
    ///
    /// # Errors
    /// The file is something else than lines, and is named for what it is: each line of it would be a fault of its own.
    async fn begin(&mut self) -> io::Result<u64> {
        let beginning = self.beginning().await?;
        if let Some(what) = kind_of(&beginning) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        let mark = if beginning.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        self.reader.fill_buf().await?; // there is something to pass over only in a buffer that is filled
        self.reader.consume(mark);
        Ok(mark as u64)
    }

    /// The first bytes, which stay to be read: as many as one read gives, and [`BEGINNING_BYTES_MIN`] if there are so many.
    async fn beginning(&mut self) -> io::Result<Vec<u8>> {
        let first = self.reader.fill_buf().await?;
        if first.is_empty() || first.len() >= BEGINNING_BYTES_MIN {
            return Ok(first.to_vec());
        }
        // A pipe may give a byte at a time; what it gave is put back in front of the rest.
        let mut taken = first.to_vec();
        self.reader.consume(taken.len());
        while taken.len() < BEGINNING_BYTES_MIN {
            let more = self.reader.fill_buf().await?;
            if more.is_empty() {
                break;
            }
            let used = more.len();
            taken.extend_from_slice(more);
            self.reader.consume(used);
        }
        let rest = std::mem::replace(&mut self.reader, Box::new(tokio::io::empty()));
        self.reader = Box::new(BufReader::new(io::Cursor::new(taken.clone()).chain(rest)));
        Ok(taken)
    }

    /// Reads to the end of the line, keeping one byte more than the longest good line at most. Returns the bytes read.
    async fn read_line(&mut self, line: &mut Vec<u8>) -> io::Result<u64> {
        let mut read = 0;
        loop {
            let buffer = self.reader.fill_buf().await?;
            if buffer.is_empty() {
                return Ok(read);
            }
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let room = (self.length_max + 1).saturating_sub(line.len());
            line.extend(part.iter().take(room));
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            read += used as u64;
            if end.is_some() {
                return Ok(read);
            }
        }
    }
}

/// What a file is by its first bytes, if not lines of JSON objects, and what would be.
fn kind_of(beginning: &[u8]) -> Option<&'static str> {
    let text = beginning.strip_prefix(BYTE_ORDER_MARK).unwrap_or(beginning).trim_ascii_start();
    let array = "is a JSON array: it must be one JSON object a line, as `jq -c '.[]' FILE` writes it";
    no_utf_8(beginning).or_else(|| text.starts_with(b"[").then_some(array))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &'static [u8], length_max: usize) -> Vec<(u64, u64, Result<String, String>)> {
        let mut lines = Lines::new(text, length_max, None).await.expect("memory can be read");
        let mut all = Vec::new();
        while let Some(line) = lines.next().await.expect("memory can be read") {
            all.push((line.number, line.bytes, line.text));
        }
        all
    }

    #[tokio::test]
    async fn blank_lines_are_counted_and_passed_over() {
        let expected = [(1, 2, Ok("a".to_owned())), (4, 7, Ok("bc\r".to_owned())), (5, 1, Ok("d".to_owned()))];
        assert_eq!(all(b"a\n\n \nbc\r\nd", 10).await, expected);
        assert_eq!(all(b"", 10).await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_or_not_utf_8_is_named_and_the_next_is_read() {
        let expected = [
            (1, 5, Ok("1234".to_owned())),
            (2, 6, Err("must be at most 4 bytes long".to_owned())),
            (3, 2, Err("must be UTF-8".to_owned())),
            (4, 1, Ok("x".to_owned())),
        ];
        assert_eq!(all(b"1234\n12345\n\xff\nx", 4).await, expected);
    }

    async fn first(text: &'static [u8]) -> Result<Option<(u64, u64, String)>, String> {
        let mut lines = Lines::new(text, 100, None).await.map_err(|error| error.to_string())?;
        let line = lines.next().await.map_err(|error| error.to_string())?;
        Ok(line.map(|line| (line.number, line.bytes, line.text.expect("a good line"))))
    }

    #[tokio::test]
    async fn a_byte_order_mark_at_the_start_is_passed_over_and_no_other() {
        let line = |bytes, text: &str| Ok(Some((1, bytes, text.to_owned())));
        assert_eq!(first(b"\xef\xbb\xbf{}\n").await, line(6, "{}"));
        assert_eq!(first(b"\xef\xbb\xbf\xef\xbb\xbf{}").await, line(8, "\u{feff}{}"));
        assert_eq!(first(b"\xef\xbb\xbf").await, Ok(None));
    }

    #[tokio::test]
    async fn a_file_that_is_something_else_is_named_for_what_it_is() {
        for (text, what) in [
            (&b"\x1f\x8b\x08\0"[..], "is a gzip file"),
            (b"\xff\xfe{\0", "is UTF-16"),
            (b"\xfe\xff\0{", "is UTF-16"),
            (b"{\0\"\0", "is UTF-16"),
            (b"\0{\0\"", "is UTF-16"),
            (b"[", "is a JSON array"),
            (b" \n[{}]", "is a JSON array"),
            (b"\xef\xbb\xbf[{}]", "is a JSON array"),
        ] {
            let said = first(text).await.expect_err("it is refused");
            assert!(said.starts_with(what), "{said}");
        }
    }

    #[tokio::test]
    async fn a_pipe_that_gives_a_byte_at_a_time_is_the_same_file() {
        let (mut pipe, read) = tokio::io::duplex(1);
        tokio::spawn(async move { tokio::io::AsyncWriteExt::write_all(&mut pipe, b"\xef\xbb\xbfa\nb").await });
        let mut lines = Lines::new(read, 10, None).await.unwrap();
        assert_eq!(lines.next().await.unwrap().unwrap().text.as_deref(), Ok("a"));
        assert_eq!(lines.next().await.unwrap().unwrap().text.as_deref(), Ok("b"));
        assert!(lines.next().await.unwrap().is_none());
    }
}
