//! The sealed rounds that a container keeps: whose maps are built once a round, however many ask for heads.

use crate::store::usage::Usage;
use crate::store::{AuditStore, SealedRound, StoreError};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Most rounds that are kept: the newest, and one that somebody looks back to. Two of 100,000 accounts take about 40 MB, and as much
/// again for a moment while one is made.
pub const KEPT_MAX: usize = 2;

/// What there is at a checkpoint that somebody asks for.
#[derive(Debug)]
pub enum Sealing {
    /// No log of rounds has a checkpoint yet.
    NoCheckpoint,
    /// There is no checkpoint of that size in the newest log of rounds.
    NoSuchCheckpoint,
    /// The log has begun, and no heads were sealed yet.
    NoHeads,
    /// The round, ready to prove heads.
    Round(Arc<SealedRound>),
}

/// Rounds that were asked for a moment ago, the last one at the end.
#[derive(Debug, Default)]
pub struct SealedRounds {
    kept: Mutex<Vec<Arc<SealedRound>>>,
}

impl SealedRounds {
    /// The round of the newest checkpoint, or of the checkpoint of a size. Which is the newest is asked each time, with two requests.
    ///
    /// One round is made at a time, and who comes meanwhile waits: so each is made once, and memory holds no more than [`KEPT_MAX`] of
    /// them but for those that are being answered from.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn at(&self, store: &AuditStore, size: Option<u64>, usage: &Usage) -> Result<Sealing, StoreError> {
        let Some(generation) = store.newest_generation(usage).await? else { return Ok(Sealing::NoCheckpoint) };
        let checkpoint = match (store.checkpoint(generation, size, usage).await?, size) {
            (Some(checkpoint), _) => checkpoint,
            (None, None) => return Ok(Sealing::NoCheckpoint),
            (None, Some(_)) => return Ok(Sealing::NoSuchCheckpoint),
        };
        let mut kept = self.kept.lock().await;
        let is_it = |round: &Arc<SealedRound>| (round.generation, round.size) == (generation, checkpoint.0);
        let round = match kept.iter().position(is_it) {
            Some(at) => kept.remove(at),
            None => {
                let more = kept.len().saturating_sub(KEPT_MAX - 1);
                kept.drain(..more);
                match store.sealed_round(generation, checkpoint, usage).await? {
                    None => return Ok(Sealing::NoHeads),
                    Some(round) => Arc::new(round),
                }
            }
        };
        kept.push(Arc::clone(&round));
        Ok(Sealing::Round(round))
    }
}
