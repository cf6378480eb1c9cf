//! What to do next to put changes behind the end of a log, and what follows from how it went.

use super::{Change, LogItem, Walk, next_item};
use crate::values::timestamp::Timestamp;

/// How far one is with putting changes behind the end of a log. Whoever drives it reads and writes as [`Self::next`] says, one
/// after the other, and may stop anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Progress {
    walk: Option<Walk>,
    entries: usize,
    lost: u32,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A walk back from the end of the log, of which [`Progress::walked`] is to be told.
    Walk,
    /// A put of that item if nothing stands at its place, of which [`Progress::put`] is to be told.
    Put(LogItem),
    /// Nothing: all changes are in the log. So many of them have come into it by these puts.
    Nothing(usize),
}

impl Progress {
    /// What is to be done next to have these changes in the log; they are the same each time.
    pub fn next(&self, changes: &[Change], now: Timestamp) -> Next {
        let Some(walk) = &self.walk else { return Next::Walk };
        next_item(walk, changes, now).map_or(Next::Nothing(self.entries), Next::Put)
    }

    /// Takes in a walk that is over.
    pub fn walked(&mut self, walk: Walk) {
        self.walk = Some(walk);
    }

    /// Takes in whether the item was put. Whoever found its place taken begins again with the walk: what stands there may be of
    /// the same changes.
    pub fn put(&mut self, item: LogItem, was_put: bool) {
        if was_put {
            self.entries += item.entries.len();
            if let Some(walk) = &mut self.walk {
                walk.extend(item);
            }
        } else {
            self.lost += 1;
            self.walk = None;
        }
    }

    /// The walk that it goes by, if there was one since a place was found taken.
    pub fn walk(&self) -> Option<&Walk> {
        self.walk.as_ref()
    }

    /// How often it found a place taken.
    pub fn lost(&self) -> u32 {
        self.lost
    }
}
