//! The lines of a file in chunks of about a megabyte, so that threads can share them and a file of any length takes no memory.

use crate::Unusable;
use shared::proof::file::FILE_BYTES_MAX;
use std::io::Read;

/// How much of a file is read at once, in bytes.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Longest line, in bytes.
const LINE_BYTES_MAX: usize = FILE_BYTES_MAX;

/// Whole lines.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// The number of the first of them, from 1.
    pub(crate) first_line: u64,
    /// The lines, each with its line feed.
    pub(crate) text: String,
}

/// Reads chunks.
pub(crate) struct Chunks<'a> {
    path: &'a str,
    file: Box<dyn Read + 'a>,
    rest: Vec<u8>,
    next_line: u64,
}

impl<'a> Chunks<'a> {
    pub(crate) fn new(path: &'a str, file: Box<dyn Read + 'a>) -> Self {
        Self { path, file, rest: Vec::new(), next_line: 1 }
    }

    /// The next one; none at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read, is no text, has a line that is too long, or ends in the midst of one.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, Unusable> {
        loop {
            let before = self.rest.len();
            self.rest.reserve(CHUNK_BYTES);
            let read = self.file.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.rest);
            let read = read.map_err(|error| Unusable::new(self.path, error))?;
            let new = self.rest.get(before..).unwrap_or_default();
            let end = new.iter().rposition(|byte| *byte == b'\n').map(|end| before + end + 1);
            match end {
                Some(end) => return self.cut(end).map(Some),
                None if read == 0 && self.rest.is_empty() => return Ok(None),
                None if read == 0 => return Err(Unusable::new(self.path, "is cut: its last line has no end")),
                None if self.rest.len() > LINE_BYTES_MAX => {
                    let why = format!("line {} has more than {LINE_BYTES_MAX} bytes", self.next_line);
                    return Err(Unusable::new(self.path, why));
                }
                None => {} // the line goes on
            }
        }
    }

    fn cut(&mut self, end: usize) -> Result<Chunk, Unusable> {
        let behind = self.rest.split_off(end);
        let bytes = std::mem::replace(&mut self.rest, behind);
        let first_line = self.next_line;
        self.next_line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        let text = String::from_utf8(bytes).map_err(|_| Unusable::new(self.path, "is no text in UTF-8"))?;
        Ok(Chunk { first_line, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u64, usize)>, String> {
        let mut chunks = Chunks::new("events.ndjson", Box::new(text));
        let mut read = Vec::new();
        while let Some(chunk) = chunks.next().map_err(|error| error.to_string())? {
            read.push((chunk.first_line, chunk.text.len()));
        }
        Ok(read)
    }

    #[test]
    fn a_chunk_has_whole_lines() {
        assert_eq!(read(b""), Ok(vec![]));
        assert_eq!(read(b"a\nb\n"), Ok(vec![(1, 4)]));
        let line = format!("{}\n", "x".repeat(CHUNK_BYTES / 2));
        let length = line.len();
        assert_eq!(read(line.repeat(4).as_bytes()), Ok(vec![(1, length), (2, 2 * length), (4, length)]));
        let longest = format!("{}\n", "x".repeat(4_194_304));
        assert_eq!(read(longest.as_bytes()), Ok(vec![(1, 4_194_305)]));
        let long = format!("{}\n", "x".repeat(3 * CHUNK_BYTES));
        assert_eq!(read(long.as_bytes()), Ok(vec![(1, long.len())]));
    }

    #[test]
    fn a_file_that_is_cut_or_no_text_or_one_long_line_is_not_read() {
        assert_eq!(read(b"a\nb").unwrap_err(), "events.ndjson: is cut: its last line has no end");
        assert_eq!(read(b"\xff\n").unwrap_err(), "events.ndjson: is no text in UTF-8");
        let long = vec![b'x'; LINE_BYTES_MAX + CHUNK_BYTES];
        assert_eq!(read(&long).unwrap_err(), "events.ndjson: line 1 has more than 4194304 bytes");
    }
}
