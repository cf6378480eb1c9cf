//! The events of an export with proofs: pages of lines, each followed by the next, up to the head.

use super::asked::fetch;
use crate::service::Service;
use aws_sdk_dynamodb::error::BoxError;
use indicatif::ProgressBar;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// The header that says where the next page begins.
const NEXT: &str = "x-next";

/// What every line begins with.
const BEGINNING: &str = r#"{"position":"#;

/// What was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Items {
    pub(super) lines: u64,
    /// Lines in place of an event that the table does not have any more.
    pub(super) missing: u64,
}

/// Writes the lines of all positions below a size.
///
/// # Errors
/// The service cannot be read, goes round, or answers with something else than lines; or the file cannot be written.
pub(super) async fn write(service: &Service, path: &Path, size: u64, bar: &ProgressBar) -> Result<Items, BoxError> {
    let before = bar.position();
    let mut file = BufWriter::new(File::create(path)?);
    let (mut items, mut from) = (Items::default(), 0);
    while from < size {
        let answer = fetch(service, &format!("/log/account/items?from={from}")).await?;
        let next = answer.headers.get(NEXT).map(|next| next.to_str().ok().and_then(|next| next.parse::<u64>().ok()));
        let text = String::from_utf8(answer.body).map_err(|_| "the service's items are no text")?;
        let ours = ours(&text, size).ok_or("the service's items are cut, or no lines of an export")?;
        items.add(ours);
        file.write_all(ours.as_bytes())?;
        from = match next {
            None => size, // there is no more below the newest head, which is not before ours
            Some(Some(next)) if next > from => next,
            Some(_) => return Err("the service's pages of items do not go on".into()),
        };
        bar.set_position(before + from.min(size));
    }
    file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    Ok(items)
}

/// The lines of positions below a size: there may be a newer head by now. None if they are cut, or no lines.
fn ours(text: &str, size: u64) -> Option<&str> {
    if !text.is_empty() && !text.ends_with('\n') {
        return None;
    }
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let digits: &str = line.strip_prefix(BEGINNING)?.split([',', '}']).next()?;
        if digits.parse::<u64>().ok()? >= size {
            break;
        }
        end += line.len();
    }
    text.get(..end)
}

impl Items {
    fn add(&mut self, lines: &str) {
        for line in lines.lines() {
            self.lines += 1;
            self.missing += u64::from(line.ends_with(r#","missing":true}"#) && !line.contains(r#""Item""#));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: &str =
        "{\"position\":0,\"Item\":{}}\n{\"position\":2,\"missing\":true}\n{\"position\":3,\"Item\":{}}\n";

    #[test]
    fn lines_up_to_the_head_are_taken() {
        assert_eq!(ours(LINES, 4), Some(LINES));
        assert_eq!(ours(LINES, 3), Some("{\"position\":0,\"Item\":{}}\n{\"position\":2,\"missing\":true}\n"));
        assert_eq!(ours(LINES, 0), Some(""));
        assert_eq!(ours("", 3), Some(""));
        let mut items = Items::default();
        items.add(LINES);
        assert_eq!(items, Items { lines: 3, missing: 1 });
    }

    #[test]
    fn what_is_cut_or_no_line_is_not() {
        for bad in
            ["{\"position\":0,\"Item\":{}}", "\n", "{}\n", "{\"position\":-1}\n", "{\"position\":x}\n", "<html>\n"]
        {
            assert_eq!(ours(bad, 4), None, "{bad:?}");
        }
    }
}
