//! A tree grown a tile at a time, from the hashes of its leaves: its root, its roots at earlier sizes, and the tiles above.

use shared::log::hash::Hash;
use shared::proof::tile::WIDTH;
use shared::proof::tree::{self, Frontier, Node};
use std::collections::{BTreeMap, BTreeSet};

/// Height of a tile, so of a node over a full one.
const HEIGHT: u8 = 8;

/// The tree over the leaves so far.
#[derive(Debug)]
pub(crate) struct Grown {
    /// Over the nodes of full tiles.
    tiles: Frontier,
    /// Over the leaves behind them.
    rest: Frontier,
    /// The nodes of height 8, 16, …: what the tiles above the lowest level hold.
    levels: Vec<Vec<Hash>>,
    wanted: BTreeSet<u64>,
    roots: BTreeMap<u64, Hash>,
}

impl Grown {
    /// No leaves yet. The roots of some sizes are kept.
    pub(crate) fn new(wanted: BTreeSet<u64>) -> Self {
        let roots = wanted.contains(&0).then(|| (0, tree::empty_root())).into_iter().collect();
        Self { tiles: Frontier::default(), rest: Frontier::default(), levels: Vec::new(), wanted, roots }
    }

    /// Adds the leaves of a tile. Only the last is not full.
    pub(crate) fn add(&mut self, leaves: &[Hash]) {
        let first = self.tiles.size() * WIDTH;
        let wanted: Vec<u64> = self.wanted.range(first + 1..=first + leaves.len() as u64).copied().collect();
        for size in wanted {
            let mut rest = Frontier::default();
            leaves.iter().take((size - first) as usize).for_each(|leaf| rest.push(*leaf, |_, _| {}));
            let root = root(&self.tiles, &rest);
            self.roots.insert(size, root);
        }
        match tree::full(leaves).filter(|_| leaves.len() as u64 == WIDTH) {
            Some(node) => {
                let levels = &mut self.levels;
                self.tiles.push(node, |Node { height, .. }, hash| {
                    if height % HEIGHT == 0 {
                        let level = usize::from(height / HEIGHT);
                        levels.resize_with(levels.len().max(level + 1), Vec::new);
                        levels.get_mut(level).into_iter().for_each(|level| level.push(*hash));
                    }
                });
            }
            None => leaves.iter().for_each(|leaf| self.rest.push(*leaf, |_, _| {})),
        }
    }

    /// The root.
    pub(crate) fn root(&self) -> Hash {
        root(&self.tiles, &self.rest)
    }

    /// The roots at the sizes that were wanted, as far as it has grown.
    pub(crate) fn roots(&self) -> &BTreeMap<u64, Hash> {
        &self.roots
    }

    /// The hashes of a tile above the lowest level.
    pub(crate) fn tile(&self, level: u8, first: u64, width: u64) -> &[Hash] {
        let level = usize::from(level).checked_sub(1).and_then(|level| self.levels.get(level));
        let range = first as usize..(first + width) as usize;
        level.and_then(|hashes| hashes.get(range)).unwrap_or_default()
    }
}

fn root(tiles: &Frontier, rest: &Frontier) -> Hash {
    tree::fold(&[tiles.peaks(), rest.peaks()].concat()).unwrap_or_else(tree::empty_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_roots_are_those_of_the_leaves() {
        let leaves: Vec<_> = (0..1_100_u64).map(|number| Hash::of_leaf(&number.to_be_bytes())).collect();
        let sizes = [0, 1, 255, 256, 257, 512, 700, 1_024, 1_100];
        let mut grown = Grown::new(sizes.into_iter().collect());
        leaves.chunks(256).for_each(|leaves| grown.add(leaves));
        for size in sizes {
            assert_eq!(grown.roots()[&size], tree::root(leaves[..size as usize].iter().copied()), "{size} leaves");
        }
        assert_eq!(grown.root(), grown.roots()[&1_100]);
        assert_eq!(grown.tile(1, 0, 4), leaves[..1_024].chunks(256).filter_map(tree::full).collect::<Vec<_>>());
        assert_eq!(grown.tile(2, 0, 1), [] as [Hash; 0]);
    }

    #[test]
    fn a_tile_of_the_second_level_has_a_hash_for_each_256_of_the_first() {
        let leaves: Vec<_> = (0..256_u64).map(|number| Hash::of_leaf(&number.to_be_bytes())).collect();
        let node = tree::full(&leaves).expect("a power of two");
        let mut grown = Grown::new(BTreeSet::new());
        for _ in 0..257 {
            grown.add(&leaves);
        }
        assert_eq!(grown.tile(1, 0, 256), [node; 256]);
        assert_eq!(grown.tile(1, 256, 1), [node]);
        assert_eq!(grown.tile(2, 0, 1), [tree::full(&[node; 256]).expect("a power of two")]);
    }
}
