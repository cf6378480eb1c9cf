//! Mutants of the head, of the checkpoint and of its key: each is found, or the export is said to be unusable.

use crate::verify_mutants_log::{AT, acme, all, found_with, log, with};
use shared::log::hash::Hash;
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::values::ids::AccountId;
use tests::proofs::MadeLog;
use tests::proofs::verified::{report, short};

#[test]
fn every_part_of_the_head_that_is_changed_is_found() {
    let log = log();
    let head = log.export(&acme()).text("account/head").to_owned();
    let words: Vec<&str> = head.lines().nth(3).expect("the head's line").split(' ').collect();
    let [_, key, size, root, nonce] = words.as_slice() else { panic!("{words:?}") };
    assert_eq!(*size, "600");
    let other = Hash::of(&[b"x"]).to_string();
    let (slot_beside, path) = (neighbour(key), head.lines().nth(4).expect("a hash of the path"));
    for (from, to) in [
        (*key, slot_beside.as_str()),
        (" 600 ", " 599 "),
        (" 600 ", " 601 "),
        (*root, other.as_str()),
        (*nonce, other.as_str()),
        (path, other.as_str()),
        ("account acme", "account other-1"),
        ("\nindex 2\n", "\nindex 1\n"),
    ] {
        let seen = found_with(|exported| exported.edit("account/head", from, to));
        assert_eq!(seen, all("ALTERED"), "{from}");
    }
}

/// The key of an account that stands beside this one in the map.
fn neighbour(key: &str) -> String {
    let mut bytes = *Hash::parse(key).expect("a key").as_bytes();
    bytes[5] ^= 1;
    Hash::from_bytes(&bytes).expect("32 bytes").to_string()
}

#[test]
fn the_head_of_another_account_is_not_that_of_this_one() {
    let log = log();
    let other = AccountId::parse("other-1").expect("an account id");
    let theirs = log.head(&other, 3).to_string().replace("account other-1", "account acme");
    assert_eq!(found_with(|exported| exported.put("account/head", theirs)), all("ALTERED"));
}

#[test]
fn an_account_that_is_said_to_have_had_no_head_is_found() {
    let log = log();
    let nobody = AccountId::parse("nobody").expect("an account id");
    let theirs = log.head(&nobody, 3).to_string();
    let line = theirs.lines().nth(3).expect("the claim").to_owned();
    let own_key = log
        .export(&acme())
        .text("account/head")
        .lines()
        .nth(3)
        .expect("a line")
        .split(' ')
        .nth(1)
        .expect("a key")
        .to_owned();
    let key = line.split(' ').nth(1).expect("a key").to_owned();
    let forged = theirs.replace("account nobody", "account acme").replace(&key, &own_key);
    assert_eq!(found_with(|exported| exported.put("account/head", forged)), all("ALTERED"));
}

#[test]
fn an_account_without_a_head_has_no_events_either() {
    let log = log();
    let nobody = AccountId::parse("nobody").expect("an account id");
    let mut exported = log.export(&nobody);
    exported.put("events.ndjson", "{\"position\":0,\"missing\":true}\n");
    let seen = report(&exported, log.key(), None, AT).expect("an export that can be used");
    assert_eq!(short(&seen), [("UNSEALED", Some(0), None)]);
}

#[test]
fn a_head_of_an_earlier_round_holds_back_what_came_since() {
    let log = log();
    let mut exported = log.export(&acme());
    exported.put("account/head", log.head(&acme(), 2).to_string());
    let said = report(&exported, log.key(), None, AT).expect_err("the tiles are those of another size").to_string();
    assert!(said.starts_with("account/tile/entries/001.p/144: is not there"), "{said}");

    let mut earlier = MadeLog::filled(&acme(), 400, 2);
    let old = earlier.export(&acme());
    earlier.seal("2026-01-01T00:05:00.000Z".parse_time());
    let mut mixed = earlier.export(&acme());
    mixed.put("account/head", old.text("account/head"));
    let seen = report(&mixed, earlier.key(), None, AT).expect("an export that can be used");
    assert_eq!((short(&seen), seen.exit_code()), (all("TRUNCATED"), 1));
}

trait ParseTime {
    fn parse_time(&self) -> shared::values::timestamp::Timestamp;
}

impl ParseTime for str {
    fn parse_time(&self) -> shared::values::timestamp::Timestamp {
        shared::values::timestamp::Timestamp::parse_fixed(self).expect("a time")
    }
}

#[test]
fn a_checkpoint_of_which_a_bit_was_changed_is_altered() {
    let note = log().export(&acme()).text("checkpoint").to_owned();
    let root = note.lines().nth(2).expect("a root").to_owned();
    let mut bytes = *Hash::parse(&root).expect("a hash").as_bytes();
    bytes[31] ^= 1;
    let other_root = Hash::from_bytes(&bytes).expect("32 bytes").to_string();
    for (from, to) in [
        ("\n3\n", "\n2\n"),
        ("\n3\n", "\n4\n"),
        (root.as_str(), other_root.as_str()),
        ("example.com/log\n3", "example.com/lag\n3"),
    ] {
        assert_eq!(found_with(|exported| exported.edit("checkpoint", from, to)), all("ALTERED"), "{from:?}");
    }
}

#[test]
fn a_checkpoint_that_this_key_did_not_sign_is_unusable() {
    let log = log();
    let said = |edit: &dyn Fn(&str) -> String| {
        let edited = with(&log, |exported| {
            let note = edit(exported.text("checkpoint"));
            exported.put("checkpoint", note);
        });
        edited.expect_err("it is not used").to_string()
    };
    let other_key = "checkpoint: is not signed with this key: it is of another log, or the key is not that of this log";
    // The key id stands in the first characters of the signature, the name before it.
    let signature =
        |note: &str| note.lines().last().expect("a signature").rsplit_once(' ').expect("words").1.to_owned();
    assert_eq!(said(&|note| note.replace(&signature(note), &format!("AAAA{}", &signature(note)[4..]))), other_key);
    assert_eq!(said(&|note| note.replace("— example.com/log", "— example.com/lag")), other_key);
    let no_note = "checkpoint: it is not a signed note: a text, an empty line, and lines with signatures";
    assert_eq!(said(&|note| note.replace('\n', "\r\n")), no_note);
    assert_eq!(said(&|note| note.replace('\n', "\r")), no_note);
    assert_eq!(said(&|note| note.trim_end().to_owned()), no_note);
}

#[test]
fn a_signature_of_somebody_else_beside_it_is_passed_over() {
    let log = log();
    let seen = with(&log, |exported| {
        let note = format!("{}— witness.example.com AAAAAAAA\n", exported.text("checkpoint"));
        exported.put("checkpoint", note);
    });
    assert_eq!(short(&seen.expect("an export that can be used")), []);
}

#[test]
fn a_key_that_was_exchanged_is_unusable() {
    let log = log();
    let other = PrivateKey::from_seed(&[8; 32]).expect("32 bytes").public();
    for (origin, public) in [("example.com/log", other), ("example.com/other", *log.key().public())] {
        let key = VerifierKey::new(Origin::parse(origin).expect("a name"), public);
        let said = report(&log.export(&acme()), &key, None, AT).expect_err("it is of another log").to_string();
        assert!(said.starts_with("checkpoint: is not signed with this key"), "{said}");
    }
}
