//! Lines of heads, rounds and entries: each says one thing in one way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::log::entry::Entry;
use shared::proof::head::HeadLine;
use shared::proof::round::RoundEntry;

fuzz_target!(|text: &str| {
    let head = HeadLine::parse(text).map(|head| head.to_string());
    let round = RoundEntry::parse(text).map(|round| round.to_string());
    let entry = Entry::parse(text).map(|entry| entry.to_string());
    let read: Vec<String> = [head, round, entry].into_iter().flatten().collect();
    assert!(read.len() <= 1, "{text:?} is of two kinds");
    assert!(read.iter().all(|printed| printed == text));
    assert!(read.iter().all(|line| line.ends_with('\n') && line.matches('\n').count() == 1));
});
