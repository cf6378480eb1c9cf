//! The table of events and its stream.

use crate::model::log::printed::Printed;
use crate::model::log::rule::{number, second};
use crate::model::log::scope::{Life, Make, Scope};
use shared::log::append::Change;
use shared::log::entry::{Entry, EventRef};
use shared::log::hash;
use shared::values::timestamp::Timestamp;
use std::ops::Range;

/// A change of the table, as its stream tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Record {
    /// The account that it is of.
    pub account: usize,
    /// What it says.
    pub change: Change,
}

/// An event in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    content: u8,
    /// When it was recorded, in seconds.
    pub recorded_at_s: u64,
}

/// The table of events and what its stream has told.
#[derive(Debug, Clone, Hash)]
pub struct Stream {
    /// For each event, what has been done to it, as entries.
    pub made: Vec<Vec<Entry>>,
    /// For each event, whether the stream has lost a change of it.
    pub has_lost: Vec<bool>,
    rows: Vec<Option<Row>>,
    shards: Vec<Vec<Printed<Record>>>,
    /// For each shard, how many of its records are acknowledged.
    acknowledged: Vec<usize>,
    /// How an entry names each of the events.
    names: Printed<Vec<EventRef>>,
}

fn digest(content: u8) -> hash::Hash {
    hash::Hash::of(&[&[content]])
}

impl Stream {
    /// An empty table.
    pub fn new(scope: &Scope) -> Self {
        Self {
            made: vec![Vec::new(); scope.lives.len()],
            has_lost: vec![false; scope.lives.len()],
            rows: vec![None; scope.lives.len()],
            shards: vec![Vec::new(); scope.shards()],
            acknowledged: vec![0; scope.shards()],
            names: Printed::new(scope.names()),
        }
    }

    /// Does what is to be done next to the event. The record is in the stream at once, or never.
    pub fn make(&mut self, event: usize, life: &Life, now_s: u64, is_lost: bool) {
        let before = self.rows[event];
        let make = life.makes[self.made[event].len()];
        let by = number(self.made[event].len() as u64 + 1); // it grows along an item, and need not do more
        let name = self.names[event].clone();
        let old = || digest(before.expect("it is in the table").content);
        let (entry, row) = match make {
            Make::Insert => (Entry::Event(name, digest(0)), Some(Row { content: 0, recorded_at_s: now_s })),
            Make::Change(content) => {
                let entry = Entry::Changed(name, old(), digest(content), by.clone());
                (entry, before.map(|row| Row { content, ..row }))
            }
            Make::Remove => (Entry::Removed(name, old(), by.clone()), None),
        };
        self.rows[event] = row;
        self.made[event].push(entry.clone());
        self.has_lost[event] |= is_lost;
        if !is_lost {
            let created_at_s = life.is_timed.then_some(now_s);
            let change = Change { entry, number: Some(by), created_at_s, item_bytes: 500 };
            self.shards[life.shard].push(Printed::new(Record { account: life.account, change }));
        }
    }

    /// Whether there is something left to do to the event.
    pub fn is_unmade(&self, event: usize, life: &Life) -> bool {
        self.made[event].len() < life.makes.len()
    }

    /// How an entry names the event.
    pub fn name(&self, event: usize) -> &EventRef {
        &self.names[event]
    }

    /// The event, if it is in the table.
    pub fn row(&self, event: usize) -> Option<&Row> {
        self.rows[event].as_ref()
    }

    /// The entry that says that the event, as it is in the table, was recorded.
    pub fn entry_of(&self, event: usize) -> Option<Entry> {
        self.row(event).map(|row| Entry::Event(self.names[event].clone(), digest(row.content)))
    }

    /// How many shards there are.
    pub fn shards(&self) -> usize {
        self.shards.len()
    }

    /// Records of the shard that are acknowledged, and those that there are.
    pub fn progress(&self, shard: usize) -> (usize, usize) {
        (self.acknowledged[shard], self.shards[shard].len())
    }

    /// A batch.
    pub fn batch(&self, shard: usize, range: Range<usize>) -> &[Printed<Record>] {
        &self.shards[shard][range]
    }

    /// Takes in that the records up to there need not come again.
    pub fn acknowledge(&mut self, shard: usize, to: usize) {
        self.acknowledged[shard] = self.acknowledged[shard].max(to);
    }

    /// Whether every record is acknowledged.
    pub fn is_delivered(&self) -> bool {
        self.acknowledged.iter().zip(&self.shards).all(|(acknowledged, shard)| *acknowledged == shard.len())
    }
}

/// A clock that is ahead of the table's by that.
pub fn clock(now_s: u64, ahead_s: i64) -> Timestamp {
    second(now_s.saturating_add_signed(ahead_s))
}
