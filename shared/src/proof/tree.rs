//! Merkle trees of RFC 6962: grown leaf by leaf, and proved to hold a leaf.

use crate::log::hash::Hash;
use std::ops::Range;

/// Highest node there is: no tree has more than 2^63 leaves.
pub const HEIGHT_MAX: u8 = 63;

/// A full subtree: the node over the 2^`height` leaves from `index` × 2^`height` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// Its height; 0 is a leaf.
    pub height: u8,
    /// Its place among the nodes of its height, from 0.
    pub index: u64,
}

/// The tree over the first leaves of a log, as far as growing it takes: its full subtrees, the largest first, one for each bit
/// that is set in its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

/// The hash of a tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// The hash of a node over two others: SHA-256 of a byte 1 and both.
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    Hash::of(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// The hash over subtrees that stand side by side, the largest first; none of no subtree.
pub fn fold(subtrees: &[Hash]) -> Option<Hash> {
    let (last, others) = subtrees.split_last()?;
    Some(others.iter().rev().fold(*last, |right, left| parent(left, &right)))
}

/// The hash over 2^n hashes of one height; none of another number.
pub fn full(hashes: &[Hash]) -> Option<Hash> {
    if !hashes.len().is_power_of_two() {
        return None;
    }
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.as_chunks().0.iter().map(|[left, right]| parent(left, right)).collect();
    }
    level.pop()
}

impl Frontier {
    /// The tree of `size` leaves whose full subtrees these are; none if their number is not that of such a tree.
    pub fn of(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// The full subtrees of a tree of `size` leaves, the largest first.
    pub fn nodes(size: u64) -> Vec<Node> {
        full_subtrees(0..size)
    }

    /// Its full subtrees, the largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and tells each node that is full now: the leaf itself, and those above it that it completes.
    pub fn push(&mut self, leaf: Hash, mut completed: impl FnMut(Node, &Hash)) {
        let (mut node, mut hash) = (Node { height: 0, index: self.size }, leaf);
        completed(node, &hash);
        while node.index % 2 == 1
            && let Some(left) = self.peaks.pop()
        {
            node = Node { height: node.height + 1, index: node.index / 2 };
            hash = parent(&left, &hash);
            completed(node, &hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        fold(&self.peaks).unwrap_or_else(empty_root)
    }
}

/// The root of the tree over these leaves.
pub fn root(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut frontier = Frontier::default();
    leaves.into_iter().for_each(|leaf| frontier.push(leaf, |_, _| {}));
    frontier.root()
}

/// The full subtrees that cover a range of leaves, from left to right. The range begins at a multiple of the largest of them, as
/// each range of [`inclusion`] does.
pub fn full_subtrees(range: Range<u64>) -> Vec<Node> {
    let (mut from, mut nodes) = (range.start, Vec::new());
    while from < range.end {
        let by_length = (range.end - from).ilog2();
        let height = by_length.min(from.trailing_zeros()).min(u32::from(HEIGHT_MAX));
        nodes.push(Node { height: height as u8, index: from >> height });
        from += 1 << height;
    }
    nodes
}

/// The leaves that each hash of the proof is over that leaf `index` is in a tree of `size` leaves, from the leaf's sibling up (RFC
/// 6962 §2.1.1); none if it is not in it.
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let (mut tree, mut siblings) = (0..size, Vec::new());
    while tree.end - tree.start > 1 {
        // The left part is the largest power of two below the length.
        let split = tree.start + (1 << (tree.end - tree.start - 1).ilog2());
        let (inside, sibling) =
            if index < split { (tree.start..split, split..tree.end) } else { (split..tree.end, tree.start..split) };
        siblings.push(sibling);
        tree = inside;
    }
    siblings.reverse();
    Some(siblings)
}

/// The root of the tree of `size` leaves that has `leaf` at `index`, by a proof; none if it is not of the length that such a proof has.
pub fn root_by_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    let siblings = inclusion(index, size)?;
    if siblings.len() != proof.len() {
        return None;
    }
    Some(siblings.iter().zip(proof).fold(*leaf, |hash, (sibling, other)| {
        if sibling.end <= index { parent(other, &hash) } else { parent(&hash, other) }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves of the test vectors of certificate-transparency (`merkle_tree_test.cc`), which RFC 6962 §2.1.3 draws.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn hex(hash: &Hash) -> String {
        hash.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn leaf(number: u64) -> Hash {
        Hash::of_leaf(&number.to_be_bytes())
    }

    /// The hash of a range of leaves, as RFC 6962 §2.1 defines it.
    fn by_definition(range: Range<u64>) -> Hash {
        match range.end - range.start {
            0 => Hash::of(&[]),
            1 => leaf(range.start),
            length => {
                let split = range.start + (1 << (length - 1).ilog2());
                parent(&by_definition(range.start..split), &by_definition(split..range.end))
            }
        }
    }

    #[test]
    fn the_roots_are_those_of_certificate_transparency() {
        for (size, expected) in ROOTS.iter().enumerate() {
            assert_eq!(hex(&root(LEAVES[..size].iter().map(|leaf| Hash::of_leaf(leaf)))), *expected, "{size} leaves");
        }
    }

    #[test]
    fn each_node_is_told_once_when_it_is_full() {
        let (mut frontier, mut told) = (Frontier::default(), Vec::new());
        for number in 0..6 {
            frontier.push(leaf(number), |node, hash| told.push((node.height, node.index, *hash)));
        }
        let places: Vec<_> = told.iter().map(|(height, index, _)| (*height, *index)).collect();
        assert_eq!(places, [(0, 0), (0, 1), (1, 0), (0, 2), (0, 3), (1, 1), (2, 0), (0, 4), (0, 5), (1, 2)]);
        assert_eq!(told[6].2, by_definition(0..4));
        assert_eq!(frontier.root(), by_definition(0..6));
        assert_eq!((frontier.size(), frontier.peaks()), (6, &[by_definition(0..4), by_definition(4..6)][..]));
    }

    #[test]
    fn a_tree_goes_on_from_its_full_subtrees() {
        for size in 0..70 {
            let nodes = Frontier::nodes(size);
            let peaks =
                nodes.iter().map(|node| by_definition(node.index << node.height..(node.index + 1) << node.height));
            let mut frontier = Frontier::of(size, peaks.collect()).expect("one for each bit");
            assert_eq!(frontier.root(), by_definition(0..size));
            frontier.push(leaf(size), |_, _| {});
            assert_eq!(frontier.root(), by_definition(0..size + 1));
        }
        assert_eq!(Frontier::of(3, vec![leaf(0)]), None);
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved_and_no_other() {
        for size in 1..40 {
            for index in 0..size {
                let siblings = inclusion(index, size).expect("it is in it");
                let proof: Vec<_> = siblings.iter().cloned().map(by_definition).collect();
                assert_eq!(root_by_inclusion(&leaf(index), index, size, &proof), Some(by_definition(0..size)));
                assert_ne!(root_by_inclusion(&leaf(99), index, size, &proof), Some(by_definition(0..size)));
                assert_eq!(root_by_inclusion(&leaf(index), index, size, &[proof, vec![leaf(0)]].concat()), None);
                for sibling in siblings {
                    let parts: Vec<_> = full_subtrees(sibling.clone());
                    let hashes: Vec<_> = parts
                        .iter()
                        .map(|node| by_definition(node.index << node.height..(node.index + 1) << node.height))
                        .collect();
                    assert_eq!(fold(&hashes), Some(by_definition(sibling)));
                }
            }
            assert_eq!(inclusion(size, size), None);
        }
    }

    #[test]
    fn the_largest_tree_does_not_overflow() {
        let size = 1 << 63;
        assert_eq!(inclusion(size - 1, size).map(|siblings| siblings.len()), Some(63));
        assert_eq!(Frontier::nodes(size), [Node { height: 63, index: 0 }]);
        assert_eq!(Frontier::nodes(u64::MAX).len(), 64);
    }

    #[test]
    fn full_takes_powers_of_two_only() {
        let leaves: Vec<_> = (0..4).map(leaf).collect();
        assert_eq!(full(&leaves), Some(by_definition(0..4)));
        assert_eq!(full(&leaves[..1]), Some(leaf(0)));
        assert_eq!(full(&leaves[..3]), None);
        assert_eq!(full(&[]), None);
    }
}
