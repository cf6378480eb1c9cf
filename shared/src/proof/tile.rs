//! Tiles of C2SP's tlog-tiles: a tree read 256 hashes at a time, and the paths that they have.
//!
//! ```text
//! tile/<level>/<index>           256 hashes of nodes of height 8 × level
//! tile/<level>/<index>.p/<width> the first of them, in a tree that has no more yet
//! tile/entries/<index>…          the entries below a tile of level 0, as a bundle
//! ```
//!
//! The index stands in groups of three digits, all but the last with an `x` before: `x001/x234/067`.

use crate::log::hash::Hash;
use crate::proof::tree::{self, Node};
use std::fmt;

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u64 = 256;

/// Height of a tile.
const HEIGHT: u8 = 8;

/// Highest level: that of the root of the largest tree.
pub const LEVEL_MAX: u8 = (tree::HEIGHT_MAX + 1) / HEIGHT - 1;

/// Most digits of an index, in groups of three: so that every tile that has a path has a last place, a `u64`. A log that needs more has
/// 256 × 10^15 entries.
const INDEX_DIGITS_MAX: usize = 15;

/// What a tile is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Hashes of nodes; the level is at most [`LEVEL_MAX`].
    Hashes(u8),
    /// Entries.
    Entries,
}

/// A tile of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it is of.
    pub kind: Kind,
    /// Its place in its level, from 0.
    pub index: u64,
    /// How many hashes or entries it has: 1 to [`WIDTH`].
    pub width: u64,
}

impl Tile {
    /// The tile that holds a node, as wide as a tree of `size` leaves has it; none if the tree has no such full node. The second value
    /// is the node's first place in it, and the third how many hashes the node is over.
    pub fn holding(node: Node, size: u64) -> Option<(Self, usize, usize)> {
        let level = node.height / HEIGHT;
        let within = node.height % HEIGHT;
        let first = node.index.checked_mul(1 << within)?;
        let tile = Self::at(Kind::Hashes(level), first / WIDTH, size)?;
        let (place, count) = ((first % WIDTH) as usize, 1_usize << within);
        (place + count <= tile.width as usize).then_some((tile, place, count))
    }

    /// The tile of that index, as wide as a tree of `size` leaves has it; none if that has none there.
    pub fn at(kind: Kind, index: u64, size: u64) -> Option<Self> {
        let there = size >> (HEIGHT * kind.level());
        let width = there.checked_sub(index.checked_mul(WIDTH)?)?.min(WIDTH);
        (width > 0).then_some(Self { kind, index, width })
    }

    /// All tiles of a tree of `size` leaves, level by level from below, the bundles of entries first.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        let kinds = [Kind::Entries].into_iter().chain((0..=LEVEL_MAX).map(Kind::Hashes));
        kinds.flat_map(move |kind| (0..).map_while(move |index| Self::at(kind, index, size)))
    }

    /// Its first hash or entry: the place in its level.
    pub fn first(&self) -> u64 {
        self.index * WIDTH
    }

    /// The place behind its last one.
    pub fn end(&self) -> u64 {
        self.first() + self.width
    }

    /// Whether a tree of `size` leaves has all of it.
    pub fn is_in(&self, size: u64) -> bool {
        Self::at(self.kind, self.index, size).is_some_and(|there| self.width <= there.width)
    }

    /// Reads exactly the path that [`Display`](fmt::Display) writes, of up to 15 digits.
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(level.parse().ok().filter(|level| *level <= LEVEL_MAX)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().ok().filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let digits = index.replace(['x', '/'], "");
        if digits.len() > INDEX_DIGITS_MAX {
            return None;
        }
        let tile = Self { kind, index: digits.parse().ok()?, width };
        (tile.to_string() == path).then_some(tile)
    }
}

impl Kind {
    fn level(self) -> u8 {
        match self {
            Self::Hashes(level) => level,
            Self::Entries => 0,
        }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        // A `u64` has at most seven groups of three digits.
        for above in (1..=6).rev().map(|groups| self.index / 1_000_u64.pow(groups)).filter(|above| *above > 0) {
            write!(f, "x{:03}/", above % 1_000)?;
        }
        write!(f, "{:03}", self.index % 1_000)?;
        if self.width < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

/// The hashes that the bytes of a tile are; none if they are not whole.
pub fn hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::BYTES }>();
    rest.is_empty().then(|| hashes.iter().filter_map(|bytes| Hash::from_bytes(bytes)).collect())
}

/// The bytes of a tile of these hashes.
pub fn bytes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_has_this_path() {
        let tile = |kind, index, width| Tile { kind, index, width };
        for (tile, path) in [
            (tile(Kind::Hashes(0), 0, 256), "tile/0/000"),
            (tile(Kind::Hashes(1), 1_234_067, 256), "tile/1/x001/x234/067"),
            (tile(Kind::Hashes(5), 1_000, 17), "tile/5/x001/000.p/17"),
            (tile(Kind::Hashes(7), 0, 256), "tile/7/000"),
            (tile(Kind::Entries, 999_999_999_999_999, 256), "tile/entries/x999/x999/x999/x999/999"),
            (tile(Kind::Entries, 999, 255), "tile/entries/999.p/255"),
        ] {
            assert_eq!(tile.to_string(), path);
            assert_eq!(Tile::parse(path), Some(tile));
        }
    }

    #[test]
    fn the_last_tile_that_can_be_numbered_has_seven_groups() {
        let tile = Tile { kind: Kind::Entries, index: u64::MAX, width: 256 };
        assert_eq!(tile.to_string(), "tile/entries/x018/x446/x744/x073/x709/x551/615");
    }

    #[test]
    fn no_other_path_is_one_of_a_tile() {
        for bad in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/00/000",
            "tile/8/000",
            "tile/-1/000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/0/x001/x000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/../000",
            "tile/0/000/",
            "/tile/0/000",
            "tile/entries/",
            "tile/data/000",
            "tile/0/+01",
            "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/0/x999/x999/x999/x999/x999/999",
            "tile/entries/x001/x000/x000/x000/x000/000",
            "tile/0/00\u{661}",
        ] {
            assert_eq!(Tile::parse(bad), None, "{bad:?} was read");
        }
    }

    #[test]
    fn a_tree_of_70_000_leaves_has_the_tiles_of_the_specification() {
        let tiles: Vec<_> = Tile::all(70_000).filter(|tile| tile.kind != Kind::Entries).collect();
        let of = |level, full| {
            tiles.iter().filter(move |tile| tile.kind == Kind::Hashes(level) && (tile.width == WIDTH) == full)
        };
        assert_eq!((of(0, true).count(), of(1, true).count(), of(2, true).count()), (273, 1, 0));
        let partial: Vec<_> = tiles.iter().filter(|tile| tile.width < WIDTH).map(ToString::to_string).collect();
        assert_eq!(partial, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
        assert_eq!(
            Tile::all(256).map(|tile| tile.to_string()).collect::<Vec<_>>(),
            ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]
        );
        assert_eq!(Tile::all(0).count(), 0);
    }

    #[test]
    fn a_node_stands_in_one_tile() {
        let holding = |height, index, size| {
            Tile::holding(Node { height, index }, size).map(|(tile, place, count)| (tile.to_string(), place, count))
        };
        assert_eq!(holding(0, 5, 6), Some(("tile/0/000.p/6".to_owned(), 5, 1)));
        assert_eq!(holding(0, 6, 6), None);
        assert_eq!(holding(2, 64, 70_000), Some(("tile/0/001".to_owned(), 0, 4)));
        assert_eq!(holding(8, 272, 70_000), Some(("tile/1/001.p/17".to_owned(), 16, 1)));
        assert_eq!(holding(63, 0, 1 << 63), Some(("tile/7/000.p/128".to_owned(), 0, 128)));
        assert_eq!(holding(63, u64::MAX, u64::MAX), None);
    }

    #[test]
    fn a_tile_is_in_each_tree_that_has_its_last_place() {
        let partial = Tile { kind: Kind::Hashes(1), index: 3, width: 17 };
        assert_eq!((partial.first(), partial.end()), (768, 785));
        let is_in = [200_703, 200_959, 200_960, 201_216, 262_144, u64::MAX].map(|size| partial.is_in(size));
        assert_eq!(is_in, [false, false, true, true, true, true], "785 × 256 = 200,960");
    }

    #[test]
    fn the_bytes_of_a_tile_read_back() {
        let two = [Hash::of(&[b"a"]), Hash::of(&[b"b"])];
        assert_eq!(hashes(&bytes(&two)), Some(two.to_vec()));
        assert_eq!(hashes(&[0; 33]), None);
    }
}
