//! What must never be, and what must not be when everything is done.

use crate::model::log::logged::Logged;
use crate::model::log::world::World;
use shared::log::entry::{Entry, SequenceNumber};
use shared::log::hash::Hash;

/// Something that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// An entry is in it more often than what it says has happened.
    Twice(String),
    /// An entry is in it that stands before what happened before it.
    OutOfOrder(String),
    /// Nothing ends at that position, where an item begins.
    Gap(u64),
    /// An item was overwritten.
    Rewritten(u64),
    /// `appended_at` or `newest` of the item there is less than of the one below it.
    Falls(u64),
    /// Everything is done, and it lacks an entry.
    Missing(String),
    /// Everything is done, and it is not marked as grown since its last item was put.
    Unmarked(usize),
}

/// What an entry says of its event, but for what the reconciler may say otherwise: how the event looked when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said<'a> {
    Came,
    Changed(&'a Hash, &'a Hash),
    Went(&'a SequenceNumber),
    Nothing,
}

fn said(entry: &Entry) -> Said<'_> {
    match entry {
        Entry::Event(..) => Said::Came,
        Entry::Changed(_, before, after, _) => Said::Changed(before, after),
        Entry::Removed(.., by) => Said::Went(by),
        Entry::BackfillBegin | Entry::BackfillEnd => Said::Nothing,
    }
}

/// Everything that is wrong.
pub fn faults(world: &World) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (account, log) in world.logs.iter().enumerate() {
        shape(log, &mut faults);
        let is_done = world.is_done();
        if is_done && !log.is_marked() {
            faults.push(Fault::Unmarked(account));
        }
        for event in world.events_of(account) {
            history(world, log, event, is_done, &mut faults);
        }
    }
    faults
}

/// The items of a log, each behind the one below it.
fn shape(log: &Logged, faults: &mut Vec<Fault>) {
    faults.extend(log.rewritten.iter().map(|first| Fault::Rewritten(*first)));
    let (mut end, mut below) = (0, None);
    for item in log.iter() {
        if item.first != end {
            faults.push(Fault::Gap(item.first));
        }
        end = item.end();
        let times = (item.appended_at, item.newest_s);
        if below.is_some_and(|(appended_at, newest_s)| appended_at > times.0 || newest_s > times.1) {
            faults.push(Fault::Falls(item.first));
        }
        below = Some(times);
    }
}

/// What the log says of an event must be what has happened to it so far, each once and in that order, and in the end all of it. Of
/// an event of which the stream has lost a change, nothing may be there twice, and in the end it must be there if it is in the table.
fn history(world: &World, log: &Logged, event: usize, is_done: bool, faults: &mut Vec<Fault>) {
    let name = world.stream.name(event);
    let made = &world.stream.made[event];
    let logged: Vec<_> = log.entries().filter(|entry| entry.event() == Some(name)).collect();
    let in_log = |entry: &Entry| logged.iter().filter(|other| said(other) == said(entry)).count();
    let in_truth = |entry: &Entry| made.iter().filter(|other| said(other) == said(entry)).count();
    if let Some(twice) = logged.iter().find(|entry| in_log(entry) > in_truth(entry)) {
        faults.push(Fault::Twice(twice.to_string()));
    } else if world.stream.has_lost[event] {
        if is_done && world.stream.row(event).is_some() && !log.has(name) {
            faults.push(Fault::Missing(name.to_string()));
        }
    } else if let Some((entry, _)) = logged.iter().zip(made).find(|(entry, made)| said(entry) != said(made)) {
        faults.push(Fault::OutOfOrder(entry.to_string()));
    } else if let Some(missing) = made.get(logged.len()).filter(|_| is_done) {
        faults.push(Fault::Missing(missing.to_string()));
    }
}
