//! Input that is no export, or a hostile one: it is unusable or found, and never OK.

use audit_verify::files::Folder;
use audit_verify::{MAX_AGE_MINUTES, Question, verify, verify_proof};
use shared::proof::checkpoint::Checkpoint;
use shared::proof::file::FILE_BYTES_MAX;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::fs;
use tests::proofs::verified::report;
use tests::proofs::{Exported, MadeLog};

const AT: &str = "2026-01-01T00:06:00.000Z";

fn acme() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

/// Whether an export is said to be what was sealed.
fn is_ok(log: &MadeLog, exported: &Exported) -> bool {
    report(exported, log.key(), None, AT).is_ok_and(|report| report.total() == 0)
}

#[test]
fn an_export_that_lacks_a_file_or_has_it_empty_cut_or_changed_is_never_ok() {
    let log = MadeLog::filled(&acme(), 300, 3);
    let whole = log.export(&acme());
    assert!(is_ok(&log, &whole));
    for path in whole.paths() {
        let bytes = whole.get(path).expect("a file");
        let mut bad = vec![Vec::new(), [bytes, b"\n"].concat(), [bytes, bytes].concat()];
        bad.extend((1..20).map(|part| bytes[..bytes.len() * part / 20].to_vec()));
        bad.extend((0..20).map(|part| {
            let mut changed = bytes.to_vec();
            changed[bytes.len() * part / 20] ^= 1;
            changed
        }));
        let mut exported = whole.clone();
        for bytes in bad {
            exported.put(path, bytes.clone());
            assert!(!is_ok(&log, &exported), "{path} of {} bytes", bytes.len());
        }
        exported.remove(path);
        let said = report(&exported, log.key(), None, AT).expect_err("a file is missing").to_string();
        assert_eq!(said, format!("{path}: is not there"));
    }
}

#[test]
fn a_file_that_is_too_large_is_not_read_to_its_end() {
    let log = MadeLog::filled(&acme(), 3, 1);
    for path in ["checkpoint", "account/head", "tile/entries/000.p/1", "tile/0/000.p/1", "account/tile/0/000.p/3"] {
        let mut exported = log.export(&acme());
        exported.put(path, vec![b'\n'; 20 * 1024 * 1024]);
        let said = report(&exported, log.key(), None, AT).expect_err("it is too large").to_string();
        assert!(said.starts_with(&format!("{path}: has more than ")), "{said}");
    }
    let mut exported = log.export(&acme());
    exported.put("events.ndjson", vec![b' '; 20 * 1024 * 1024]);
    let said = report(&exported, log.key(), None, AT).expect_err("it is one long line").to_string();
    assert_eq!(said, "events.ndjson: line 1 has more than 4194304 bytes");
}

#[test]
fn a_log_that_claims_more_than_there_is_ends_at_the_first_tile_that_is_missing() {
    let log = MadeLog::filled(&acme(), 3, 1);
    for size in [2, 257, 1 << 40, u64::MAX >> 1, u64::MAX] {
        let mut exported = log.export(&acme());
        let huge = Checkpoint { size, ..log.checkpoint(1) };
        exported.put("checkpoint", log.signed(&huge.to_string()));
        let said = report(&exported, log.key(), None, AT).expect_err("there are no such tiles").to_string();
        assert!(said.contains("tile/entries/000") && said.ends_with("is not there"), "{said}");
    }
}

#[test]
fn a_line_that_is_none_is_named() {
    let log = MadeLog::filled(&acme(), 3, 1);
    for bad in ["", "{}", "null", r#"{"position":1}"#, r#"{"position":1.0,"missing":true}"#, &"[".repeat(100_000)] {
        let mut exported = log.export(&acme());
        exported.edit_lines(|lines| lines[1] = bad.to_owned());
        let said = report(&exported, log.key(), None, AT).expect_err("it is no line").to_string();
        assert_eq!(said, "events.ndjson: line 2 is no line of an export");
    }
    let mut exported = log.export(&acme());
    exported.edit_lines(|lines| {
        lines[1] = lines[1]
            .replace(r#""event_type":{"S":"CHANGED_ROLE"}"#, r#""event_type":{"M":{"a":{"S":"x"},"a":{"S":"y"}}}"#);
    });
    let said = report(&exported, log.key(), None, AT).expect_err("it can be read in two ways").to_string();
    assert_eq!(said, "events.ndjson: line 2 is no line of an export");
}

#[test]
fn a_proof_file_that_is_none_is_unusable() {
    let log = MadeLog::filled(&acme(), 3, 1);
    let proof = log.proof(&acme(), 1).to_string();
    let long = format!("{proof}{}", "x".repeat(FILE_BYTES_MAX));
    let foreign = MadeLog::with_seed("example.com/other", &[9; 32]);
    for bad in
        ["", "\n", &proof[..proof.len() / 2], &proof.replace('\n', "\r\n"), &long, &log.head(&acme(), 1).to_string()]
    {
        let said = verify_proof(bad, log.key()).expect_err("it is no proof").to_string();
        assert_eq!(said, "proof: it is not a proof file, or a part of it is missing");
    }
    let said = verify_proof(&proof, foreign.key()).expect_err("it is of another log").to_string();
    assert!(said.starts_with("proof: is not signed with this key"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_folder_with_links_pipes_or_folders_for_files_is_unusable() {
    let log = MadeLog::filled(&acme(), 3, 1);
    let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let said = || {
        let at = Timestamp::parse_fixed(AT).expect("a time");
        let question = Question { key: log.key(), earlier: None, at, max_age_minutes: MAX_AGE_MINUTES };
        let answer = verify(&Folder::new(folder.path()), question, &|_, _| {});
        answer.map(|report| report.verdict.name().to_owned()).unwrap_or_else(|unusable| unusable.to_string())
    };
    assert!(said().starts_with("account/head: is not there"));
    log.export(&acme()).write(folder.path()).expect("files");
    assert_eq!(said(), "OK");

    let moved = outside.path().join("head");
    fs::rename(folder.path().join("account/head"), &moved).expect("a file");
    std::os::unix::fs::symlink(&moved, folder.path().join("account/head")).expect("a link");
    assert_eq!(said(), "account/head: is a link, which is not followed");
    fs::remove_file(folder.path().join("account/head")).expect("a link");
    fs::create_dir(folder.path().join("account/head")).expect("a folder");
    assert_eq!(said(), "account/head: is no plain file");
    fs::remove_dir(folder.path().join("account/head")).expect("a folder");
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("account/head")).status();
    assert!(made.expect("mkfifo").success());
    assert_eq!(said(), "account/head: is no plain file");
}
