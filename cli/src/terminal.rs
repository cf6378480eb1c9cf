//! Lines for people: on a terminal, whoever wrote what is shown decides nothing but its words.

use std::error::Error;
use std::io::{self, Write as _};

/// An error and its causes, in one line.
pub fn error_line<'a>(error: &'a (dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| Error::source(*error));
    causes.map(|error| error.to_string().replace('\n', " ")).collect::<Vec<_>>().join(": ")
}

/// Prints one line on standard output. That nobody reads it any more is no fault: `audit credential list | head -1` is done
/// when `head` has its line.
///
/// # Errors
/// Standard output cannot be written, as where a disk is full.
pub(crate) fn say(text: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The text in one line, without anything that would make a terminal show something else. Control characters are spaces;
/// what turns text round or cannot be seen is a replacement character. Spaces in a row are one, so that a text cannot look
/// like two columns, which are two spaces apart.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if is_space(c) => {
                if !line.is_empty() && !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            c if is_hidden(c) => line.push('\u{fffd}'),
            c => line.push(c),
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Whether it shows as an empty place: white space, control characters, and letters that have no shape.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// Whether it turns text round or has no width: Unicode's bidirectional controls, joiners, fillers and tags.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_one_line_and_one_column() {
        for (text, line) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("Zoë 王小明 محمد", "Zoë 王小明 محمد"),
            ("Ada  192.0.2.1   Deleted all", "Ada 192.0.2.1 Deleted all"),
            ("a\n\tb\r\u{1b}[31mc\0", "a b [31mc"),
            ("a\u{a0}\u{3000}\u{2028}\u{3164}b", "a b"),
            ("  ", ""),
            ("a\u{202e}b\u{2066}\u{200b}\u{feff}\u{61c}", "a\u{fffd}b\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("a \u{200b} b", "a \u{fffd} b"),
        ] {
            assert_eq!(one_line(text), line);
        }
    }
}
