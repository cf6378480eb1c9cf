//! The heads that rounds seal: written in parts by each run, and read back as they were in a round.
//!
//! ```text
//! round 7   run a   all heads            a snapshot
//! round 8   run b   heads that changed
//!           run c   heads that changed   lost against b: no round names it, and its parts are passed over
//! round 9   run d   heads that changed   the heads of round 9 are those of a, changed by b, changed by d
//! ```

use crate::proof::head::Head;
use crate::proof::round::Run;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{
    HEADS, HEADS_BYTES_MAX, HeadsPart, RoundItem, decode_heads_part, encode_heads_part, head_bytes,
};
use crate::table::key::{self, Generation};
use crate::values::ids::AccountId;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The heads of accounts.
pub type Heads = BTreeMap<AccountId, Head>;

/// The heads that a round seals, and how they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedHeads {
    /// The heads.
    pub heads: Heads,
    /// Rounds since they were written whole, that one among them.
    pub rounds: u64,
    /// Heads that were written since then, some more than once.
    pub changed: usize,
}

impl AuditStore {
    /// Writes the heads of a run, in as many parts as it takes. Returns how many that is.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn put_heads(
        &self,
        generation: Generation,
        run: Run,
        is_whole: bool,
        heads: &Heads,
        usage: &Usage,
    ) -> Result<u16, StoreError> {
        let mut parts: Vec<HeadsPart> = Vec::new();
        let mut bytes = usize::MAX; // no part is begun
        for (account, head) in heads {
            let more = head_bytes(account);
            if bytes.saturating_add(more) > HEADS_BYTES_MAX {
                let part = u16::try_from(parts.len()).map_err(|_| StoreError::Rejected("too many accounts".into()))?;
                parts.push(HeadsPart { run, part, is_whole, heads: Vec::new() });
                bytes = 0;
            }
            bytes += more;
            if let Some(part) = parts.last_mut() {
                part.heads.push((account.clone(), *head));
            }
        }
        for part in &parts {
            self.put_where_absent(encode_heads_part(generation, part), usage).await?;
        }
        Ok(parts.len() as u16)
    }

    /// The heads that a round seals.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if a part of them is missing.
    pub async fn heads_at(
        &self,
        generation: Generation,
        round: &RoundItem,
        usage: &Usage,
    ) -> Result<Heads, StoreError> {
        self.sealed_heads_at(generation, round, usage).await.map(|sealed| sealed.heads)
    }

    /// The heads that a round seals, and what was written since they were last written whole.
    ///
    /// # Errors
    /// As of [`heads_at`](Self::heads_at).
    pub async fn sealed_heads_at(
        &self,
        generation: Generation,
        round: &RoundItem,
        usage: &Usage,
    ) -> Result<SealedHeads, StoreError> {
        let lacking = |what: &str| StoreError::Rejected(format!("round {}: {what}", round.index).into());
        let (Some(sealed), Some(entry)) = (&round.sealed, round.entry.round()) else {
            return Ok(SealedHeads::default()); // a restart seals none
        };
        let expected = self.runs_since(generation, sealed.snapshot, round, usage).await?;
        let expected = expected.ok_or_else(|| lacking("the last run that wrote all heads is not there"))?;
        let between = key::heads_parts(sealed.snapshot, entry.run);
        let items = self.all(self.query_between(key::rounds(generation), between, HEADS), usage).await?;
        let parts = items.into_iter().map(decode_heads_part).collect::<Result<Vec<_>, _>>()?;
        let mut found: HashMap<Run, BTreeSet<u16>> = HashMap::new();
        let mut sealed_heads = SealedHeads { rounds: expected.len() as u64, ..SealedHeads::default() };
        for part in parts.into_iter().filter(|part| expected.contains_key(&part.run)) {
            found.entry(part.run).or_default().insert(part.part);
            sealed_heads.changed += if part.run == sealed.snapshot { 0 } else { part.heads.len() };
            sealed_heads.heads.extend(part.heads);
        }
        let is_whole = |(run, count): (&Run, &u16)| {
            let parts = found.get(run);
            (0..*count).all(|part| parts.is_some_and(|parts| parts.contains(&part)))
        };
        if expected.iter().all(is_whole) { Ok(sealed_heads) } else { Err(lacking("a part of its heads is missing")) }
    }

    /// The runs from the one that wrote all heads to that of the round, each with how many parts it wrote; none if the first of them is
    /// not there.
    async fn runs_since(
        &self,
        generation: Generation,
        snapshot: Run,
        round: &RoundItem,
        usage: &Usage,
    ) -> Result<Option<BTreeMap<Run, u16>>, StoreError> {
        let mut runs = BTreeMap::new();
        let (mut to, mut take) = (round.index + 1, ROUNDS_FIRST);
        while to > 0 {
            let from = to.saturating_sub(take);
            let rounds = self.rounds(generation, from, to, usage).await?;
            for round in rounds.iter().rev() {
                if let (Some(entry), Some(sealed)) = (round.entry.round(), &round.sealed) {
                    runs.insert(entry.run, sealed.parts);
                    if entry.run == snapshot {
                        return Ok(Some(runs));
                    }
                }
            }
            (to, take) = (from, take * 4);
        }
        Ok(None)
    }
}

/// Rounds that the first request for them reads, back from the one that is asked about.
const ROUNDS_FIRST: u64 = 64;
