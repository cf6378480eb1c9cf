//! What there is in a model, and how much may happen in it.

use crate::model::log::action::Action;
use shared::log::entry::EventRef;

/// What is done to an event's item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Make {
    /// It is put.
    Insert,
    /// It is replaced by an item with that content.
    Change(u8),
    /// It is deleted.
    Remove,
}

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The account that it is of.
    pub account: usize,
    /// The shard of the stream in which its changes are.
    pub shard: usize,
    /// Whether the stream says when its changes were made.
    pub is_timed: bool,
    /// What is done to it, in this order.
    pub makes: Vec<Make>,
}

/// No bound to how often something may happen.
pub const ALWAYS: u8 = u8::MAX;

impl Life {
    /// An event of account 0 in that shard.
    pub fn new(shard: usize, makes: &[Make]) -> Self {
        Self { account: 0, shard, is_timed: true, makes: makes.to_vec() }
    }
}

/// How often something may happen: so many times, or [`ALWAYS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Budget {
    /// Time passes.
    pub waits: u8,
    /// A batch is delivered.
    pub deliveries: u8,
    /// A worker stops for good where it is, and what it did not acknowledge comes again.
    pub stops: u8,
    /// A put is done and its answer lost, so that the next try finds the place taken.
    pub lost_answers: u8,
    /// The reconciler looks at an account.
    pub reconciliations: u8,
    /// The stream never tells of a change.
    pub lost_records: u8,
}

/// What there is.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The events.
    pub lives: Vec<Life>,
    /// How long time passes at once, in seconds: one of these.
    pub waits_s: Vec<u64>,
    /// How far the clock of each consumer is ahead of the table's (behind, if negative), in seconds.
    pub consumers_ahead_s: Vec<i64>,
    /// How far the clock of the reconciler is.
    pub reconciler_ahead_s: i64,
    /// Items of the log that a walk reads at once.
    pub items_at_once: usize,
    /// What has happened when it begins.
    pub before: Vec<Action>,
    /// How much may happen from then on.
    pub budget: Budget,
}

impl Budget {
    /// Nothing but that batches are delivered, as often as it may be.
    pub const CALM: Self =
        Self { waits: 0, deliveries: ALWAYS, stops: 0, lost_answers: 0, reconciliations: 0, lost_records: 0 };

    /// Consumers that stop anywhere and answers that are lost as well, as often as it may be.
    pub const ROUGH: Self = Self { stops: ALWAYS, lost_answers: ALWAYS, ..Self::CALM };

    /// Takes one of what is left.
    pub fn take(left: &mut u8) {
        if *left != ALWAYS {
            *left -= 1;
        }
    }
}

impl Scope {
    /// A scope with these events in which both consumers' clocks are right and nothing goes wrong yet.
    pub fn new(lives: Vec<Life>, budget: Budget) -> Self {
        let (waits_s, consumers_ahead_s) = (vec![1], vec![0, 0]);
        let before = Vec::new();
        Self { lives, waits_s, consumers_ahead_s, reconciler_ahead_s: 0, items_at_once: 1, before, budget }
    }

    /// How an entry names each of the events.
    pub fn names(&self) -> Vec<EventRef> {
        let name = |event| EventRef::new("00", &format!("2020-07-24T03:26:02.000Z#{event}"), None);
        (0..self.lives.len()).map(name).collect()
    }

    /// Accounts that there are.
    pub fn accounts(&self) -> usize {
        self.lives.iter().map(|life| life.account + 1).max().unwrap_or_default()
    }

    /// Shards that there are.
    pub fn shards(&self) -> usize {
        self.lives.iter().map(|life| life.shard + 1).max().unwrap_or_default()
    }

    /// Workers that there are; the last one is the reconciler.
    pub fn workers(&self) -> usize {
        self.consumers_ahead_s.len() + 1
    }
}
