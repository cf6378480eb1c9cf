//! Rounds of a table, made as `log-sign` makes them but at once and from the whole log: for what reads them.

use crate::account::Account;
use crate::bed::Bed;
use shared::log::hash::Hash;
use shared::process::clock;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::head::{AccountKey, Head};
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::proof::map::{Map, Pad};
use shared::proof::note;
use shared::proof::round::{Round, RoundEntry, Run};
use shared::proof::tree::{Frontier, Node};
use shared::store::Heads;
use shared::store::usage::Usage;
use shared::table::item::{LogOfRounds, RoundItem, Sealed};
use shared::table::key::{Generation, Tree};

/// A log of rounds, and what makes its next round.
pub struct Sealing {
    /// What it is verified with.
    pub key: VerifierKey,
    /// Its entries so far.
    pub entries: Vec<RoundEntry>,
    generation: Generation,
    private: PrivateKey,
    rounds: Frontier,
    heads: Heads,
    snapshot: Option<Run>,
    last: Option<Checkpoint>,
}

impl Sealing {
    /// Opens the first log of rounds of the table.
    pub async fn open(bed: &Bed) -> Self {
        Self::opened(bed, Generation::FIRST, "example.com/log", None).await
    }

    /// Opens the next log of rounds, which names the last checkpoint of this one, as after a restore.
    pub async fn restart(self, bed: &Bed) -> Self {
        let generation = self.generation.next().expect("a next generation");
        let continues = self.last.clone().expect("a checkpoint");
        let mut next = Self::opened(bed, generation, "example.com/log/2", Some(continues.to_string())).await;
        next.heads = self.heads;
        next.put(bed, RoundEntry::Restart(continues), None).await;
        next
    }

    async fn opened(bed: &Bed, generation: Generation, origin: &str, continues: Option<String>) -> Self {
        let private = PrivateKey::from_seed(&[7; 32]).expect("32 bytes");
        let key = VerifierKey::new(Origin::parse(origin).expect("a name"), private.public());
        let log = LogOfRounds { generation, key: key.clone(), created_at: clock::now(), continues };
        let put = bed.store().put_log_of_rounds(&log, &Usage::default()).await;
        assert!(put.expect("the engine takes it"), "the log of rounds was there");
        let (entries, rounds, heads) = (Vec::new(), Frontier::default(), Heads::new());
        Self { key, entries, generation, private, rounds, heads, snapshot: None, last: None }
    }

    /// Seals the heads of these accounts' logs as they are now, beside those of earlier rounds.
    pub async fn seal(&mut self, bed: &Bed, accounts: &[&Account]) {
        let (store, usage) = (bed.store(), Usage::default());
        let mut changed = Heads::new();
        for account in accounts {
            let entries = store.log_entries(&account.id, None, 0, u64::MAX, &usage).await.expect("the log");
            let head = grow(bed, Tree::Account(&account.id), entries.iter().map(|logged| logged.entry.leaf())).await;
            changed.insert(account.id.clone(), head);
        }
        self.heads.extend(changed.clone());
        let number = self.rounds.size();
        let run = Run::parse(&format!("01737edb-358b-7000-8000-{number:012x}")).expect("a run");
        let is_whole = self.snapshot.is_none();
        let written = if is_whole { &self.heads } else { &changed };
        let parts = store.put_heads(self.generation, run, is_whole, written, &usage).await.expect("heads");
        let pad = Pad::new([(number % 251) as u8; 32]);
        let heads = self.heads.iter().map(|(account, head)| (AccountKey::of(account), *head));
        let map_root = Map::new(pad.clone(), heads).expect("a place for each").root();
        let snapshot = *self.snapshot.get_or_insert(run);
        let sealed = Sealed { pad, snapshot, parts, dirty_from: clock::now() };
        self.put(bed, RoundEntry::Round(Round { sealed_at: clock::now(), map_root, run }), Some(sealed)).await;
    }

    /// Puts the next entry of the log of rounds, and signs it.
    async fn put(&mut self, bed: &Bed, entry: RoundEntry, sealed: Option<Sealed>) {
        let (store, usage) = (bed.store(), Usage::default());
        let index = self.rounds.size();
        let item = RoundItem { index, entry: entry.clone(), sealed };
        assert!(store.put_round(self.generation, &item, &usage).await.expect("the engine takes it"));
        let mut nodes: Vec<(Node, Hash)> = Vec::new();
        self.rounds.push(entry.leaf(), |node, hash| nodes.push((node, *hash)));
        let tree = Tree::Rounds(self.generation);
        store.put_tree_nodes(tree, &nodes, &usage).await.expect("nodes");
        let (size, root) = (self.rounds.size(), self.rounds.root());
        let checkpoint = Checkpoint { origin: self.key.origin().clone(), size, root };
        let text = checkpoint.to_string();
        let signed = note::sealed(&text, &self.key, &self.private.sign(text.as_bytes()));
        store.put_checkpoint(self.generation, size, &signed, &usage).await.expect("a checkpoint");
        self.entries.push(entry);
        self.last = Some(checkpoint);
    }
}

/// Puts the nodes of a tree over all of these leaves, and gives its head.
async fn grow(bed: &Bed, tree: Tree<'_>, leaves: impl Iterator<Item = Hash>) -> Head {
    let (mut frontier, mut nodes) = (Frontier::default(), Vec::new());
    leaves.for_each(|leaf| frontier.push(leaf, |node, hash| nodes.push((node, *hash))));
    bed.store().put_tree_nodes(tree, &nodes, &Usage::default()).await.expect("nodes");
    Head { size: frontier.size(), root: frontier.root() }
}
