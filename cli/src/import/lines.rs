//! Lines of a file or of standard input, one at a time, in memory that does not grow with either.

use std::io;
use std::path::Path;
use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, BufReader};

/// Bytes that are read from the file at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// Reads lines.
pub(super) struct Lines {
    reader: Box<dyn AsyncBufRead + Send + Unpin>,
    length_max: usize,
    bytes: Option<u64>,
    number: u64,
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
            return Ok(Self::new(tokio::io::stdin(), length_max, None));
        }
        let file = File::open(path).await?;
        let metadata = file.metadata().await?;
        if metadata.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a folder"));
        }
        Ok(Self::new(file, length_max, metadata.is_file().then_some(metadata.len())))
    }

    fn new(reader: impl tokio::io::AsyncRead + Send + Unpin + 'static, length_max: usize, bytes: Option<u64>) -> Self {
        let reader = Box::new(BufReader::with_capacity(BUFFER_BYTES, reader));
        Self { reader, length_max, bytes, number: 0 }
    }

    /// Bytes in all, where that is known.
    pub(super) fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// The next line that is not blank.
    pub(super) async fn next(&mut self) -> io::Result<Option<Line>> {
        let mut read = 0;
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

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(text: &'static [u8], length_max: usize) -> Vec<(u64, u64, Result<String, String>)> {
        let mut lines = Lines::new(text, length_max, None);
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
}
