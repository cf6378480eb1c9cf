//! What the log says of some days: which events there are, and what each looks like.

use crate::reconciler::Reconciler;
use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::store::{Logged, StoreError};
use shared::table::item::Place;
use shared::values::day::Day;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Entries that are read at a time.
const ENTRIES_AT_ONCE: u64 = 10_000;

/// The events of some days as they stand after the log.
pub(crate) struct Said {
    days: BTreeSet<Day>,
    events: BTreeMap<Place, Hash>,
    taken: HashSet<Place>,
    /// The events that it has said something of since [`Self::look`].
    since: HashSet<Place>,
    /// The position up to which the log has been read.
    pub(crate) end: u64,
}

impl Said {
    /// Reads the log from a position on, and keeps what it says of these days.
    pub(crate) async fn of(reconciler: &Reconciler<'_>, days: &BTreeSet<Day>, from: u64) -> Result<Self, StoreError> {
        let (events, taken, since) = (BTreeMap::new(), HashSet::new(), HashSet::new());
        let mut said = Self { days: days.clone(), events, taken, since, end: from };
        said.go_on(reconciler).await?;
        Ok(said)
    }

    /// Reads what has come since.
    pub(crate) async fn go_on(&mut self, reconciler: &Reconciler<'_>) -> Result<(), StoreError> {
        loop {
            let (from, to) = (self.end, self.end + ENTRIES_AT_ONCE);
            let logged = reconciler.store.log_entries(reconciler.account, None, from, to, reconciler.usage).await?;
            let Some(last) = logged.last() else { return Ok(()) };
            self.end = last.position + 1;
            logged.iter().for_each(|logged| self.add(logged));
        }
    }

    fn add(&mut self, logged: &Logged) {
        let Some(event) = logged.entry.event().filter(|event| self.days.contains(&Day::holding(&event.sk))) else {
            return;
        };
        let place = place(event);
        self.since.insert(place.clone());
        match &logged.entry {
            Entry::Event(_, digest) => {
                self.events.insert(place, *digest);
            }
            Entry::Changed(_, _, digest, _) => {
                // Of an event whose coming the stream lost, the log tells only that it was changed: it has no position yet.
                self.events.entry(place).and_modify(|known| *known = *digest);
            }
            Entry::Removed(..) => {
                self.events.remove(&place);
            }
            Entry::BackfillBegin | Entry::BackfillEnd => {} // of no event
        }
    }

    /// The digest of an event that is in the table too.
    pub(crate) fn take(&mut self, event: &EventRef) -> Option<Hash> {
        let digest = self.events.get(&place(event)).copied();
        if digest.is_some() {
            self.taken.insert(place(event));
        }
        digest
    }

    /// Notes that the table is looked at now.
    pub(crate) fn look(&mut self) {
        self.since.clear();
    }

    /// Whether the log has the event, or had it since the table was looked at: what was seen there may have gone again meanwhile.
    pub(crate) fn knows(&self, event: &EventRef) -> bool {
        let place = place(event);
        self.events.contains_key(&place) || self.since.contains(&place)
    }

    /// The events of the log that were not taken, up to the end that was read first.
    pub(crate) fn left(self) -> impl Iterator<Item = Place> {
        let Self { events, taken, .. } = self;
        events.into_keys().filter(move |place| !taken.contains(place))
    }
}

fn place(event: &EventRef) -> Place {
    (event.shard.clone(), event.sk.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::entry::SequenceNumber;
    use shared::values::timestamp::Timestamp;

    #[test]
    fn an_event_that_came_and_went_since_the_table_was_looked_at_is_known_until_the_next_look() {
        let event = EventRef::new("00", "2020-07-24T03:26:02.000Z#e-1", None);
        let days = BTreeSet::from([Day::holding(&event.sk)]);
        let mut said = Said { days, events: BTreeMap::new(), taken: HashSet::new(), since: HashSet::new(), end: 0 };
        let logged = |entry| Logged { position: 0, appended_at: Timestamp::MIN, entry, item_bytes: 0, item_first: 0 };
        let number = SequenceNumber::parse("2").expect("a number");

        said.look();
        assert!(!said.knows(&event));
        said.add(&logged(Entry::Event(event.clone(), Hash::of(&[]))));
        said.add(&logged(Entry::Removed(event.clone(), Hash::of(&[]), number)));
        assert!(said.knows(&event));
        said.look();
        assert!(!said.knows(&event), "if the table has it now, it has come again");
    }
}
