//! What a page may hold: the next of what is left, no more than asked for, fewer only where the events are very large.

use super::row::Row;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use serde_json::Value;

/// Bytes of text after which a page may be short: 1 MiB.
const TEXT_BYTES_MAX: usize = 1_048_576;

/// Checks the rows of a page, in the order of reading, against what is left and how many of it may come.
///
/// # Errors
/// What is wrong with the page.
pub fn check(left: &[&Row], size: usize, shown: impl Fn(&Row) -> Value, read: &[Value]) -> TestCaseResult {
    for (at, read) in read.iter().enumerate() {
        let expected = left.get(at).map(|row| shown(row));
        if expected.as_ref() != Some(read) {
            let expected = expected.map_or("nothing".to_owned(), |expected| expected.to_string());
            return Err(TestCaseError::fail(format!("row {at} of the page is {read}, and not {expected}")));
        }
    }
    let text_bytes: usize = left.iter().take(read.len()).map(|row| row.text_bytes()).sum();
    let expected = left.len().min(size);
    if read.len() == expected || (read.len() < expected && text_bytes > TEXT_BYTES_MAX) {
        return Ok(());
    }
    let (read, left) = (read.len(), left.len());
    Err(TestCaseError::fail(format!("{read} rows of {left} that are left, where {expected} were to come")))
}

/// Whether that is no more than a page may hold.
pub fn fits(left: &[&Row], size: usize) -> bool {
    left.len() <= size && left.iter().map(|row| row.text_bytes()).sum::<usize>() <= TEXT_BYTES_MAX
}

/// Checks that something is as the promise says, which is given in words.
///
/// # Errors
/// The promise, and what is.
#[expect(clippy::needless_pass_by_value, reason = "most of what is compared is made for it")]
pub fn promise<T: PartialEq + std::fmt::Debug>(promise: &str, is: T, promised: T) -> TestCaseResult {
    if is == promised {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{promise}: is {is:?}, promised was {promised:?}")))
}
