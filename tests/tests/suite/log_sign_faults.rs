//! A signer that is killed before or behind any of its requests, or loses any answer, and two of which each is killed somewhere: the
//! next call seals and signs everything, and every checkpoint that anybody was given stays true.

use futures_util::future::join_all;
use log_sign::{Archive, State};
use shared::log::append::Change;
use shared::log::entry::Entry;
use shared::process::clock;
use shared::proof::checkpoint::Checkpoint;
use shared::store::usage::Usage;
use shared::table::key::Generation;
use std::path::Path;
use tests::cut_line::{Cut, CutLine};
use tests::records::{at, event};
use tests::rounds::{assert_sealed, means, sign, verifier_key};
use tests::stream::append_recorded;
use tests::{Account, Bed};

/// More requests than a call makes that remembers nothing.
const REQUESTS_MAX: u32 = 40;

async fn grow(bed: &Bed, account: &Account, from: usize, count: usize) {
    let events: Vec<_> = (from..from + count).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
    bed.record(account, &events).await;
    append_recorded(bed, account).await;
}

/// A table with a round, and more to seal: an account that is new, and one of which a node is full now.
async fn case(bed: &Bed, archive: &Path) -> [Account; 2] {
    let accounts = [bed.account().await, bed.account().await];
    let [one, two] = &accounts;
    grow(bed, one, 0, 250).await;
    sign(&bed.app, &means(Archive::Folder(archive.to_owned())), &mut State::default()).await.expect("a round");
    grow(bed, one, 250, 10).await;
    grow(bed, two, 0, 2).await;
    accounts
}

/// One more entry in the log of each, which is marked.
async fn more(bed: &Bed, accounts: &[&Account], number: u32) {
    let (store, usage) = (bed.store(), Usage::default());
    let text =
        format!("event/1 00 2024-01-01T00:00:00.000Z#more-{number} - bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n");
    let entry = Entry::parse(&text).expect("an entry");
    let change = Change { entry, number: None, created_at_s: None, item_bytes: 1 };
    for account in accounts {
        let end = store.log_end(&account.id, &usage).await.expect("an end").position;
        let changes = std::slice::from_ref(&change);
        let put = store.append_to_log_known_below(&account.id, end, changes, clock::now, &usage).await;
        assert_eq!(put.expect("it is appended").entries, 1);
    }
    let ids: Vec<_> = accounts.iter().map(|account| &account.id).collect();
    store.mark_logs_grown(&ids, &format!("more-{number}"), clock::now(), &usage).await.expect("a mark");
}

/// Every checkpoint in the archive is of the rounds as they are.
async fn assert_archived(bed: &Bed, archive: &Path, what: &str) {
    let rounds = bed.store().rounds(Generation::FIRST, 0, 1_000, &Usage::default()).await.expect("rounds");
    let folder = archive.join("checkpoints/0001");
    let files = std::fs::read_dir(folder).expect("the archive").map(|file| file.expect("a file").path());
    for file in files.filter(|file| !file.ends_with(".begun")) {
        let note = std::fs::read_to_string(&file).expect("a note");
        let checkpoint = Checkpoint::open(&note, &verifier_key()).expect(what);
        let leaves = rounds.iter().take(checkpoint.size as usize).map(|round| round.entry.leaf());
        assert_eq!(checkpoint.root, shared::proof::tree::root(leaves), "{what}: {}", file.display());
    }
}

#[tokio::test]
async fn a_signer_that_is_killed_at_any_request_is_followed_by_one_that_signs_everything() {
    // Killed before a request is killed behind the one before it.
    join_all([Cut::After, Cut::LosesAnswer].map(async |cut| killed(&Bed::with_own_table().await, cut).await)).await;
}

/// Kills one at each request in turn, over one table.
async fn killed(bed: &Bed, cut: Cut) {
    let archive = tempfile::tempdir().expect("a folder");
    let means = means(Archive::Folder(archive.path().to_owned()));
    let accounts = case(bed, archive.path()).await;
    let [one, two] = &accounts;
    for number in 1..=REQUESTS_MAX {
        let what = format!("{}: {cut:?} {number}", bed.engine);
        let line = CutLine::start(bed, number, cut).await;

        let outcome = sign(&line.app(bed), &means, &mut State::default()).await;

        let says_so = !line.is_cut() || cut == Cut::LosesAnswer;
        assert_eq!(outcome.is_ok(), says_so, "{what}: {outcome:?}");
        assert_archived(bed, archive.path(), &what).await;
        if !line.is_cut() {
            assert_sealed(bed, &[one, two], &what).await;
            return;
        }
        sign(&bed.app, &means, &mut State::default()).await.expect(&what);
        assert_sealed(bed, &[one, two], &what).await;
        assert_archived(bed, archive.path(), &what).await;
        more(bed, &[one, two], number).await;
    }
    panic!("{cut:?}: it makes more than {REQUESTS_MAX} requests");
}

#[tokio::test]
async fn two_signers_of_which_each_is_killed_somewhere_sign_nothing_that_is_not_so() {
    let bed = Bed::with_own_table().await;
    let archive = tempfile::tempdir().expect("a folder");
    let means = means(Archive::Folder(archive.path().to_owned()));
    let accounts = case(&bed, archive.path()).await;
    let [one, two] = &accounts;
    for number in 1..7 {
        let what = format!("{number}");
        let (before, behind) =
            (CutLine::start(&bed, 6 + number, Cut::Before).await, CutLine::start(&bed, 18 - number, Cut::After).await);
        let apps = (before.app(&bed), behind.app(&bed));
        let (mut first, mut second) = (State::default(), State::default());
        let (a, b) = tokio::join!(sign(&apps.0, &means, &mut first), sign(&apps.1, &means, &mut second));
        assert_archived(&bed, archive.path(), &format!("{what}: {a:?} {b:?}")).await;

        sign(&bed.app, &means, &mut State::default()).await.expect(&what);

        assert_sealed(&bed, &[one, two], &what).await;
        assert_archived(&bed, archive.path(), &what).await;
        more(&bed, &[one], number).await;
    }
}
