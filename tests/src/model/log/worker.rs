//! Who extends logs: a consumer of the stream, or the reconciler.

use crate::model::log::logged::Logged;
use crate::model::log::printed::Printed;
use crate::model::log::rule::{Rule, Rules};
use shared::log::append::{Change, LogItem, Next, Progress, Walk};
use shared::values::timestamp::Timestamp;
use std::collections::VecDeque;

/// Changes that are to be in the log of an account.
#[derive(Debug, Hash)]
pub struct Job {
    /// The account.
    pub account: usize,
    /// The changes.
    pub changes: Vec<Change>,
    /// The position below which the log has been looked through for them, by the reconciler.
    pub known_below: Option<u64>,
}

/// What a worker does next.
#[derive(Debug, Clone, Hash, Default)]
pub enum Doing {
    /// Nothing.
    #[default]
    Nothing,
    /// The reconciler has read the log of the account up to that position, where it lacked those events, and looks for them in
    /// the table.
    Looking {
        /// The account.
        account: usize,
        /// The position behind what it has read.
        end: u64,
        /// The events.
        lacking: Vec<usize>,
    },
    /// It extends the log of the first job.
    Extending(Printed<Progress>),
    /// It marks the accounts.
    Marking,
    /// It says that its batch need not come again.
    Acknowledging,
}

/// A consumer, or the reconciler.
#[derive(Debug, Clone, Hash, Default)]
pub struct Worker {
    /// What it does next.
    pub doing: Doing,
    /// What is to be extended, the first now.
    pub jobs: VecDeque<Printed<Job>>,
    /// The accounts that it is to mark.
    pub accounts: Vec<usize>,
    /// Those of them to whose logs it has put something; only noted where that makes a difference.
    pub grown: Vec<usize>,
    /// When it began, in seconds of the table's clock; only noted where that makes a difference.
    pub began_at_s: u64,
    /// The shard that its batch is of, and the end of the batch; none for the reconciler.
    pub batch: Option<(usize, usize)>,
    /// Whether it has put the second half of an item before the first, which comes next.
    pub half_put: bool,
}

/// What a put came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Its sender is told.
    Arrives,
    /// The answer is lost, and its sender, who tries again, is told that something stands there.
    IsLost,
}

impl Worker {
    /// Whether it has nothing to do.
    pub fn is_idle(&self) -> bool {
        matches!(self.doing, Doing::Nothing)
    }

    /// Begins with its jobs.
    pub fn extend(&mut self, jobs: VecDeque<Printed<Job>>) {
        self.doing = if jobs.is_empty() { Doing::Marking } else { Doing::Extending(Printed::new(Progress::default())) };
        self.jobs = jobs;
    }

    /// Walks, and takes up the next job if there is nothing to put for this one. Gives up a log that has a gap.
    pub fn walk(&mut self, rules: Rules, log: &Logged, items_at_once: usize, now: Timestamp) {
        let (Doing::Extending(progress), Some(job)) = (&self.doing, self.jobs.front()) else { return };
        let walk = match job.known_below {
            Some(position) => Walk::down_to(position),
            None => rules.walk(&log.items(), &job.changes, now),
        };
        let mut progress = Progress::clone(progress);
        match log.walk(walk, items_at_once) {
            Ok(walk) => progress.walked(walk),
            Err(_) => return self.take_up_the_next(),
        }
        self.go_on(progress, now);
    }

    /// Puts an item into the log, at a time of the table's clock and of its own, and goes by what came of it.
    pub fn put(&mut self, rules: Rules, log: &mut Logged, (now_s, now): (u64, Timestamp), answer: Answer) {
        let (Doing::Extending(progress), Some(job)) = (&self.doing, self.jobs.front()) else { return };
        let Next::Put(item) = progress.next(&job.changes, now) else { return };
        let account = job.account;
        let mut progress = Progress::clone(progress);
        let mut to_put = rules.item(item.clone(), &job.changes);
        if !rules.keep(Rule::OneWrite) && item.entries.len() > 1 {
            self.half_put = !self.half_put;
            let (first, second) = halves(&to_put);
            if self.half_put {
                log.put(&second, true, now_s);
                return;
            }
            to_put = first;
        }
        if let Some(end) = log.planted_end().filter(|_| !rules.keep(Rule::NotFollowed)) {
            to_put.first = end;
        }
        let mut was_put = log.put(&to_put, rules.keep(Rule::IfAbsent), now_s);
        if !was_put && !rules.keep(Rule::BeginsAgain) {
            to_put.first = log.end();
            was_put = log.put(&to_put, true, now_s);
        }
        if was_put && !rules.keep(Rule::MarksAll) {
            self.grown.push(account);
        }
        progress.put(item, was_put && answer == Answer::Arrives);
        if progress.walk().is_none() {
            progress = Progress::default(); // how often it has lost makes no difference here
        }
        self.go_on(progress, now);
    }

    fn go_on(&mut self, progress: Progress, now: Timestamp) {
        let Some(job) = self.jobs.front() else { return };
        match progress.next(&job.changes, now) {
            Next::Nothing(_) => self.take_up_the_next(),
            Next::Walk | Next::Put(_) => self.doing = Doing::Extending(Printed::new(progress)),
        }
    }

    fn take_up_the_next(&mut self) {
        self.jobs.pop_front();
        let jobs = std::mem::take(&mut self.jobs);
        self.extend(jobs);
    }
}

fn halves(item: &LogItem) -> (LogItem, LogItem) {
    let half = item.entries.len() / 2;
    let (first, second) = item.entries.split_at(half);
    let (first_sizes, second_sizes) = item.sizes.split_at(half);
    let of = |entries: &[_], sizes: &[_]| LogItem { entries: entries.to_vec(), sizes: sizes.to_vec(), ..item.clone() };
    (of(first, first_sizes), LogItem { first: item.first + half as u64, ..of(second, second_sizes) })
}
