//! A round as its checkpoint proves it: with the map of the heads that it sealed, and its own path in the log of rounds.

use crate::log::hash::Hash;
use crate::proof::file::HeadProof;
use crate::proof::head::AccountKey;
use crate::proof::map::Map;
use crate::proof::round::Round;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::key::{Generation, Tree};
use crate::values::ids::AccountId;
use std::fmt;

/// All that the head of any account is proved with, at one checkpoint. It takes about 190 bytes of memory for each account.
pub struct SealedRound {
    /// The log of rounds.
    pub generation: Generation,
    /// How many entries the log has at the checkpoint; the round is the last of them.
    pub size: u64,
    /// The checkpoint, as it was signed.
    pub checkpoint: String,
    round: Round,
    path: Vec<Hash>,
    map: Map,
}

impl fmt::Debug for SealedRound {
    /// Says which round it is: what else there is would fill megabytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedRound({}, {})", self.generation, self.size)
    }
}

impl SealedRound {
    /// The head of an account's log, proved; or that it has none, proved too.
    pub fn head(&self, account: &AccountId) -> HeadProof {
        let (claim, map_path) = self.map.claim(AccountKey::of(account));
        HeadProof {
            account: account.clone(),
            claim,
            map_path,
            round: self.round.clone(),
            index: self.size - 1, // there is a round, so the size is not 0
            round_path: self.path.clone(),
            checkpoint: self.checkpoint.clone(),
        }
    }
}

impl AuditStore {
    /// The newest log of rounds; none before the first round.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn newest_generation(&self, usage: &Usage) -> Result<Option<Generation>, StoreError> {
        Ok(self.logs_of_rounds(usage).await?.pop().map(|log| log.generation))
    }

    /// The round that a checkpoint of a log of rounds ends with; none if that seals no heads, as a restart does. It takes a request for the
    /// round, those for the heads, and at most one for each level of the tree.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if the table lacks some of it.
    pub async fn sealed_round(
        &self,
        generation: Generation,
        (size, checkpoint): (u64, String),
        usage: &Usage,
    ) -> Result<Option<SealedRound>, StoreError> {
        let lacking = |what: &str| StoreError::Rejected(format!("checkpoint {generation}/{size}: {what}").into());
        let index = size.checked_sub(1).ok_or_else(|| lacking("it is of an empty log"))?;
        let item = self.rounds(generation, index, size, usage).await?.pop();
        let item = item.ok_or_else(|| lacking("its last round is not there"))?;
        let Some(round) = item.entry.round().cloned() else { return Ok(None) };
        let sealed = item.sealed.as_ref().ok_or_else(|| lacking("its last round has no pad"))?;
        let heads = self.heads_at(generation, &item, usage).await?;
        let heads = heads.into_iter().map(|(account, head)| (AccountKey::of(&account), head));
        let map = Map::new(sealed.pad.clone(), heads).map_err(|error| StoreError::Rejected(error.into()))?;
        let path = self.tree_path(Tree::Rounds(generation), index, size, usage).await?;
        Ok(Some(SealedRound { generation, size, checkpoint, round, path, map }))
    }
}
