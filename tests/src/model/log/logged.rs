//! An account's log in the table, and the mark that says that it has grown.

use crate::model::log::printed::Printed;
use shared::log::append::{Gap, LogItem, Walk};
use shared::log::entry::{Entry, EventRef};
use shared::values::timestamp::Timestamp;

/// First position of an item that a hand has put: no log comes to that.
const PLANTED: u64 = 9_999_999_999_999_000;

/// The log of an account.
#[derive(Debug, Clone, Hash, Default)]
pub struct Logged {
    /// Its items, by the first position.
    items: Vec<Printed<LogItem>>,
    /// When the last of them was put, in seconds of the table's clock.
    put_at_s: u64,
    /// Whether it is marked as grown under a minute that is not before that.
    is_marked: bool,
    /// First positions of items that were overwritten.
    pub rewritten: Vec<u64>,
    /// Position up to which the reconciler has folded it.
    pub folded: u64,
}

impl Logged {
    /// Its items.
    pub fn items(&self) -> Vec<LogItem> {
        self.items.iter().map(|item| (**item).clone()).collect()
    }

    /// Its items, one after the other, but for one that a hand has put there.
    pub fn iter(&self) -> impl Iterator<Item = &LogItem> {
        self.items.iter().map(|item| &**item).filter(|item| item.first != PLANTED)
    }

    /// Puts an item far beyond its end.
    pub fn plant(&mut self) {
        let (entries, sizes, appended_at) = (vec![Entry::BackfillEnd], vec![0], Timestamp::MIN);
        let item = LogItem { first: PLANTED, entries, sizes, appended_at, newest_s: 0 };
        self.items.push(Printed::new(item));
    }

    /// Where a hand has put an item, the position behind that.
    pub fn planted_end(&self) -> Option<u64> {
        self.items.iter().find(|item| item.first >= PLANTED).map(|_| self.end())
    }

    /// Its entries, one after the other.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.iter().flat_map(|item| &item.entries)
    }

    /// The position behind its last entry.
    pub fn end(&self) -> u64 {
        self.items.last().map_or(0, |item| item.end())
    }

    /// Walks back from its end, so many items at once.
    ///
    /// # Errors
    /// [`Gap`] as the walk says.
    pub fn walk(&self, mut walk: Walk, items_at_once: usize) -> Result<Walk, Gap> {
        let mut pages = self.items.rchunks(items_at_once);
        while !walk.is_over() {
            match pages.next() {
                Some(page) => page.iter().rev().try_for_each(|item| walk.take((**item).clone()))?,
                None => walk.finish()?,
            }
        }
        Ok(walk)
    }

    /// Puts an item. Returns whether it did: not if something stands there and the put asks for that.
    pub fn put(&mut self, item: &LogItem, if_absent: bool, now_s: u64) -> bool {
        match self.items.binary_search_by_key(&item.first, |item| item.first) {
            Ok(_) if if_absent => return false,
            Ok(at) => {
                self.rewritten.push(item.first);
                self.items[at] = Printed::new(item.clone());
            }
            Err(at) => self.items.insert(at, Printed::new(item.clone())),
        }
        self.put_at_s = now_s;
        self.is_marked = false; // a mark of before says nothing of this put
        true
    }

    /// Marks it as grown in that minute.
    pub fn mark(&mut self, minute_of_s: u64) {
        self.is_marked |= minute_of_s >= self.put_at_s;
    }

    /// Marks it as grown, now, and notes that the reconciler need not do so again before it has grown.
    pub fn fold(&mut self, now_s: u64) {
        self.mark(now_s);
        self.folded = self.end();
    }

    /// Whether it is marked as grown since the last put.
    pub fn is_marked(&self) -> bool {
        self.items.is_empty() || self.is_marked
    }

    /// Whether the log says that the event is in the table.
    pub fn has(&self, event: &EventRef) -> bool {
        let of_event = |entry: &&Entry| entry.event() == Some(event);
        self.entries().filter(of_event).last().is_some_and(|entry| !matches!(entry, Entry::Removed(..)))
    }
}
