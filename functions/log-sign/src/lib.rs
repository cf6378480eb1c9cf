//! A schedule: seals the heads of all accounts' logs, and signs them with one signature.
//!
//! ```text
//! t0  the trees of the logs that have grown are extended from their last signed heads; their new nodes are put
//! t1  the heads that changed are put, under the name of this run
//! t2  the round is put behind the last one, if nobody else was quicker: it has the root of the map of all heads
//! t3  the nodes of the tree over the rounds are put
//! t4  the checkpoint over all rounds is signed, and verified
//! t5  it is put in the archive, and then in the table
//! ```
//!
//! What is put is never changed, so a call may stop anywhere. Before t2 it leaves nodes that the next one would put too, and heads
//! that no round names; behind it a round that the next checkpoint is over. Whoever loses the race at t2 reads the winner's round, holds
//! it against the heads that the winner put, and signs that: two at once make the same checkpoint.
//!
//! Each call makes a round, whether a log has grown or not: a rhythm that followed the writes would tell of them.

mod account;
mod archive;
mod grown;
mod load;
mod run;
mod seal;
mod signer;
mod standing;

pub use archive::{Archive, ArchiveError, Bucket, Newest};
pub use grown::LATE_MARKS_MS;
pub use signer::{KmsKey, Signer, SignerError, public_of};
pub use standing::State;

use run::Run;
use serde::Serialize;
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::process::log::{self, Call, HistoryLine, SealLine};
use shared::proof::key::Origin;
use shared::store::StoreError;
use shared::store::usage::Usage;
use std::time::{Duration, Instant};

/// What the log of rounds is kept with.
#[derive(Debug)]
pub struct Means {
    /// The origin of the first log of rounds. It is asked for once: the table keeps it.
    pub origin: Origin,
    /// What signs.
    pub signer: Signer,
    /// Where checkpoints are kept.
    pub archive: Archive,
    /// How far before a call begins marks may be made late, in milliseconds; 2 minutes at least, since clocks differ.
    pub late_marks_ms: i64,
}

/// What a call came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Rounds that the signed checkpoint is over.
    pub rounds: u64,
    /// Accounts with a head.
    pub accounts: usize,
    /// Accounts whose head is another one than in the round before.
    pub accounts_changed: usize,
    /// Accounts that are left for the next round: the time was over, or their log could not be read.
    pub accounts_carried: usize,
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The table was set back, or the log of rounds was changed.
    #[error("the log of rounds is not what was signed: {0}; audit log restart begins a new one")]
    Behind(String),
    /// The key is not that of the log.
    #[error(
        "the key {there} signs, and the log of rounds is of the key {wanted}; audit log restart begins one of another key"
    )]
    OtherKey {
        /// The key of the log.
        wanted: String,
        /// The key at hand.
        there: String,
    },
    /// The heads of the last round are not those that it seals.
    #[error("the heads of round {0} are not those that it seals")]
    Heads(u64),
    /// A checkpoint of that size was signed and archived before, with another root.
    #[error("the archive has another checkpoint of {0} rounds")]
    OtherCheckpoint(u64),
    /// What came back is no signature of the key.
    #[error("the signature of the checkpoint does not verify")]
    NotVerified,
    /// Nothing was signed.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The archive was of no use.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no randomness.
    #[error("the operating system has no randomness")]
    Random(#[source] getrandom::Error),
}

/// Makes a round, and signs the log of rounds with it.
///
/// # Errors
/// [`Failed`], by variant. It is safe to call again.
pub async fn handle(app: &App, means: &Means, state: &mut State, invocation: &Invocation) -> Result<Outcome, Failed> {
    let (started, now, usage) = (Instant::now(), clock::now(), Usage::default());
    // At two thirds of its time it seals what is done.
    let time = invocation.time_to_work(now).map(|time| time * 2 / 3);
    let goes_on = || time.is_none_or(|time| started.elapsed() < time);
    let history = HistoryLine { endpoint: env!("CARGO_PKG_NAME"), account: None, invocation };
    let run = Run { store: app.store(), means, usage: &usage, history, now, goes_on: &goes_on };
    let made = run.make_round(state).await.inspect_err(|failed| run.tell(failed))?;
    made.log(invocation, &usage, started.elapsed());
    Ok(made.outcome)
}

/// A round that was made, and the time since the one before.
struct Made {
    outcome: Outcome,
    lag: Duration,
}

impl Made {
    fn log(&self, invocation: &Invocation, usage: &Usage, took: Duration) {
        let endpoint = env!("CARGO_PKG_NAME");
        log::sealed(&SealLine {
            call: Call { at: clock::now(), endpoint, account: None, invocation, usage, took },
            rounds: self.outcome.rounds,
            accounts: self.outcome.accounts,
            accounts_changed: self.outcome.accounts_changed,
            accounts_carried: self.outcome.accounts_carried,
            lag_ms: u64::try_from(self.lag.as_millis()).unwrap_or(u64::MAX),
        });
    }
}
