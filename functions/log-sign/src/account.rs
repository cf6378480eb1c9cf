//! The tree over one account's log, extended from its last signed head.

use shared::log::hash::Hash;
use shared::process::log::chain;
use shared::proof::head::Head;
use shared::proof::tree::{Frontier, Node};
use shared::store::usage::Usage;
use shared::store::{AuditStore, StoreError};
use shared::table::key::Tree;
use shared::values::ids::AccountId;

/// Entries that are read, hashed and put as nodes before the time is looked at again. It is a multiple of 256, so that a head ends
/// where an item does.
const ENTRIES_AT_ONCE: u64 = 8 * 1_024;

/// An account whose log may have grown.
pub(crate) struct Task {
    pub(crate) account: AccountId,
    /// Its head in the last round; none if it had none.
    pub(crate) head: Option<Head>,
    /// The tree of that head, if it is remembered.
    pub(crate) tree: Option<Frontier>,
}

/// A tree that was extended.
pub(crate) struct Extended {
    pub(crate) tree: Frontier,
    /// Whether it is over all of the log.
    pub(crate) is_whole: bool,
}

/// Why a tree was not extended.
pub(crate) enum NotExtended {
    /// What is in the table is not what was signed.
    Differs(String),
    /// The log cannot be read.
    Unreadable(String),
    /// The time was over before its turn came.
    NoTime,
}

impl NotExtended {
    /// Of a look at what has been signed, or at what follows from it.
    fn of_signed(error: &StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::TooManyToCount => Self::Unreadable(chain(error)),
            StoreError::Rejected(_) | StoreError::Item(_) => Self::Differs(chain(error)),
        }
    }

    fn of_new(error: &StoreError) -> Self {
        Self::Unreadable(chain(error))
    }
}

/// What trees are extended with.
#[derive(Clone, Copy)]
pub(crate) struct Extending<'a> {
    pub(crate) store: &'a AuditStore,
    pub(crate) usage: &'a Usage,
    /// Whether there is time.
    pub(crate) goes_on: &'a (dyn Fn() -> bool + Sync),
}

impl Extending<'_> {
    /// Extends the tree of an account to the end of its log, or as far as there is time.
    pub(crate) async fn extend_account(&self, task: Task) -> (AccountId, Result<Extended, NotExtended>) {
        let Task { account, head, tree } = task;
        let extended = self.extend_tree(&account, head, tree).await;
        (account, extended)
    }

    async fn extend_tree(
        &self,
        account: &AccountId,
        head: Option<Head>,
        tree: Option<Frontier>,
    ) -> Result<Extended, NotExtended> {
        let mut tree = match (tree, head) {
            (Some(tree), _) => tree,
            (None, None) => Frontier::default(),
            (None, Some(_)) if !(self.goes_on)() => {
                return Err(NotExtended::NoTime);
            }
            (None, Some(head)) => self.signed_tree(account, head).await?,
        };
        while (self.goes_on)() {
            let from = tree.size();
            let to = (from / ENTRIES_AT_ONCE + 1) * ENTRIES_AT_ONCE;
            let nodes = self.take_entries(account, &mut tree, to).await?;
            let put = self.store.put_tree_nodes(Tree::Account(account), &nodes, self.usage).await;
            put.map_err(|error| NotExtended::of_signed(&error))?;
            if tree.size() < to {
                return Ok(Extended { tree, is_whole: true });
            }
        }
        Ok(Extended { tree, is_whole: false })
    }

    /// The tree of a head, from the table. It must give the head's root.
    async fn signed_tree(&self, account: &AccountId, head: Head) -> Result<Frontier, NotExtended> {
        let tree = self.store.tree_frontier(Tree::Account(account), head.size, self.usage).await;
        let tree = tree.map_err(|error| NotExtended::of_signed(&error))?;
        if tree.root() == head.root {
            return Ok(tree);
        }
        let size = head.size;
        Err(NotExtended::Differs(format!("its first {size} entries have another root than the one that was signed")))
    }

    /// Adds the entries up to a position to the tree. Returns the nodes that are full now.
    async fn take_entries(
        &self,
        account: &AccountId,
        tree: &mut Frontier,
        to: u64,
    ) -> Result<Vec<(Node, Hash)>, NotExtended> {
        // An item of a log begins where its tree ends: items are sealed whole.
        let entries = self.store.log_entries(account, Some(tree.size()), tree.size(), to, self.usage).await;
        let mut nodes = Vec::new();
        for logged in entries.map_err(|error| NotExtended::of_new(&error))? {
            if logged.position != tree.size() {
                let (position, size) = (logged.position, tree.size());
                return Err(NotExtended::Unreadable(format!("position {size} is missing and {position} is there")));
            }
            let leaf = Hash::of_leaf(logged.entry.to_string().as_bytes());
            tree.push(leaf, |node, hash| nodes.push((node, *hash)));
        }
        Ok(nodes)
    }
}
