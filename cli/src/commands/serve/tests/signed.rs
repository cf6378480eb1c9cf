//! A service that signs its log.

use super::{Options, Running, options, start, start_error};
use crate::commands::export::with_proofs;
use crate::service::Service;
use audit_verify::files::Folder;
use audit_verify::{Question, Report, Verdict, verify};
use shared::process::clock;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::key::VerifierKey;
use shared::store::usage::Usage;
use shared::table::item::LogOfRounds;
use std::time::Duration;

/// Waits until the log of a service is signed over at least so many rounds.
async fn signed(running: &Running, rounds: u64) -> (LogOfRounds, u64) {
    for _ in 0..600 {
        let (store, usage) = (running.app().store(), Usage::default());
        if let Some(log) = store.logs_of_rounds(&usage).await.unwrap().pop()
            && let Some((size, note)) = store.checkpoint(log.generation, None, &usage).await.unwrap()
            && size >= rounds
        {
            assert_eq!(Checkpoint::open(&note, &log.key).map(|checkpoint| checkpoint.size), Ok(size));
            return (log, size);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing was signed");
}

#[tokio::test]
async fn the_log_is_signed_with_the_key_of_the_folder_and_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { memory: false, data_dir: dir.path().to_owned(), ..options() };
    let running = start(&options).await;
    let (first, size) = signed(&running, 1).await;
    running.stop().await;
    assert!(first.key.origin().as_str().starts_with("audit-serve/"), "{first:?}");
    assert!(dir.path().join("log-key").exists() && dir.path().join("checkpoints/0001").exists());

    let running = start(&options).await;
    let (again, _) = signed(&running, size + 1).await;
    running.stop().await;
    assert_eq!(again, first);
}

#[tokio::test]
async fn a_service_in_memory_signs_with_a_key_of_its_own_and_leaves_nothing() {
    let running = start(&options()).await;
    let (log, _) = signed(&running, 1).await;
    running.stop().await;
    assert_eq!(log.continues, None);
}

/// Exports the account of a token from a running service, and verifies the export.
async fn verified(running: &Running, token: &str, key: &VerifierKey) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::new(&format!("http://{}", running.address), token).unwrap();
    with_proofs(&service, folder.path()).await.unwrap();
    let question = Question { key, earlier: None, at: clock::now(), max_age_minutes: 1 };
    verify(&Folder::new(folder.path().to_owned()), question, &|_, _| {}).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_running_service_has_is_exported_and_verified() {
    let running = start(&Options { no_demo: false, ..options() }).await;
    let (log, _) = signed(&running, 1).await;

    let mut report = verified(&running, "demo.local-demo-secret", &log.key).await;
    for _ in 0..600 {
        if report.events >= 2_000 {
            break; // all of the demonstration is sealed, with the next round but one at the latest
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        report = verified(&running, "demo.local-demo-secret", &log.key).await;
    }
    running.stop().await;

    assert_eq!((report.verdict, report.findings.len()), (Verdict::Ok, 0), "{report:?}");
    assert_eq!((report.events, report.entries), (2_000, 2_000));
}

#[tokio::test]
#[cfg(unix)]
async fn a_key_that_others_can_read_keeps_the_service_from_starting() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let options = Options { memory: false, data_dir: dir.path().to_owned(), ..options() };
    start(&options).await.stop().await;
    let key = dir.path().join("log-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let said = start_error(&options).await;
    assert!(said.starts_with(&format!("the key of the log, {}, can be read by others", key.display())), "{said}");
}
