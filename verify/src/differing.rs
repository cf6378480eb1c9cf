//! A bundle whose entries are not those of its hash tile: which entry is where it belongs, and which was put in its place.

use shared::log::hash::Hash;
use std::collections::HashMap;

/// A bundle beside a hash tile that says otherwise.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Differing {
    /// The index of the bundle.
    pub(crate) index: u64,
    /// What is at each of its positions, if the hashes are right.
    pub(crate) places: Vec<Place>,
}

/// What became of the entry of a hash.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is where it belongs, with those before and behind it.
    Kept(String),
    /// It stands elsewhere in the bundle, and another in its place.
    Moved(String),
    /// Another stands in its place.
    Changed,
    /// It is not there, and those behind it have moved up.
    Dropped,
}

impl Place {
    /// The entry of the hash, if it is in the bundle.
    pub(crate) fn entry(&self) -> Option<&str> {
        match self {
            Self::Kept(entry) | Self::Moved(entry) => Some(entry),
            Self::Changed | Self::Dropped => None,
        }
    }
}

impl Differing {
    /// Compares the entries of a bundle, by their leaves, with the hashes of a tile.
    pub(crate) fn of(index: u64, entries: &[&str], leaves: &[Hash], hashes: &[Hash]) -> Self {
        let found: HashMap<&Hash, usize> = leaves.iter().enumerate().map(|(at, leaf)| (leaf, at)).collect();
        let is_as_long = leaves.len() == hashes.len();
        let place = |(at, hash): (usize, &Hash)| {
            let there = found.get(hash).copied();
            match (there, there.and_then(|there| entries.get(there))) {
                (Some(there), Some(entry)) if there == at || !is_as_long => Place::Kept((*entry).to_owned()),
                (_, Some(entry)) => Place::Moved((*entry).to_owned()),
                (_, None) if is_as_long => Place::Changed,
                (_, None) => Place::Dropped,
            }
        };
        Self { index, places: hashes.iter().enumerate().map(place).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(entries: &[&str], sealed: &[&str]) -> Vec<Place> {
        let leaves = |entries: &[&str]| entries.iter().map(|entry| Hash::of_leaf(entry.as_bytes())).collect::<Vec<_>>();
        Differing::of(0, entries, &leaves(entries), &leaves(sealed)).places
    }

    #[test]
    fn what_became_of_each_entry_is_told() {
        let kept = |entry: &str| Place::Kept(entry.to_owned());
        let moved = |entry: &str| Place::Moved(entry.to_owned());
        let entries = [kept("a"), moved("b"), Place::Changed, Place::Dropped];
        assert_eq!(entries.each_ref().map(Place::entry), [Some("a"), Some("b"), None, None]);
        assert_eq!(places(&["a", "x", "c"], &["a", "b", "c"]), [kept("a"), Place::Changed, kept("c")]);
        assert_eq!(places(&["a", "c"], &["a", "b", "c"]), [kept("a"), Place::Dropped, kept("c")]);
        assert_eq!(places(&["c", "b", "a"], &["a", "b", "c"]), [moved("a"), kept("b"), moved("c")]);
        assert_eq!(places(&["x", "a", "b"], &["a", "b"]), [kept("a"), kept("b")]);
    }
}
