//! Trees read as tiles, and the nodes of them that are stored: those over 256, 256², … leaves. Leaves are hashes of the entries.

use crate::log::hash::Hash;
use crate::proof::round::RoundEntry;
use crate::proof::tile::{Kind, Tile};
use crate::proof::tree::{Frontier, Node, full};
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{NODE, ROUND, decode_node, decode_round, encode_node};
use crate::table::key::{self, Tree};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use std::collections::{BTreeSet, HashMap};

/// How many nodes are put, and tiles read, side by side.
pub const NODES_AT_ONCE: usize = 8;

/// What a tree lacks that it should have: history was lost, or changed.
#[derive(Debug, thiserror::Error)]
enum TreeFault {
    #[error("{0} is not whole")]
    NotWhole(Tile),
    #[error("node {level}/{index} is there with another hash")]
    OtherNode { level: u8, index: u64 },
}

impl AuditStore {
    /// The entries of a bundle, with one request for each megabyte of them; none if the log does not have them all.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn log_bundle(
        &self,
        tree: Tree<'_>,
        tile: Tile,
        usage: &Usage,
    ) -> Result<Option<Vec<String>>, StoreError> {
        let (from, to) = (tile.first(), tile.end());
        let entries: Vec<String> = match tree {
            Tree::Account(account) => {
                let entries = self.log_entries(account, None, from, to, usage).await?;
                entries.into_iter().map(|logged| logged.entry.to_string()).collect()
            }
            Tree::Rounds(_) => {
                self.round_entries(tree, from, to, usage).await?.iter().map(ToString::to_string).collect()
            }
        };
        Ok((entries.len() as u64 == tile.width).then_some(entries))
    }

    async fn round_entries(
        &self,
        tree: Tree<'_>,
        from: u64,
        to: u64,
        usage: &Usage,
    ) -> Result<Vec<RoundEntry>, StoreError> {
        let between = (key::log_item(from), key::log_item(to.saturating_sub(1)));
        let items = self.all(self.query_between(tree.pk(), between, ROUND), usage).await?;
        Ok(items.into_iter().map(|item| decode_round(item).map(|round| round.entry)).collect::<Result<_, _>>()?)
    }

    /// The hashes of a tile, with one request for each megabyte of what it is made of; none if the table does not have them all.
    ///
    /// # Errors
    /// [`StoreError`], by variant.
    pub async fn tree_tile(&self, tree: Tree<'_>, tile: Tile, usage: &Usage) -> Result<Option<Vec<Hash>>, StoreError> {
        let level = match tile.kind {
            Kind::Hashes(level) if level > 0 => level,
            Kind::Hashes(_) | Kind::Entries => {
                let entries = self.log_bundle(tree, tile, usage).await?;
                return Ok(entries.map(|texts| texts.iter().map(|text| Hash::of_leaf(text.as_bytes())).collect()));
            }
        };
        let between = (key::node(level, tile.first()), key::node(level, tile.end() - 1));
        let items = self.all(self.query_between(tree.pk(), between, NODE), usage).await?;
        let nodes = items.into_iter().map(decode_node).collect::<Result<Vec<_>, _>>()?;
        let is_whole = nodes.len() as u64 == tile.width;
        Ok(is_whole.then(|| nodes.into_iter().map(|(_, hash)| hash).collect()))
    }

    /// The hashes of full subtrees of a tree of `size` leaves, each tile that holds some being read once.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if the table lacks some of the tree.
    pub async fn tree_nodes(
        &self,
        tree: Tree<'_>,
        size: u64,
        nodes: &[Node],
        usage: &Usage,
    ) -> Result<Vec<Hash>, StoreError> {
        let places = nodes.iter().map(|node| Tile::holding(*node, size)).collect::<Option<Vec<_>>>();
        let places = places.unwrap_or_default(); // nodes of another tree: none of them is found below
        let tiles: BTreeSet<Tile> = places.iter().map(|(tile, ..)| *tile).collect();
        let read = stream::iter(tiles).map(|tile| async move {
            let hashes = self.tree_tile(tree, tile, usage).await?;
            let hashes = hashes.ok_or_else(|| StoreError::Rejected(TreeFault::NotWhole(tile).into()))?;
            Ok::<_, StoreError>((tile, hashes))
        });
        let tiles: HashMap<Tile, Vec<Hash>> = read.buffer_unordered(NODES_AT_ONCE).try_collect().await?;
        let hash = |(tile, place, count): &(Tile, usize, usize)| full(tiles.get(tile)?.get(*place..place + count)?);
        let hashes = places.iter().map(|place| hash(place).ok_or(place));
        let lacking = |place: &(Tile, usize, usize)| StoreError::Rejected(TreeFault::NotWhole(place.0).into());
        hashes.map(|hash| hash.map_err(lacking)).collect()
    }

    /// The tree over the first `size` entries of a log, as far as growing it takes.
    ///
    /// # Errors
    /// As of [`tree_nodes`](Self::tree_nodes).
    pub async fn tree_frontier(&self, tree: Tree<'_>, size: u64, usage: &Usage) -> Result<Frontier, StoreError> {
        let peaks = self.tree_nodes(tree, size, &Frontier::nodes(size), usage).await?;
        let lacking = || StoreError::Rejected(format!("a tree of {size} leaves has other nodes").into());
        Frontier::of(size, peaks).ok_or_else(lacking)
    }

    /// Puts those of these nodes that are read from the table: of heights that are multiples of 8, above the leaves. Each may be there.
    ///
    /// # Errors
    /// [`StoreError`], by variant; [`StoreError::Rejected`] if a node is there with another hash.
    pub async fn put_tree_nodes(
        &self,
        tree: Tree<'_>,
        nodes: &[(Node, Hash)],
        usage: &Usage,
    ) -> Result<(), StoreError> {
        let stored = nodes.iter().filter(|(node, _)| node.height > 0 && node.height % 8 == 0);
        stream::iter(stored)
            .map(Ok)
            .try_for_each_concurrent(NODES_AT_ONCE, |(node, hash)| self.put_tree_node(tree, *node, hash, usage))
            .await
    }

    async fn put_tree_node(&self, tree: Tree<'_>, node: Node, hash: &Hash, usage: &Usage) -> Result<(), StoreError> {
        let (level, index) = (node.height / 8, node.index);
        if self.put_where_absent(encode_node(tree, level, index, hash), usage).await? {
            return Ok(());
        }
        let sk = key::node(level, index);
        let there = self.all(self.query_between(tree.pk(), (sk.clone(), sk), NODE), usage).await?;
        let there = there.into_iter().map(decode_node).collect::<Result<Vec<_>, _>>()?;
        if there.first().is_some_and(|(_, there)| there == hash) {
            return Ok(());
        }
        Err(StoreError::Rejected(TreeFault::OtherNode { level, index }.into()))
    }
}
