//! The account's log after its tree was compared with the signed head: what each position says, for the events to be held against.

use crate::Unusable;
use crate::bits::Bits;
use crate::differing::Differing;
use crate::tiles::Tiles;
use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::proof::tile::WIDTH;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the log says of an event after it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// It was changed.
    Changed,
    /// It was deleted.
    Removed,
}

/// The entries of an account.
pub(crate) struct Sealed<'a> {
    tiles: Tiles<'a>,
    /// How many there are.
    pub(crate) size: u64,
    /// The bundles that had to be put right, by index.
    repaired: BTreeMap<u64, Vec<Option<String>>>,
    /// Positions whose entry is an event, one bit each.
    pub(crate) events: Bits,
    /// Positions whose entry is known not to be the one that was sealed.
    pub(crate) unsound: HashSet<u64>,
    /// Changes that the log itself tells of, by shard and sort key, with their positions.
    pub(crate) touched: HashMap<(String, String), Vec<(u64, Touch)>>,
}

/// A bundle's entries, kept while lines of it are looked at.
#[derive(Default)]
pub(crate) struct Bundle {
    index: Option<u64>,
    entries: Vec<Option<String>>,
}

/// What an entry says of an event, as its text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said<'a> {
    /// The shard.
    pub(crate) shard: &'a str,
    /// The sort key.
    pub(crate) sk: Cow<'a, str>,
    /// When it was recorded, as the entry writes it.
    pub(crate) recorded_at: &'a str,
    /// The digest, in base64.
    pub(crate) digest: &'a str,
}

impl<'a> Sealed<'a> {
    pub(crate) fn new(tiles: Tiles<'a>, size: u64) -> Self {
        let (repaired, events, unsound, touched) = (BTreeMap::new(), Bits::default(), HashSet::new(), HashMap::new());
        Self { tiles, size, repaired, events, unsound, touched }
    }

    /// Has the entries of a bundle stand where the hashes say.
    pub(crate) fn repair(&mut self, differing: &Differing) {
        let entries = differing.places.iter().map(|place| place.entry().map(ToOwned::to_owned)).collect();
        self.repaired.insert(differing.index, entries);
    }

    /// The entry of a position, read through `bundle`; none if it was lost.
    ///
    /// # Errors
    /// The bundle cannot be read.
    pub(crate) fn entry<'b>(&self, position: u64, bundle: &'b mut Bundle) -> Result<Option<&'b str>, Unusable> {
        let index = position / WIDTH;
        if bundle.index != Some(index) {
            bundle.entries = match self.repaired.get(&index) {
                Some(entries) => entries.clone(),
                None => self.tiles.entries(index)?.unwrap_or_default().into_iter().map(Some).collect(),
            };
            bundle.index = Some(index);
        }
        let entry = bundle.entries.get((position % WIDTH) as usize);
        Ok(entry.and_then(Option::as_deref))
    }

    /// The sort key of the event at a position; none if its entry was lost, or is about no event.
    ///
    /// # Errors
    /// The bundle cannot be read.
    pub(crate) fn sk(&self, position: u64, bundle: &mut Bundle) -> Result<Option<String>, Unusable> {
        let entry = self.entry(position, bundle)?.and_then(Entry::parse);
        Ok(entry.and_then(|entry| entry.event().map(|event| event.sk.clone())))
    }

    /// What the log says of an event after a position.
    pub(crate) fn touch(&self, said: &Said<'_>, position: u64) -> Option<(u64, Touch)> {
        if self.touched.is_empty() {
            return None;
        }
        let touches = self.touched.get(&(said.shard.to_owned(), said.sk.clone().into_owned()))?;
        touches.iter().copied().find(|(at, _)| *at > position)
    }
}

impl<'a> Said<'a> {
    /// Reads an entry that is known to be one; none of another entry than of an event.
    pub(crate) fn read(entry: &'a str) -> Option<Self> {
        let mut words = entry.strip_prefix("event/1 ")?.strip_suffix('\n')?.split(' ');
        let (shard, sk, recorded_at, digest) = (words.next()?, words.next()?, words.next()?, words.next()?);
        let sk = match sk.starts_with('=') {
            false => Cow::Borrowed(sk),
            true => Cow::Owned(Entry::parse(entry)?.event()?.sk.clone()), // a key that only a hand puts
        };
        Some(Self { shard, sk, recorded_at, digest })
    }

    /// Whether an event is the one that the entry is about, recorded when it says.
    pub(crate) fn is_about(&self, event: &EventRef) -> bool {
        let text = event.to_string();
        text.rsplit_once(' ').is_some_and(|(_, recorded_at)| recorded_at == self.recorded_at)
            && event.shard == self.shard
            && event.sk == self.sk
    }

    /// Whether this is the digest.
    pub(crate) fn has(&self, digest: &Hash) -> bool {
        Hash::parse(self.digest).as_ref() == Some(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_says_this_of_its_event() {
        let digest = Hash::of(&[b"x"]);
        for sk in ["2020-07-24T03:26:02.000Z#e-1", "a b"] {
            let event = EventRef::new("00", sk, Some("2020-07-24T03:26:02.000Z"));
            let text = Entry::Event(event.clone(), digest).to_string();
            let said = Said::read(&text).expect("an event");
            assert_eq!((said.shard, said.sk.as_ref(), said.recorded_at), ("00", sk, "2020-07-24T03:26:02.000Z"));
            assert!(said.has(&digest) && said.is_about(&event));
            assert!(!said.has(&Hash::of(&[])) && !said.is_about(&EventRef::new("00", sk, None)));
            assert!(!said.is_about(&EventRef::new("01", sk, Some("2020-07-24T03:26:02.000Z"))));
        }
        assert_eq!(Said::read("backfill/1 begin\n"), None);
    }
}
