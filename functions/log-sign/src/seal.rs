//! A round put behind the last one, and the checkpoint over all of them.

use crate::Failed;
use crate::archive::Kept;
use crate::run::Run;
use crate::standing::Standing;
use shared::process::runs::{pad, run_after};
use shared::process::{clock, log};
use shared::proof::checkpoint::Checkpoint;
use shared::proof::head::AccountKey;
use shared::proof::map::Map;
use shared::proof::note;
use shared::proof::round::{Round, RoundEntry};
use shared::store::Heads;
use shared::table::item::{RoundItem, Sealed};
use shared::table::key::Tree;
use shared::values::ids::AccountId;
use std::collections::BTreeSet;

/// Most rounds from one that writes all heads to the next: as many as must be read to know the heads of the last.
pub(crate) const ROUNDS_SINCE_WHOLE_MAX: u64 = 256;

/// Whether all heads are written, and not only those that changed.
fn is_whole(standing: &Standing, changed: usize) -> bool {
    let since = standing.rounds_since_whole;
    since == 0 || since >= ROUNDS_SINCE_WHOLE_MAX || standing.changed_since_whole + changed > standing.heads.len()
}

impl Run<'_> {
    /// Puts a round of the heads as they are now. Returns whether it is there: not if another one was quicker.
    pub(crate) async fn put_round(
        &self,
        standing: &mut Standing,
        changed: &BTreeSet<AccountId>,
        carried: BTreeSet<AccountId>,
    ) -> Result<bool, Failed> {
        let last = standing.last.as_ref();
        let name = run_after(last.and_then(|last| last.entry.round()).map(|round| round.run), self.now);
        let whole = is_whole(standing, changed.len());
        let heads: Heads = standing
            .heads
            .iter()
            .filter(|(account, _)| whole || changed.contains(account))
            .map(|(account, head)| (account.clone(), *head))
            .collect();
        let generation = standing.log.generation;
        let parts = self.store.put_heads(generation, name, whole, &heads, self.usage).await?;

        let pad = pad().map_err(Failed::Random)?;
        let keyed = standing.heads.iter().map(|(account, head)| (AccountKey::of(account), *head));
        let map = Map::new(pad.clone(), keyed).expect("no head is set at the place of another");
        let now = clock::now();
        let sealed_at = standing.sealed_at().map_or(now, |last| last.max(now));
        let marks_from = if carried.is_empty() { self.late_marks_from() } else { standing.marked_from() };
        let snapshot = last.and_then(|last| last.sealed.as_ref()).map(|sealed| sealed.snapshot);
        let round = RoundItem {
            index: standing.rounds.size(),
            entry: RoundEntry::Round(Round { sealed_at, map_root: map.root(), run: name }),
            sealed: Some(Sealed {
                pad,
                snapshot: snapshot.filter(|_| !whole).unwrap_or(name),
                parts,
                dirty_from: marks_from,
            }),
        };
        if !self.store.put_round(generation, &round, self.usage).await? {
            return Ok(false);
        }
        standing.rounds.push(round.entry.leaf(), |node, hash| standing.nodes.push((node, *hash)));
        standing.last = Some(round);
        (standing.rounds_since_whole, standing.changed_since_whole) = if whole {
            (1, 0)
        } else {
            (standing.rounds_since_whole + 1, standing.changed_since_whole + changed.len())
        };
        // This container remembers which accounts are left, and need not read the marks that led to them again.
        (standing.dirty_from, standing.carried) = (self.late_marks_from(), carried);
        Ok(true)
    }

    /// Signs all rounds, and keeps the checkpoint: in the archive first, so that the table is never ahead of it.
    pub(crate) async fn sign(&self, standing: &mut Standing) -> Result<(), Failed> {
        let (generation, key) = (standing.log.generation, &standing.log.key);
        self.store.put_tree_nodes(Tree::Rounds(generation), &standing.nodes, self.usage).await?;
        standing.nodes.clear();
        let (origin, size, root) = (key.origin().clone(), standing.rounds.size(), standing.rounds.root());
        let checkpoint = Checkpoint { origin, size, root };
        let text = checkpoint.to_string();
        let signature = self.means.signer.sign(text.as_bytes()).await?;
        let note = note::sealed(&text, key, &signature);
        if Checkpoint::open(&note, key).as_ref() != Ok(&checkpoint) {
            return Err(Failed::NotVerified);
        }
        if let Kept::There(other) = self.means.archive.put(generation, size, &note).await? {
            match Checkpoint::open(&other, key) {
                Ok(other) if other == checkpoint => {} // two at once, or one that stopped behind this
                Ok(_) => return Err(Failed::OtherCheckpoint(size)),
                Err(_) => log::checkpoint_not_verified(&self.history, &format!("of {size} rounds")),
            }
        }
        Ok(self.store.put_checkpoint(generation, size, &note, self.usage).await?)
    }
}
