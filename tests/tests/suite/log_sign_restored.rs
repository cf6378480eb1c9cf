//! A table that is not what was signed: set back to an earlier time, emptied, with other rounds or another key. Nothing is signed then,
//! until an operator begins a new log of rounds.

#![expect(clippy::indexing_slicing, reason = "what is there, the test has put there")]

use log_sign::{Archive, Failed, Means, Signer, State};
use serde_json::Value;
use shared::process::clock;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::proof::round::RoundEntry;
use shared::store::usage::Usage;
use shared::table::item::{LogOfRounds, RoundItem};
use shared::table::key::Generation;
use std::path::Path;
use tests::captured_log::CapturedLog;
use tests::records::{at, event};
use tests::rounds::{ORIGIN, assert_sealed, means, sign, verifier_key};
use tests::stream::append_recorded;
use tests::{Account, Bed};

async fn grow(bed: &Bed, account: &Account, from: usize, count: usize) {
    let events: Vec<_> = (from..from + count).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
    bed.record(account, &events).await;
    append_recorded(bed, account).await;
}

fn archived_in(folder: &Path) -> Means {
    means(Archive::Folder(folder.to_owned()))
}

/// A table of an account with that many rounds, and their archive.
async fn signed(bed: &Bed, rounds: usize) -> (Account, tempfile::TempDir) {
    let (account, archive) = (bed.account().await, tempfile::tempdir().expect("a folder"));
    for n in 0..rounds {
        grow(bed, &account, n, 1).await;
        sign(&bed.app, &archived_in(archive.path()), &mut State::default()).await.expect("a round");
    }
    (account, archive)
}

/// Takes the table back to when it had that many rounds, of those that it has.
async fn set_back(bed: &Bed, to: u64, from: u64) {
    for index in to..from {
        bed.delete_item("rounds#0001", &format!("e#{index:016}")).await;
        bed.delete_item("rounds#0001", &format!("c#{:016}", index + 1)).await;
    }
}

/// What the call says that refuses.
async fn refused(bed: &Bed, means: &Means) -> String {
    let failed = sign(&bed.app, means, &mut State::default()).await.expect_err("it does not fit");
    failed.to_string()
}

fn causes(captured: &CapturedLog) -> Vec<Value> {
    captured.lines("message", "log behind its checkpoint").into_iter().map(|line| line["cause"].clone()).collect()
}

#[tokio::test]
async fn a_table_that_was_set_back_is_refused_and_told_of() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (_, archive) = signed(&bed, 3).await;
        set_back(&bed, 2, 3).await;
        let captured = CapturedLog::start();

        let said = refused(&bed, &archived_in(archive.path())).await;

        assert!(said.contains("there is a checkpoint of 3 rounds, and the table has 2"), "{said}");
        assert_eq!(causes(&captured), [said.as_str()]);
        assert!(bed.store().checkpoint(Generation::FIRST, Some(3), &Usage::default()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_table_that_was_set_back_behind_a_warm_container_is_refused_too() {
    let bed = Bed::with_own_table().await;
    let (account, archive) = signed(&bed, 2).await;
    let (means, mut warm) = (archived_in(archive.path()), State::default());
    grow(&bed, &account, 2, 1).await;
    sign(&bed.app, &means, &mut warm).await.expect("a round");
    set_back(&bed, 2, 3).await;
    let failed = sign(&bed.app, &means, &mut warm).await.expect_err("it was set back");
    assert!(matches!(failed, Failed::Behind(_)), "{failed}");
}

#[tokio::test]
async fn a_table_without_rounds_is_refused_where_there_are_checkpoints() {
    let bed = Bed::with_own_table().await;
    let (_, archive) = signed(&bed, 1).await;
    let other = Bed::with_own_table().await;
    let said = refused(&other, &archived_in(archive.path())).await;
    assert!(said.contains("there is a checkpoint of 1 rounds, and the table has none"), "{said}");
    assert!(other.items_of("rounds#all").await.is_empty(), "no log was begun");
}

#[tokio::test]
async fn rounds_that_were_changed_are_refused() {
    let bed = Bed::with_own_table().await;
    let (_, archive) = signed(&bed, 3).await;
    let usage = Usage::default();
    let rounds = bed.store().rounds(Generation::FIRST, 0, 3, &usage).await.unwrap();
    let [first, second, _] = rounds.as_slice() else { panic!("there are three") };
    set_back(&bed, 1, 2).await;
    let swapped = RoundItem { index: second.index, ..first.clone() };
    assert!(bed.store().put_round(Generation::FIRST, &swapped, &usage).await.unwrap());

    let said = refused(&bed, &archived_in(archive.path())).await;
    assert!(said.contains("the first 3 rounds of the table have another root than the one that was signed"), "{said}");

    bed.delete_item("rounds#0001", "e#0000000000000001").await;
    let said = refused(&bed, &archived_in(archive.path())).await;
    assert!(said.contains("the log of rounds is not what was signed"), "{said}");
    assert!(bed.store().put_round(Generation::FIRST, second, &usage).await.unwrap());
    assert_eq!(sign(&bed.app, &archived_in(archive.path()), &mut State::default()).await.unwrap().rounds, 4);
}

#[tokio::test]
async fn heads_that_are_not_those_of_the_last_round_are_refused() {
    let bed = Bed::with_own_table().await;
    let (account, archive) = signed(&bed, 2).await;
    let last = bed.store().last_round(Generation::FIRST, &Usage::default()).await.unwrap().unwrap();
    let part = format!("p#{}#0000", last.entry.round().unwrap().run);
    let items = bed.items_of("rounds#0001").await;
    let item = items.iter().find(|item| item["sk"].as_s().unwrap() == &part).expect("the part");
    let mut heads = item["heads"].as_b().unwrap().as_ref().to_vec();
    *heads.last_mut().unwrap() ^= 1;
    let mut forged = item.clone();
    forged.insert("heads".to_owned(), aws_sdk_dynamodb::types::AttributeValue::B(heads.into()));
    let put = bed.client().put_item().table_name(bed.store().table()).set_item(Some(forged));
    put.send().await.expect("the engine takes it");

    let said = refused(&bed, &archived_in(archive.path())).await;

    assert_eq!(said, "the heads of round 1 are not those that it seals");
    assert!(!account.id.as_str().is_empty());
}

#[tokio::test]
async fn another_key_is_refused_by_name() {
    let bed = Bed::with_own_table().await;
    let (_, archive) = signed(&bed, 1).await;
    let other = PrivateKey::from_seed(&[8; 32]).unwrap();
    let there = VerifierKey::new(Origin::parse(ORIGIN).unwrap(), other.public()).to_string();
    let exchanged = Means { signer: Signer::Memory(other), ..archived_in(archive.path()) };

    let said = refused(&bed, &exchanged).await;

    let wanted = verifier_key().to_string();
    assert!(
        said.starts_with(&format!("the key {there} signs, and the log of rounds is of the key {wanted};")),
        "{said}"
    );
}

#[tokio::test]
async fn what_is_no_checkpoint_in_the_archive_is_passed_over_and_told_of() {
    let bed = Bed::with_own_table().await;
    let (account, archive) = signed(&bed, 2).await;
    let folder = archive.path().join("checkpoints/0001");
    let newest = std::fs::read_to_string(folder.join("9999999999999997")).expect("of two rounds");
    std::fs::write(folder.join("0000000000000000"), "nothing").unwrap();
    std::fs::write(folder.join("0000000000000001"), [0xff; 4]).unwrap();
    std::fs::write(folder.join("0000000000000002"), "x".repeat(200_000)).unwrap();
    std::fs::write(folder.join("0000000000000003"), newest.replace("\n2\n", "\n9\n")).unwrap();
    std::fs::write(folder.join("0000000000000004"), newest).unwrap();
    let captured = CapturedLog::start();

    let outcome = sign(&bed.app, &archived_in(archive.path()), &mut State::default()).await.unwrap();

    assert_eq!(outcome.rounds, 3);
    assert_sealed(&bed, &[&account], "passed over").await;
    let said = captured.lines("message", "checkpoint not verified");
    let names: Vec<_> = said.iter().filter_map(|line| line["checkpoint"].as_str()).collect();
    assert_eq!(names, [0, 1, 2, 3, 4].map(|n| format!("checkpoints/0001/{n:016}")));
}

#[tokio::test]
async fn what_stands_in_the_archive_where_the_next_checkpoint_belongs_is_told_of_and_another_one_refused() {
    let bed = Bed::with_own_table().await;
    let (account, archive) = signed(&bed, 1).await;
    let place = archive.path().join("checkpoints/0001/9999999999999997");
    std::fs::write(&place, "nothing").unwrap();
    let captured = CapturedLog::start();
    assert_eq!(sign(&bed.app, &archived_in(archive.path()), &mut State::default()).await.unwrap().rounds, 2);
    assert_sealed(&bed, &[&account], "the table has it").await;
    assert_eq!(
        captured.lines("message", "checkpoint not verified").len(),
        2,
        "read at first, and met where it belongs"
    );

    // The same rounds in another table give another root: the times are others.
    let other = Bed::with_own_table().await;
    let (means, mut warm) = (archived_in(archive.path()), State::default());
    std::fs::remove_dir_all(archive.path().join("checkpoints")).unwrap();
    sign(&other.app, &means, &mut warm).await.expect("a round");
    let fork = tempfile::tempdir().expect("a folder");
    for _ in 0..2 {
        sign(&bed.cold().app, &archived_in(fork.path()), &mut State::default()).await.expect("a round");
    }
    let third = Bed::with_own_table().await;
    for _ in 0..2 {
        sign(&third.app, &archived_in(fork.path().join("third").as_path()), &mut State::default()).await.unwrap();
    }
    let note = std::fs::read(fork.path().join("third/checkpoints/0001/9999999999999997")).unwrap();
    std::fs::write(place, note).unwrap();
    let failed = sign(&other.app, &means, &mut warm).await.expect_err("a fork");
    assert!(matches!(failed, Failed::OtherCheckpoint(2)), "{failed}");
}

#[tokio::test]
async fn a_new_log_that_names_the_last_checkpoint_goes_on_with_everything() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, archive) = signed(&bed, 3).await;
        set_back(&bed, 2, 3).await;
        let usage = Usage::default();
        let note = std::fs::read_to_string(archive.path().join("checkpoints/0001/9999999999999996")).unwrap();
        let last = Checkpoint::open(&note, &verifier_key()).unwrap();
        let key = PrivateKey::from_seed(&[8; 32]).unwrap();
        let vkey = VerifierKey::new(Origin::parse(&format!("{ORIGIN}/2")).unwrap(), key.public());
        let generation = Generation::FIRST.next().unwrap();
        let restart = RoundItem { index: 0, entry: RoundEntry::Restart(last), sealed: None };
        assert!(bed.store().put_round(generation, &restart, &usage).await.unwrap());
        let log = LogOfRounds { generation, key: vkey.clone(), created_at: clock::now(), continues: Some(note) };
        assert!(bed.store().put_log_of_rounds(&log, &usage).await.unwrap());
        let means = Means { signer: Signer::Memory(key), ..archived_in(archive.path()) };

        for (rounds, mut state) in [(2, State::default()), (3, State::default())] {
            let outcome = sign(&bed.app, &means, &mut state).await.unwrap();
            assert_eq!((outcome.rounds, outcome.accounts), (rounds, 1), "{}", bed.engine);
            let (_, note) = bed.store().checkpoint(generation, None, &usage).await.unwrap().unwrap();
            let checkpoint = Checkpoint::open(&note, &vkey).unwrap();
            assert_eq!((checkpoint.size, checkpoint.origin.as_str()), (rounds, "audit.example/log/2"));
        }
        assert!(archive.path().join("checkpoints/0002/9999999999999996").exists());
        let last = bed.store().last_round(generation, &usage).await.unwrap().unwrap();
        let heads = bed.store().heads_at(generation, &last, &usage).await.unwrap();
        assert_eq!(heads[&account.id].size, 3);
    }
}
