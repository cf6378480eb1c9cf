//! How things stand in the table, held against the newest checkpoint.

use crate::run::Run;
use crate::standing::Standing;
use crate::{Archive, Failed};
use shared::process::log;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::head::AccountKey;
use shared::proof::key::VerifierKey;
use shared::proof::map::Map;
use shared::proof::tree::Frontier;
use shared::store::StoreError;
use shared::table::item::{LogOfRounds, RoundItem};
use shared::table::key::{Generation, Tree};

/// Rounds behind the newest checkpoint that are read with one query and more.
const ROUNDS_AT_ONCE: u64 = 1_000;

impl Run<'_> {
    /// Whether nobody has made a round, or begun another log, since these things stood so.
    pub(crate) async fn still_stands(&self, standing: &Standing) -> Result<bool, StoreError> {
        let logs = self.store.logs_of_rounds(self.usage).await?;
        let last = self.store.last_round(standing.log.generation, self.usage).await?;
        let said = |round: &RoundItem| (round.index, round.entry.clone());
        Ok(logs.last() == Some(&standing.log) && last.as_ref().map(said) == standing.last.as_ref().map(said))
    }

    /// Reads how things stand. Makes the log of rounds, if there is none.
    pub(crate) async fn load(&self) -> Result<Standing, Failed> {
        let log = match self.store.logs_of_rounds(self.usage).await?.pop() {
            Some(log) => log,
            None => self.open_first().await?,
        };
        let there = VerifierKey::new(log.key.origin().clone(), self.means.signer.public());
        if there != log.key {
            return Err(Failed::OtherKey { wanted: log.key.to_string(), there: there.to_string() });
        }
        // First the checkpoint and then the rounds: another call may add some in between.
        let signed = self.newest_checkpoint(&log).await?;
        let last = self.store.last_round(log.generation, self.usage).await?;
        let size = last.as_ref().map_or(0, |last| last.index + 1);
        let mut standing = Standing::new(log);
        standing.rounds = self.signed_rounds(&standing.log, signed.as_ref(), size).await?;
        self.take_rounds(&mut standing, size).await?;
        standing.last = last;
        self.take_heads(&mut standing).await?;
        standing.dirty_from = standing.marked_from();
        Ok(standing)
    }

    async fn open_first(&self) -> Result<LogOfRounds, Failed> {
        let key = VerifierKey::new(self.means.origin.clone(), self.means.signer.public());
        let generation = Generation::FIRST;
        let log = LogOfRounds { generation, key, created_at: self.now, continues: None };
        if let Some(archived) = self.archived(&log).await? {
            let size = archived.size;
            return Err(Failed::Behind(format!("there is a checkpoint of {size} rounds, and the table has none")));
        }
        if self.store.put_log_of_rounds(&log, self.usage).await? {
            return Ok(log);
        }
        let there = self.store.logs_of_rounds(self.usage).await?.pop(); // another one was quicker
        there.ok_or_else(|| Failed::Behind("the log of rounds was there and is gone".to_owned()))
    }

    /// The newest checkpoint of the archive. What stands before it and is none is told.
    async fn archived(&self, log: &LogOfRounds) -> Result<Option<Checkpoint>, Failed> {
        let newest = Archive::newest(&self.means.archive, log.generation, &log.key).await?;
        newest.not_verified.iter().for_each(|name| log::checkpoint_not_verified(&self.history, name));
        Ok(newest.checkpoint.map(|(checkpoint, _)| checkpoint))
    }

    /// The newest checkpoint there is: that of the archive, or one of the table where the archive is new or there is none.
    async fn newest_checkpoint(&self, log: &LogOfRounds) -> Result<Option<Checkpoint>, Failed> {
        let archived = self.archived(log).await?;
        let Some((size, note)) = self.store.checkpoint(log.generation, None, self.usage).await? else {
            return Ok(archived);
        };
        let in_table = Checkpoint::open(&note, &log.key).ok().filter(|checkpoint| checkpoint.size == size);
        if in_table.is_none() {
            log::checkpoint_not_verified(&self.history, &format!("rounds#{} / c#{size:016}", log.generation));
        }
        Ok(archived.into_iter().chain(in_table).max_by_key(|checkpoint| checkpoint.size))
    }

    /// The tree over the rounds that the checkpoint is over. It must be the one that was signed.
    async fn signed_rounds(
        &self,
        log: &LogOfRounds,
        signed: Option<&Checkpoint>,
        size: u64,
    ) -> Result<Frontier, Failed> {
        let Some(signed) = signed else { return Ok(Frontier::default()) };
        if signed.size > size {
            let of = signed.size;
            return Err(Failed::Behind(format!("there is a checkpoint of {of} rounds, and the table has {size}")));
        }
        let rounds = match self.store.tree_frontier(Tree::Rounds(log.generation), signed.size, self.usage).await {
            Ok(rounds) => rounds,
            Err(error @ (StoreError::Rejected(_) | StoreError::Item(_))) => {
                return Err(Failed::Behind(log::chain(&error)));
            }
            Err(error @ (StoreError::Unavailable(_) | StoreError::TooManyToCount)) => return Err(error.into()),
        };
        if rounds.root() == signed.root {
            return Ok(rounds);
        }
        let of = signed.size;
        Err(Failed::Behind(format!(
            "the first {of} rounds of the table have another root than the one that was signed"
        )))
    }

    /// Adds the rounds that no checkpoint is over yet: whoever put them stopped behind that.
    async fn take_rounds(&self, standing: &mut Standing, size: u64) -> Result<(), Failed> {
        while standing.rounds.size() < size {
            let from = standing.rounds.size();
            let to = size.min(from + ROUNDS_AT_ONCE);
            let rounds = self.store.rounds(standing.log.generation, from, to, self.usage).await?;
            for round in &rounds {
                if round.index != standing.rounds.size() {
                    break;
                }
                standing.rounds.push(round.entry.leaf(), |node, hash| standing.nodes.push((node, *hash)));
            }
            if standing.rounds.size() < to {
                let missing = standing.rounds.size();
                return Err(Failed::Behind(format!("round {missing} is missing, and round {} is there", size - 1)));
            }
        }
        Ok(())
    }

    /// Takes the heads of the last round, and makes sure that they are those that it seals.
    async fn take_heads(&self, standing: &mut Standing) -> Result<(), Failed> {
        let Some(last) = &standing.last else { return Ok(()) };
        let sealed = self.store.sealed_heads_at(standing.log.generation, last, self.usage).await?;
        if let (Some(round), Some(how)) = (last.entry.round(), &last.sealed) {
            let keyed = sealed.heads.iter().map(|(account, head)| (AccountKey::of(account), *head));
            let root = Map::new(how.pad.clone(), keyed).map(|map| map.root());
            if root != Ok(round.map_root) {
                return Err(Failed::Heads(last.index));
            }
        }
        (standing.rounds_since_whole, standing.changed_since_whole) = (sealed.rounds, sealed.changed);
        standing.set_heads(sealed.heads);
        Ok(())
    }
}
