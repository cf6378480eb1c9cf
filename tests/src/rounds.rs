//! Rounds made by `log-sign`, held to its role, with a key that the suites know.

use crate::account::Account;
use crate::bed::Bed;
use crate::requests_sent::as_function;
use log_sign::{Archive, Failed, Means, Outcome, Signer, State};
use shared::log::hash::Hash;
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::head::{AccountKey, Head};
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::proof::map::Map;
use shared::proof::tree;
use shared::store::usage::Usage;
use shared::table::item::RoundItem;
use shared::table::key::Generation;

/// The origin of the log of rounds of the suites.
pub const ORIGIN: &str = "audit.example/log";

/// How far back marks are read again: two minutes, since the suites make them when they say so.
const LATE_MARKS_MS: i64 = 2 * 60 * 1_000;

/// The private key of the suites: the seed of 32 bytes 7.
pub fn private_key() -> PrivateKey {
    PrivateKey::from_seed(&[7; PrivateKey::SEED_BYTES]).expect("it is of that length")
}

/// The key that the rounds of the suites are verified with.
pub fn verifier_key() -> VerifierKey {
    VerifierKey::new(origin(), private_key().public())
}

fn origin() -> Origin {
    Origin::parse(ORIGIN).expect("a name")
}

/// What a log is signed with whose checkpoints are kept in that archive.
pub fn means(archive: Archive) -> Means {
    Means { origin: origin(), signer: Signer::Memory(private_key()), archive, late_marks_ms: LATE_MARKS_MS }
}

/// Makes a round, as a container does that remembers nothing and has no archive: all that is in the logs of the bed's table is sealed,
/// as far as it is marked.
///
/// # Panics
/// The round was not made.
pub async fn sign_round(bed: &Bed) -> Outcome {
    sign(&bed.app, &means(Archive::Nothing), &mut State::default()).await.expect("a round is made")
}

/// Puts the last round so many times more, as if the same heads had been sealed again and nobody had signed it.
///
/// # Panics
/// There is none, or the engine does not take it.
pub async fn repeat_last_round(bed: &Bed, times: u64) {
    let (generation, usage) = (Generation::FIRST, Usage::default());
    let last = bed.store().last_round(generation, &usage).await.expect("the engine answers").expect("a round");
    for index in last.index + 1..=last.index + times {
        let again = RoundItem { index, ..last.clone() };
        assert!(bed.store().put_round(generation, &again, &usage).await.expect("the engine takes it"));
    }
}

/// Says that all is sealed and signed as it should be, looking past `log-sign`: the checkpoint of the table is over all rounds, the
/// last round over all heads, and each head over all entries of its account. Returns how many rounds there are.
///
/// # Panics
/// It is not so.
pub async fn assert_sealed(bed: &Bed, accounts: &[&Account], what: &str) -> u64 {
    let (store, usage, generation) = (bed.store(), Usage::default(), Generation::FIRST);
    let (size, note) = store.checkpoint(generation, None, &usage).await.expect(what).expect("there is a checkpoint");
    let checkpoint = Checkpoint::open(&note, &verifier_key()).expect("the key signed it");
    let rounds = store.rounds(generation, 0, 1_000_000, &usage).await.expect(what);
    assert_eq!((checkpoint.size, size), (rounds.len() as u64, rounds.len() as u64), "{what}");
    assert_eq!(checkpoint.root, tree::root(rounds.iter().map(|round| round.entry.leaf())), "{what}");
    let last = rounds.last().expect("there is a round");
    let heads = store.heads_at(generation, last, &usage).await.expect(what);
    for account in accounts {
        let entries = store.log_entries(&account.id, None, 0, 1_000_000, &usage).await.expect(what);
        let leaves = entries.iter().map(|logged| Hash::of_leaf(logged.entry.to_string().as_bytes()));
        let head = Head { size: entries.len() as u64, root: tree::root(leaves) };
        assert_eq!(heads.get(&account.id), Some(&head), "{what}");
    }
    let pad = last.sealed.as_ref().expect("a round has a pad").pad.clone();
    let map = Map::new(pad, heads.iter().map(|(account, head)| (AccountKey::of(account), *head))).expect("no two");
    assert_eq!(last.entry.round().map(|round| round.map_root), Some(map.root()), "{what}");
    checkpoint.size
}

/// Calls `log-sign`.
///
/// # Errors
/// Those of the function.
pub async fn sign(app: &App, means: &Means, state: &mut State) -> Result<Outcome, Failed> {
    sign_within(app, means, state, &Invocation::default()).await
}

/// Calls `log-sign`, which must have ended by the invocation's deadline.
///
/// # Errors
/// Those of the function.
pub async fn sign_within(
    app: &App,
    means: &Means,
    state: &mut State,
    invocation: &Invocation,
) -> Result<Outcome, Failed> {
    as_function("log-sign", log_sign::handle(app, means, state, invocation)).await
}
