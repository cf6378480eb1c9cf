//! How things stood after a round: what a call begins with, and what a container remembers for the next one.

use crate::account::Task;
use shared::log::hash::Hash;
use shared::proof::head::{AccountKey, Head, Slot};
use shared::proof::map::SlotTaken;
use shared::proof::tree::{Frontier, Node};
use shared::store::Heads;
use shared::table::item::{LogOfRounds, RoundItem};
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// Most trees of accounts that are remembered: about a kilobyte each.
pub(crate) const TREES_MAX: usize = 20_000;

/// What a container remembers between calls; nothing at first, and nothing after a call that failed.
#[derive(Debug, Default)]
pub struct State(Option<Box<Standing>>);

impl State {
    pub(crate) fn take(&mut self) -> Option<Standing> {
        self.0.take().map(|standing| *standing)
    }

    pub(crate) fn keep(&mut self, standing: Standing) {
        self.0 = Some(Box::new(standing));
    }
}

/// The log of rounds, and the heads of all accounts at its end.
#[derive(Debug)]
pub(crate) struct Standing {
    /// The log.
    pub(crate) log: LogOfRounds,
    /// The last round; none before the first.
    pub(crate) last: Option<RoundItem>,
    /// The tree over all rounds.
    pub(crate) rounds: Frontier,
    /// Nodes of it that are full and may not be in the table yet.
    pub(crate) nodes: Vec<(Node, Hash)>,
    /// The heads that the last round seals.
    pub(crate) heads: Heads,
    /// Rounds since all heads were written, the last one among them; 0 if they never were.
    pub(crate) rounds_since_whole: u64,
    /// Heads that were written since.
    pub(crate) changed_since_whole: usize,
    /// Marks of logs that have grown are read from this minute on.
    pub(crate) dirty_from: Timestamp,
    /// Accounts that the last call did not finish.
    pub(crate) carried: BTreeSet<AccountId>,
    slots: HashMap<Slot, AccountId>,
    trees: HashMap<AccountId, Frontier>,
}

impl Standing {
    /// One of which nothing is known yet but the log.
    pub(crate) fn new(log: LogOfRounds) -> Self {
        Self {
            log,
            last: None,
            rounds: Frontier::default(),
            nodes: Vec::new(),
            heads: Heads::new(),
            rounds_since_whole: 0,
            changed_since_whole: 0,
            dirty_from: Timestamp::MIN,
            carried: BTreeSet::new(),
            slots: HashMap::new(),
            trees: HashMap::new(),
        }
    }

    /// Takes the heads of the last round.
    pub(crate) fn set_heads(&mut self, heads: Heads) {
        let place = |account: &AccountId| (AccountKey::of(account).slot(), account.clone());
        self.slots = heads.keys().map(place).collect();
        self.heads = heads;
    }

    /// When the last round was sealed; none before the first.
    pub(crate) fn sealed_at(&self) -> Option<Timestamp> {
        self.last.as_ref()?.entry.round().map(|round| round.sealed_at)
    }

    /// From when on marks may not have been worked off, as the last round says.
    pub(crate) fn marked_from(&self) -> Timestamp {
        let sealed = self.last.as_ref().and_then(|last| last.sealed.as_ref());
        sealed.map_or(Timestamp::MIN, |sealed| sealed.dirty_from)
    }

    /// What is to be done for an account: its head, and the tree of it if it is remembered.
    pub(crate) fn task(&self, account: AccountId) -> Task {
        let head = self.heads.get(&account).copied();
        let tree = self.trees.get(&account).filter(|tree| head == Some(head_of(tree))).cloned();
        Task { account, head, tree }
    }

    /// Takes the tree of an account, and its head from that. Returns whether the head is another one than before.
    pub(crate) fn set_head(&mut self, account: &AccountId, tree: Frontier) -> Result<bool, SlotTaken> {
        if tree.size() == 0 {
            return Ok(false); // a log that has not begun has no head
        }
        let owner = self.slots.entry(AccountKey::of(account).slot()).or_insert_with(|| account.clone());
        if owner != account {
            return Err(SlotTaken);
        }
        let head = head_of(&tree);
        if self.trees.len() >= TREES_MAX {
            self.trees.clear();
        }
        self.trees.insert(account.clone(), tree);
        Ok(self.heads.insert(account.clone(), head) != Some(head))
    }
}

fn head_of(tree: &Frontier) -> Head {
    Head { size: tree.size(), root: tree.root() }
}
