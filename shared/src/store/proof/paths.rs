//! The paths that prove leaves, from the tiles of a tree.

use crate::log::hash::Hash;
use crate::proof::tile::{Kind, Tile, WIDTH};
use crate::proof::tree::{self, Node};
use crate::store::usage::Usage;
use crate::store::{AuditStore, Logged, StoreError};
use crate::table::key::Tree;
use crate::values::ids::AccountId;
use std::collections::{BTreeMap, BTreeSet};

/// A tile that was read already.
struct ReadTile {
    tile: Tile,
    hashes: Vec<Hash>,
}

impl AuditStore {
    /// The path of a leaf in the tree over the first `size` entries of a log: two requests for each level at most, and one of the highest.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if the table lacks some of the tree, or the leaf is not in it.
    pub(super) async fn tree_path(
        &self,
        tree: Tree<'_>,
        index: u64,
        size: u64,
        usage: &Usage,
    ) -> Result<Vec<Hash>, StoreError> {
        self.path_with(tree, index, size, None, usage).await
    }

    /// The entry at a position of the account's log, with its path in the tree over the first `size` entries. What is read to have the
    /// entry is not read again for the path: a log of 10 million entries takes 5 requests.
    ///
    /// # Errors
    /// As of [`tree_path`](Self::tree_path).
    pub async fn proved_entry(
        &self,
        account: &AccountId,
        position: u64,
        size: u64,
        usage: &Usage,
    ) -> Result<(Logged, Vec<Hash>), StoreError> {
        let lacking = || StoreError::Rejected(format!("the log of {size} entries lacks some around {position}").into());
        let tile = Tile::at(Kind::Hashes(0), position / WIDTH, size).ok_or_else(lacking)?;
        let mut entries = self.log_entries(account, None, tile.first(), tile.end(), usage).await?;
        if entries.len() as u64 != tile.width {
            return Err(lacking());
        }
        let hashes = entries.iter().map(|logged| logged.entry.leaf()).collect();
        let path =
            self.path_with(Tree::Account(account), position, size, Some(ReadTile { tile, hashes }), usage).await?;
        let place = (position - tile.first()) as usize;
        if place >= entries.len() {
            return Err(lacking());
        }
        Ok((entries.swap_remove(place), path))
    }

    async fn path_with(
        &self,
        tree: Tree<'_>,
        index: u64,
        size: u64,
        read: Option<ReadTile>,
        usage: &Usage,
    ) -> Result<Vec<Hash>, StoreError> {
        let lacking = || StoreError::Rejected(format!("a tree of {size} leaves has no leaf {index}").into());
        let siblings = tree::inclusion(index, size).ok_or_else(lacking)?;
        let parts: Vec<Vec<Node>> = siblings.into_iter().map(tree::full_subtrees).collect();
        let nodes: BTreeSet<Node> = parts.iter().flatten().copied().collect();
        let mut hashes: BTreeMap<Node, Hash> =
            nodes.iter().filter_map(|node| Some((*node, read.as_ref()?.node(*node, size)?))).collect();
        let others: Vec<Node> = nodes.into_iter().filter(|node| !hashes.contains_key(node)).collect();
        let found = self.tree_nodes(tree, size, &others, usage).await?;
        hashes.extend(others.into_iter().zip(found));
        let fold = |nodes: Vec<Node>| {
            let subtrees: Option<Vec<Hash>> = nodes.iter().map(|node| hashes.get(node).copied()).collect();
            tree::fold(&subtrees?)
        };
        parts.into_iter().map(fold).collect::<Option<_>>().ok_or_else(lacking)
    }
}

impl ReadTile {
    /// The hash of a node, if the tile holds it.
    fn node(&self, node: Node, size: u64) -> Option<Hash> {
        let (tile, place, count) = Tile::holding(node, size)?;
        if tile != self.tile {
            return None;
        }
        tree::full(self.hashes.get(place..place + count)?)
    }
}
