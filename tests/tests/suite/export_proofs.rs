//! `audit export DIR --proofs`: what it writes verifies, and what a torn or hostile service answers leaves nothing that does.

use audit_cli::cli::Cli;
use audit_cli::exit_code;
use clap::Parser as _;
use shared::values::ids::AccountId;
use std::path::Path;
use tests::proofs::served::{Answer, Served, answer};
use tests::proofs::{Exported, MadeLog};

/// Shortly after the last round of three.
const AT: &str = "2026-01-01T00:06:00.000Z";

fn acme() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

async fn run(arguments: &[&str]) -> Result<(), (u8, String)> {
    let cli = Cli::try_parse_from([&["audit"], arguments].concat()).expect("a command line");
    cli.run().await.map_err(|error| (exit_code(&error), error.to_string()))
}

async fn export(directory: &Path, service: &Served) -> Result<(), (u8, String)> {
    let directory = directory.to_str().expect("UTF-8");
    run(&["export", directory, "--proofs", "--url", &service.url, "--token", "demo.secret"]).await
}

async fn verify(directory: &Path, log: &MadeLog, more: &[&str]) -> Result<(), (u8, String)> {
    let (directory, key) = (directory.to_str().expect("UTF-8"), log.key().to_string());
    run(&[&["verify", directory, "--key", &key, "--at", AT], more].concat()).await
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_is_exported_is_what_the_service_has_and_verifies() {
    for (events, page) in [(0, 1_000), (1, 1_000), (600, 7), (600, 1_000)] {
        let log = MadeLog::filled(&acme(), events, 3);
        let whole = log.export(&acme());
        let service = Served::export(whole.clone(), page);
        let folder = tempfile::tempdir().expect("a folder");
        let directory = folder.path().join("deep/export");

        export(&directory, &service).await.expect("it is exported");

        for path in whole.paths() {
            assert_eq!(std::fs::read(directory.join(path)).ok().as_deref(), whole.get(path), "{path}");
        }
        assert_eq!(names(&folder.path().join("deep")), ["export"]);
        verify(&directory, &log, &[]).await.expect("it is what was sealed");
        verify(&directory, &log, &["--json", "--checkpoint", directory.join("account/head").to_str().expect("UTF-8")])
            .await
            .expect("it is what was sealed");
        let (code, said) = export(&directory, &service).await.expect_err("it is there already");
        assert_eq!((code, said.ends_with("is there and not empty: name another directory")), (1, true), "{said}");
    }
}

#[tokio::test]
async fn what_was_recorded_while_it_runs_is_left_to_the_next_export() {
    let (earlier, log) = (MadeLog::filled(&acme(), 300, 1), MadeLog::filled(&acme(), 400, 1));
    let (old, new) = (earlier.export(&acme()), log.export(&acme()));
    let service = Served::by(move |target| match target.starts_with("/log/account/items") {
        true => answer(&new, target, 1_000),
        false => answer(&old, target, 1_000),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("export");
    export(&directory, &service).await.expect("it is exported");
    verify(&directory, &earlier, &[]).await.expect("it is what was sealed");
}

#[tokio::test]
async fn a_deleted_event_is_told_and_exported() {
    let mut log = MadeLog::filled(&acme(), 5, 3);
    log.replace_item(&acme(), 2, None);
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("export");
    let (code, said) = export(&directory, &Served::export(log.export(&acme()), 2)).await.expect_err("one is missing");
    assert_eq!((code, said.as_str()), (1, "1 of the events are not in the table any more: `audit verify` names them"));
    let (code, said) = verify(&directory, &log, &[]).await.expect_err("one is missing");
    assert_eq!((code, said.as_str()), (1, "the history is not the one that was sealed: 1 MISSING"));
}

/// What is left and said where one answer of the service is another.
async fn with(target: &'static str, bad: Answer) -> String {
    let exported: Exported = MadeLog::filled(&acme(), 300, 3).export(&acme());
    let service = Served::by(move |asked| if asked == target { bad.clone() } else { answer(&exported, asked, 100) });
    let folder = tempfile::tempdir().expect("a folder");
    let (code, said) = export(&folder.path().join("export"), &service).await.expect_err("it is no export");
    assert_eq!((code, names(folder.path())), (1, vec![]), "nothing is left");
    said
}

#[tokio::test]
async fn an_answer_that_is_cut_or_something_else_leaves_nothing() {
    let ok = |body: &[u8]| (200, Vec::new(), body.to_vec());
    for (target, bad, expected) in [
        ("/log/checkpoint", ok(b""), "the service's checkpoint is none"),
        ("/log/checkpoint", ok(b"<html>"), "the service's checkpoint is none"),
        ("/log/account/head?size=3", ok(b"\xff"), "the service's answer to /log/account/head?size=3 is no text"),
        ("/log/account/head?size=3", ok(b"x"), "it is not a proof file, or a part of it is missing"),
        ("/log/tile/0/000.p/3", ok(&[0; 95]), "the service's answer to /log/tile/0/000.p/3 is no such tile"),
        (
            "/log/account/tile/entries/000",
            ok(b"\0\x01a"),
            "the service's answer to /log/account/tile/entries/000 is no such tile",
        ),
        (
            "/log/account/items?from=100",
            ok(b"{\"position\":100,\"Item\":"),
            "the service's items are cut, or no lines of an export",
        ),
        (
            "/log/account/items?from=100",
            ok(b"{\"position\":\"../x\"}\n"),
            "the service's items are cut, or no lines of an export",
        ),
        ("/log/account/items?from=100", (403, Vec::new(), b"no".to_vec()), "the service answered 403 Forbidden: no"),
    ] {
        assert_eq!(with(target, bad).await, expected, "{target}");
    }
    for next in ["100", "0", "x", "-1", ""] {
        let bad = (200, vec![("X-Next", next.to_owned())], Vec::new());
        assert_eq!(
            with("/log/account/items?from=100", bad).await,
            "the service's pages of items do not go on",
            "{next:?}"
        );
    }
}

#[tokio::test]
async fn lines_that_a_service_leaves_out_are_found() {
    let log = MadeLog::filled(&acme(), 300, 3);
    let whole = log.export(&acme());
    let service = Served::by(move |target| match target {
        "/log/account/items?from=100" => (200, Vec::new(), Vec::new()), // as if nothing came behind
        _ => answer(&whole, target, 100),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("export");
    export(&directory, &service).await.expect("it is exported");
    let (code, said) = verify(&directory, &log, &[]).await.expect_err("events are missing");
    assert_eq!((code, said.as_str()), (1, "the history is not the one that was sealed: 200 MISSING"));
}

#[tokio::test]
async fn a_service_whose_head_claims_more_than_there_is_is_not_asked_without_end() {
    let exported = MadeLog::filled(&acme(), 3, 1).export(&acme());
    let huge = exported.text("checkpoint").replace("\n1\n", "\n9223372036854775807\n");
    let head = exported.text("account/head").to_owned();
    let service = Served::by(move |target| match target {
        "/log/checkpoint" => (200, Vec::new(), huge.clone().into_bytes()),
        "/log/account/head?size=9223372036854775807" => (200, Vec::new(), head.clone().into_bytes()),
        _ => answer(&exported, target, 100),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let (_, said) = export(&folder.path().join("export"), &service).await.expect_err("there are no such tiles");
    assert!(said.starts_with("the service answered 404"), "{said}");
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[tokio::test]
async fn exit_codes_tell_tampered_unusable_and_stale_apart() {
    let log = MadeLog::filled(&acme(), 5, 3);
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("export");
    log.export(&acme()).write(&directory).expect("files");
    let key_file = folder.path().join("key");
    std::fs::write(&key_file, format!("{}\n", log.key())).expect("a file");
    let proof = folder.path().join("proof");
    std::fs::write(&proof, log.proof(&acme(), 3).to_string()).expect("a file");
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    let (directory, key, proof) = (text(&directory), text(&key_file), text(&proof));

    run(&["verify", &directory, "--key", &key, "--at", AT]).await.expect("it is what was sealed");
    run(&["verify", "--proof", &proof, "--key", &key, "--json"]).await.expect("it is what was sealed");
    let (code, said) = run(&["verify", &directory, "--key", &key]).await.expect_err("it is old");
    assert_eq!((code, said.as_str()), (3, "the newest seal is too old: 1 STALE"));
    run(&["verify", &directory, "--key", &key, "--max-age", "100000000"]).await.expect("that old is allowed");
    for (arguments, expected) in [
        (
            vec!["verify", &directory, "--key", "x"],
            "--key: a key is <name>+<8 hexadecimal digits>+<base64>, on one line",
        ),
        (vec!["verify", &directory, "--key", &proof], ""),
        (
            vec!["verify", "nowhere", "--key", &key],
            "account/head: is not there: this is no export with proofs, or not a whole one",
        ),
        (vec!["verify", "--proof", &key, "--key", &key], "proof: it is not a proof file, or a part of it is missing"),
        (
            vec!["verify", &directory, "--key", &key, "--checkpoint", &key, "--json"],
            "earlier checkpoint: is neither a checkpoint nor the head of an account",
        ),
    ] {
        let (code, said) = run(&arguments).await.expect_err("it cannot be used");
        assert_eq!(code, 2, "{said}");
        assert!(expected.is_empty() || said == expected, "{said}");
    }
}
