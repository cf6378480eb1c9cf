//! Mutants of entries, tiles and rounds: each is found, by its right name, and at the right event where there is one.

#![expect(clippy::indexing_slicing, reason = "what is there, the test has put there")]

use audit_verify::{Report, Unusable};
use shared::log::bundle;
use shared::log::entry::Entry;
use shared::log::hash::Hash;
use shared::table::digest::{digest, event_ref};
use shared::table::json;
use shared::values::ids::AccountId;
use tests::proofs::made_log::put_tiles;
use tests::proofs::verified::{Short, report, short};
use tests::proofs::{Exported, MadeLog, made_event};

pub(crate) const AT: &str = "2026-01-01T00:06:00.000Z";

/// The bundle and the tile of the positions 256 to 511.
const ENTRIES: &str = "account/tile/entries/001";
const HASHES: &str = "account/tile/0/001";

pub(crate) fn acme() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

pub(crate) fn log() -> MadeLog {
    MadeLog::filled(&acme(), 600, 3)
}

/// What is said of an export that was changed.
pub(crate) fn with(log: &MadeLog, edit: impl FnOnce(&mut Exported)) -> Result<Report, Unusable> {
    let mut exported = log.export(&acme());
    edit(&mut exported);
    report(&exported, log.key(), None, AT)
}

pub(crate) fn found_with(edit: impl FnOnce(&mut Exported)) -> Vec<Short> {
    let seen = with(&log(), edit).expect("an export that can be used");
    assert_eq!(seen.exit_code(), 1);
    short(&seen)
}

fn found(verdict: &'static str, position: u64, id: &str) -> Short {
    (verdict, Some(position), Some(id.to_owned()))
}

pub(crate) fn all(verdict: &'static str) -> Vec<Short> {
    vec![(verdict, None, None)]
}

fn edit_entries(exported: &mut Exported, path: &str, edit: impl FnOnce(&mut Vec<String>)) {
    let mut entries: Vec<String> = bundle::read(exported.get(path).expect("a bundle"))
        .expect("a whole one")
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    edit(&mut entries);
    exported.put(path, bundle::write(entries.iter().map(String::as_str)));
}

/// Has the hash tile agree with the entries again, as whoever edits them would.
fn rehash(exported: &mut Exported) {
    let entries = bundle::read(exported.get(ENTRIES).expect("a bundle")).expect("a whole one");
    let hashes: Vec<u8> = entries.iter().flat_map(|entry| *Hash::of_leaf(entry.as_bytes()).as_bytes()).collect();
    exported.put(HASHES, hashes);
}

fn flip(exported: &mut Exported, path: &str, at: usize) {
    let mut bytes = exported.get(path).expect("a file").to_vec();
    bytes[at] ^= 1;
    exported.put(path, bytes);
}

#[test]
fn every_part_of_an_entry_that_is_edited_is_found_at_its_event() {
    for (from, to) in [
        ("event/1 00", "event/1 01"),
        ("#e-0000300 ", "#e-0000999 "),
        ("2026-01-01T00:00:41.140Z", "2026-01-01T00:00:41.141Z"),
        ("2026-01-01T00:00:41.100Z#", "2026-01-01T00:00:41.101Z#"),
        ("event/1", "event/2"),
    ] {
        let edit = |entries: &mut Vec<String>| {
            assert!(entries[44].contains(from));
            entries[44] = entries[44].replace(from, to);
        };
        let seen = found_with(|exported| edit_entries(exported, ENTRIES, edit));
        assert_eq!(seen, [found("ALTERED", 300, "e-0000300")], "{from}");
    }
    let digest = |entries: &mut Vec<String>| {
        let (text, _) = entries[44].rsplit_once(' ').expect("words");
        entries[44] = format!("{text} {}\n", Hash::of(&[b"x"]));
    };
    assert_eq!(found_with(|exported| edit_entries(exported, ENTRIES, digest)), [found("ALTERED", 300, "e-0000300")]);
    let with_hashes = found_with(|exported| {
        edit_entries(exported, ENTRIES, digest);
        rehash(exported);
    });
    assert_eq!(with_hashes[0], ("ALTERED", None, None), "its hash was changed with it");
    assert!(with_hashes.contains(&found("ALTERED", 300, "e-0000300")), "{with_hashes:?}");
}

/// Another event in place of event 300, with its entry, every tile above it and its line: nothing but the head contradicts it.
#[test]
fn a_log_that_was_rewritten_as_a_whole_below_its_head_is_found() {
    let log = log();
    let seen = with(&log, |exported| {
        let item = made_event::item(&acme(), 1_300);
        let entry = Entry::Event(event_ref("00", &made_event::sk(1_300), &item), digest(&item));
        let mut entries: Vec<_> = log.account(&acme()).entries.iter().map(ToString::to_string).collect();
        entries[300] = entry.to_string();
        put_tiles(exported, "account/", &entries);
        exported.edit_lines(|lines| lines[300] = format!(r#"{{"position":300,"Item":{}}}"#, json::write(&item)));
    });
    let seen = seen.expect("an export that can be used");
    assert_eq!((short(&seen), seen.exit_code()), (all("ALTERED"), 1));
    assert!(seen.findings[0].means.starts_with("the entries of the account are not those that were sealed"));
}

#[test]
fn an_entry_of_a_kind_that_is_not_known_makes_the_export_unusable_and_is_named() {
    let log = log();
    let seen = with(&log, |exported| {
        let mut entries: Vec<_> = log.account(&acme()).entries.iter().map(ToString::to_string).collect();
        entries[300] = "noted/1 something\n".to_owned();
        put_tiles(exported, "account/", &entries);
    });
    let kind = "account/tile/entries: the entry of position 300 is of a kind that this version of audit does not know";
    assert_eq!(seen.expect_err("nothing can be said of it").to_string(), kind);
    let seen = with(&log, |exported| {
        let rounds = bundle::read(exported.get("tile/entries/000.p/3").expect("a bundle")).expect("a whole one");
        let mut rounds: Vec<_> = rounds.into_iter().map(ToOwned::to_owned).collect();
        rounds[1] = "noted/1 something\n".to_owned();
        put_tiles(exported, "", &rounds);
    });
    let kind = "tile/entries: round 1 is of a kind that this version of audit does not know";
    assert_eq!(seen.expect_err("nothing can be said of it").to_string(), kind);
}

/// Their lines name them, in whatever order these stand.
#[test]
fn two_entries_that_were_replaced_are_named_each() {
    let seen = found_with(|exported| {
        edit_entries(exported, ENTRIES, |entries| {
            for place in [44, 45] {
                let (text, _) = entries[place].rsplit_once(' ').expect("words");
                entries[place] = format!("{text} {}\n", Hash::of(&[b"x"]));
            }
        });
        exported.edit_lines(|lines| lines.swap(300, 301));
    });
    assert_eq!(seen, [found("ALTERED", 300, "e-0000300"), found("ALTERED", 301, "e-0000301")]);
}

#[test]
fn an_entry_that_was_dropped_is_missing() {
    for (place, position) in [(0, 256), (44, 300), (255, 511)] {
        let seen = found_with(|exported| edit_entries(exported, ENTRIES, |entries| drop(entries.remove(place))));
        assert_eq!(seen, [found("MISSING", position, &format!("e-{position:07}"))]);
    }
}

#[test]
fn entries_that_were_swapped_are_found_at_both_events() {
    let seen = found_with(|exported| edit_entries(exported, ENTRIES, |entries| entries.swap(44, 99)));
    assert_eq!(seen, [found("ALTERED", 300, "e-0000300"), found("ALTERED", 355, "e-0000355")]);
}

#[test]
fn an_entry_that_was_doubled_is_found() {
    let seen = with(&log(), |exported| {
        edit_entries(exported, "account/tile/entries/002.p/88", |entries| {
            entries.push(entries[0].clone());
        });
    });
    assert_eq!(short(&seen.expect("an export that can be used")), all("ALTERED"));
    let seen = with(&log(), |exported| edit_entries(exported, ENTRIES, |entries| entries.push(entries[0].clone())));
    assert!(seen.is_err(), "no bundle has 257 entries");
}

#[test]
fn a_hash_that_was_changed_is_found_in_every_tile() {
    assert_eq!(found_with(|exported| flip(exported, HASHES, 44 * 32 + 7)), [found("ALTERED", 300, "e-0000300")]);
    assert_eq!(found_with(|exported| flip(exported, "account/tile/1/000.p/2", 40)), all("ALTERED"));
    assert_eq!(found_with(|exported| flip(exported, "tile/0/000.p/3", 40)), all("ALTERED"));
    let log = MadeLog::filled(&acme(), 600, 300);
    let seen = with(&log, |exported| flip(exported, "tile/1/000.p/1", 0)).expect("an export that can be used");
    assert_eq!(short(&seen), all("ALTERED"));
}

#[test]
fn a_round_that_was_changed_dropped_or_moved_is_found() {
    let path = "tile/entries/000.p/3";
    let edit = |edit: fn(&mut Vec<String>)| found_with(move |exported| edit_entries(exported, path, edit));
    assert_eq!(edit(|rounds| rounds[1] = rounds[1].replace("T00:03:", "T00:01:")), all("ALTERED"));
    assert_eq!(edit(|rounds| rounds[1] = rounds[1].replace("round/1", "round/2")), all("ALTERED"));
    assert_eq!(edit(|rounds| drop(rounds.remove(0))), all("ALTERED"));
    assert_eq!(edit(|rounds| rounds.swap(0, 1)), all("ALTERED"));
}
