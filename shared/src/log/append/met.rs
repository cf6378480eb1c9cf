//! What a walk has met of the log: whether a change is in it already.

use super::Change;
use crate::log::entry::{Entry, EventRef, SequenceNumber};
use std::collections::{HashMap, HashSet};

/// The entries that were met, by the event that they are about.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// Of each event, by shard and sort key: when it came and went, in the order of the log.
    events: HashMap<(String, String), Vec<Came>>,
    /// The events of which the log says something from [`Self::known_below`] on.
    since: HashSet<(String, String)>,
    known_below: u64,
    changes: HashSet<(String, String, SequenceNumber)>,
    /// Entries that are of no event.
    markers: Vec<Entry>,
}

/// An event came into the table, or went.
#[derive(Debug)]
enum Came {
    In,
    Out(SequenceNumber),
}

fn place(event: &EventRef) -> (String, String) {
    (event.shard.clone(), event.sk.clone())
}

impl Met {
    /// Nothing yet, of a log that the caller has looked through up to that position.
    pub(super) fn known_below(position: u64) -> Self {
        Self { known_below: position, ..Self::default() }
    }

    /// Takes in the next entry, in the order of the log, at its position.
    pub(super) fn add(&mut self, entry: &Entry, position: u64) {
        let Some(event) = entry.event() else {
            self.markers.push(entry.clone());
            return;
        };
        let (shard, sk) = place(event);
        if position >= self.known_below {
            self.since.insert(place(event));
        }
        let mut came = |came| self.events.entry(place(event)).or_default().push(came);
        match entry {
            Entry::Event(..) => came(Came::In),
            Entry::Removed(.., number) => {
                came(Came::Out(number.clone()));
                self.changes.insert((shard, sk, number.clone()));
            }
            Entry::Changed(.., number) => {
                self.changes.insert((shard, sk, number.clone()));
            }
            Entry::BackfillBegin | Entry::BackfillEnd => {} // noted above
        }
    }

    /// Whether the log has the change. A change or a deletion is known by its number in the stream: an event may be changed
    /// from A to B and back and again. The coming of an event is known by its sort key: it is a repeat if the event came after the
    /// last deletion that was made before it.
    ///
    /// ```text
    /// made    number 1: INSERT   2: REMOVE   3: INSERT
    /// log     event   removed 2              1 is a repeat, for no deletion was made before it; 3 is not
    /// log     event   removed 2   event      3 is a repeat too
    /// ```
    ///
    /// A change that did not come through the stream is what someone saw who then looked in vain for it in the log. If the log has
    /// said anything of its event since, it may have come and gone again meanwhile: the change is not put, and whoever looks
    /// the next time sees what is so then.
    pub(super) fn has(&self, change: &Change) -> bool {
        let Some(event) = change.entry.event() else { return self.markers.contains(&change.entry) };
        let (shard, sk) = place(event);
        match &change.entry {
            Entry::Event(..) => {
                let Some(number) = &change.number else { return self.since.contains(&(shard, sk)) };
                let history = self.events.get(&(shard, sk)).map(Vec::as_slice).unwrap_or_default();
                let made_before = |removed| removed < number;
                let last_removal =
                    history.iter().rposition(|came| matches!(came, Came::Out(removed) if made_before(removed)));
                let since = history.get(last_removal.unwrap_or_default()..).unwrap_or_default();
                since.iter().any(|came| matches!(came, Came::In))
            }
            Entry::Changed(.., number) | Entry::Removed(.., number) => {
                self.changes.contains(&(shard, sk, number.clone()))
            }
            Entry::BackfillBegin | Entry::BackfillEnd => self.markers.contains(&change.entry),
        }
    }
}
