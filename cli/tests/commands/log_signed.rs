//! `audit log key`, `status` and `restart`: what an operator sees of the signatures, and how a new log of rounds is begun.

use crate::place::{audit, run, wait};
use audit_cli::engine::{Engine, Storage, create_table_if_absent};
use audit_cli::template::Template;
use log_sign::{Archive, Means, Signer, State};
use serde_json::{Value, json};
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::store::AuditStore;
use std::path::Path;

/// An engine of its own, with the table and an account of nothing.
fn engine() -> (Engine, String) {
    let engine = Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into()).expect("the engine starts");
    let template = Template::built_in().expect("the shipped template is understood");
    wait(create_table_if_absent(engine.client(), "audit", &template.table)).expect("the engine makes the table");
    let port = engine.address().port().to_string();
    let made =
        run(&mut audit(&["credential", "create", "--account", "acme", "--scope", "audit:read", "--local", &port]));
    assert_eq!(made.code, 0, "{}", made.stderr);
    (engine, port)
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32]).expect("32 bytes")
}

fn vkey(origin: &str, seed: u8) -> String {
    VerifierKey::new(Origin::parse(origin).expect("a name"), key(seed).public()).to_string()
}

/// Makes a round with that key, whose checkpoint is kept in that folder.
fn sign(engine: &Engine, seed: u8, archive: &Path) -> Result<u64, String> {
    let app = App::new(AuditStore::new(engine.client().clone(), "audit"));
    let means = Means {
        origin: Origin::parse("audit.example/log").expect("a name"),
        signer: Signer::Memory(key(seed)),
        archive: Archive::Folder(archive.to_owned()),
        late_marks_ms: 120_000,
    };
    let made = wait(log_sign::handle(&app, &means, &mut State::default(), &Invocation::default()));
    made.map(|outcome| outcome.rounds).map_err(|failed| failed.to_string())
}

#[test]
fn before_the_first_signature_there_is_no_key_and_that_is_said() {
    let (_engine, port) = engine();
    for command in ["key", "status"] {
        let said = run(&mut audit(&["log", command, "--local", &port]));
        let expected = "audit: nothing has been signed yet: the first call of log-sign begins the log of rounds\n";
        assert_eq!((said.code, said.stderr.as_str()), (1, expected));
    }
}

#[test]
fn the_key_and_the_newest_signature_are_shown() {
    let ((engine, port), archive) = (engine(), tempfile::tempdir().expect("a folder"));
    assert_eq!(sign(&engine, 7, archive.path()), Ok(1));
    assert_eq!(sign(&engine, 7, archive.path()), Ok(2));

    let shown = run(&mut audit(&["log", "key", "--local", &port]));
    assert_eq!((shown.code, shown.stdout), (0, format!("{}\n", vkey("audit.example/log", 7))));

    let status = run(&mut audit(&["log", "status", "--local", &port, "--account", "acme", "--json"]));
    let status: Value = serde_json::from_str(&status.stdout).expect("one object");
    assert_eq!(status["origin"], "audit.example/log");
    assert_eq!((&status["generation"], &status["rounds"], &status["accounts"]), (&json!(1), &json!(2), &json!(0)));
    assert_eq!(status["account"], json!({"entries": 0, "signed": 0, "unsigned": 0}));
    assert!(status["age_s"].as_i64().is_some_and(|age_s| (0..60).contains(&age_s)), "{status}");
    let text = run(&mut audit(&["log", "status", "--local", &port])).stdout;
    let names: Vec<_> = text.lines().filter_map(|line| line.split("  ").next()).collect();
    assert_eq!(names, ["origin", "key id", "log of rounds", "signed", "rounds", "accounts"]);
    let nobody = run(&mut audit(&["log", "status", "--local", &port, "--account", "nobody"]));
    assert_eq!((nobody.code, nobody.stderr.as_str()), (1, "audit: there is no account nobody\n"));
}

#[test]
fn a_restart_is_shown_first_and_done_when_it_is_confirmed() {
    let ((engine, port), archive) = (engine(), tempfile::tempdir().expect("a folder"));
    assert_eq!(sign(&engine, 7, archive.path()), Ok(1));
    let folder = archive.path().to_str().expect("UTF-8");
    let new_key = vkey("anything", 8);
    let restart = ["log", "restart", "--local", &port, "--archive", folder, "--key", &new_key];
    let expected = format!(
        "The log audit.example/log ends at its checkpoint of 1 rounds.\n\
         The log audit.example/log/2 goes on from there. Whoever verifies needs its key from now on:\n{}\n",
        vkey("audit.example/log/2", 8)
    );

    let shown = run(&mut audit(&restart));
    let nothing = "audit: nothing was done: say --yes to do it; it cannot be undone\n";
    assert_eq!((shown.code, shown.stdout.as_str(), shown.stderr.as_str()), (1, expected.as_str(), nothing));
    assert_eq!(sign(&engine, 7, archive.path()), Ok(2));

    let done = run(&mut audit(&[&restart[..], &["--yes"]].concat()));
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stdout.contains("ends at its checkpoint of 2 rounds."), "{}", done.stdout);
    let refused = sign(&engine, 7, archive.path()).expect_err("the key is another one");
    assert!(refused.contains(&vkey("audit.example/log/2", 8)), "{refused}");
    assert_eq!(sign(&engine, 8, archive.path()), Ok(2), "the restart is the first entry");
    let keys = run(&mut audit(&["log", "key", "--local", &port])).stdout;
    assert_eq!(keys, format!("{}\n{}\n", vkey("audit.example/log", 7), vkey("audit.example/log/2", 8)));
}

#[test]
fn a_restart_needs_the_last_checkpoint_of_the_log() {
    let ((engine, port), archive) = (engine(), tempfile::tempdir().expect("a folder"));
    assert_eq!(sign(&engine, 7, archive.path()), Ok(1));
    let empty = tempfile::tempdir().expect("a folder");
    let file = archive.path().join("other");
    std::fs::write(&file, "nothing").expect("it is written");
    let (empty, file) = (empty.path().to_str().expect("UTF-8"), file.to_str().expect("UTF-8"));
    for (given, said) in [
        (["--archive", empty], "the archive has no checkpoint of the log audit.example/log".to_owned()),
        (
            ["--checkpoint", file],
            format!("{file}: it is not a signed note: a text, an empty line, and lines with signatures"),
        ),
    ] {
        let refused = run(&mut audit(&[&["log", "restart", "--yes", "--local", &port], &given[..]].concat()));
        assert_eq!((refused.code, refused.stderr), (1, format!("audit: {said}\n")));
    }
    let none = run(&mut audit(&["log", "restart", "--yes", "--local", &port]));
    assert_eq!(none.code, 2, "{}", none.stderr);

    let note = archive.path().join("checkpoints/0001/9999999999999998");
    let note = note.to_str().expect("UTF-8");
    let done = run(&mut audit(&["log", "restart", "--yes", "--local", &port, "--checkpoint", note]));
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(sign(&engine, 7, archive.path()), Ok(2));
}

#[test]
fn an_account_whose_place_another_one_has_is_refused_by_name() {
    let (_engine, port) = engine();
    let create = |account| {
        run(&mut audit(&["credential", "create", "--account", account, "--scope", "audit:read", "--local", &port]))
    };
    assert_eq!(create("account-317454").code, 0);
    let refused = create("account-1926537");
    let said = "the account account-1926537 would have the place of the account account-317454 in the map of all accounts, which holds \
        one: choose another id\n";
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.ends_with(said), "{}", refused.stderr);
}
