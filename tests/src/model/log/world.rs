//! A state of the model, and what can come of it.

use crate::model::log::action::{Action, Step};
use crate::model::log::logged::Logged;
use crate::model::log::printed::{Printed, print};
use crate::model::log::rule::{Rule, Rules, number};
use crate::model::log::scope::{ALWAYS, Budget, Scope};
use crate::model::log::stream::{Stream, clock};
use crate::model::log::worker::{Answer, Doing, Job, Worker};
use shared::log::append::Change;
use shared::values::timestamp::Timestamp;
use std::collections::VecDeque;

/// When a model begins, in seconds since 1970.
const BEGIN_S: u64 = 1_600_000_000;

/// How far ahead of now what the reconciler puts counts as made, in seconds, and how old an event is that it puts: as
/// `log-reconcile` has it.
const AHEAD_S: u64 = 60;
const YOUNG_S: u64 = 15 * 60;

/// A state.
#[derive(Debug, Clone)]
pub struct World {
    /// The table's clock, in seconds since 1970.
    pub now_s: u64,
    /// The events and their stream.
    pub stream: Printed<Stream>,
    /// The log of each account.
    pub logs: Vec<Printed<Logged>>,
    /// The consumers, and behind them the reconciler.
    pub workers: Vec<Printed<Worker>>,
    /// What may still happen.
    pub left: Budget,
    /// For each account, whether the reconciler has looked at it since anything has happened.
    is_reconciled: Vec<bool>,
    /// For each event, its account.
    accounts: Vec<usize>,
}

impl World {
    /// Its fingerprint. Which of two consumers with the same clock is which makes no difference.
    pub fn print(&self, scope: &Scope) -> u64 {
        let mut workers: Vec<_> = self.workers.iter().map(Printed::print).collect();
        let mut clocks: Vec<_> = scope.consumers_ahead_s.clone();
        clocks.dedup();
        if clocks.len() == 1 {
            workers[..scope.consumers_ahead_s.len()].sort_unstable();
        }
        print(&(&self.stream, &self.logs, workers, self.left, &self.is_reconciled, self.now_s))
    }

    /// Where it begins.
    pub fn new(scope: &Scope, rules: Rules) -> Self {
        let mut world = Self::empty(scope);
        world.left.waits = ALWAYS;
        scope.before.iter().for_each(|action| world.act(scope, rules, *action));
        world.left = scope.budget;
        world
    }

    fn empty(scope: &Scope) -> Self {
        Self {
            now_s: BEGIN_S,
            stream: Printed::new(Stream::new(scope)),
            logs: vec![Printed::new(Logged::default()); scope.accounts()],
            workers: vec![Printed::new(Worker::default()); scope.workers()],
            left: scope.budget,
            is_reconciled: vec![scope.budget.reconciliations == 0; scope.accounts()],
            accounts: scope.lives.iter().map(|life| life.account).collect(),
        }
    }

    /// The events of an account.
    pub fn events_of(&self, account: usize) -> impl Iterator<Item = usize> {
        self.accounts.iter().enumerate().filter(move |(_, of)| **of == account).map(|(event, _)| event)
    }

    /// Whether all that was made is delivered and acknowledged, everyone is idle, and the reconciler, if there is one, has seen all
    /// of it.
    pub fn is_done(&self) -> bool {
        self.stream.is_delivered()
            && self.workers.iter().all(|worker| worker.is_idle())
            && self.is_reconciled.iter().all(|is| *is)
    }

    /// Does it.
    pub fn act(&mut self, scope: &Scope, rules: Rules, action: Action) {
        match action {
            Action::Wait(seconds) => {
                Budget::take(&mut self.left.waits);
                self.now_s += seconds;
            }
            Action::Make { event, is_lost } => {
                if is_lost {
                    Budget::take(&mut self.left.lost_records);
                }
                let (life, now_s) = (&scope.lives[event], self.now_s);
                self.stream.change(|stream| stream.make(event, life, now_s, is_lost));
                self.happens(scope, life.account);
            }
            Action::Plant(account) => self.logs[account].change(Logged::plant),
            Action::Deliver { worker, shard, from, to } => {
                Budget::take(&mut self.left.deliveries);
                self.deliver(rules, worker, (shard, from, to));
                self.step(scope, rules, worker, Step::Walk); // with a batch of later, it would walk later
            }
            Action::ReadLog(account) => {
                Budget::take(&mut self.left.reconciliations);
                self.read_log(rules, account);
            }
            Action::Step(worker, step) => self.step(scope, rules, worker, step),
        }
    }

    /// What the reconciler has seen of the account is no longer all.
    fn happens(&mut self, scope: &Scope, account: usize) {
        self.is_reconciled[account] = scope.budget.reconciliations == 0;
    }

    fn deliver(&mut self, rules: Rules, at: usize, (shard, from, to): (usize, usize, usize)) {
        let mut jobs: Vec<Job> = Vec::new();
        for record in self.stream.batch(shard, from..to) {
            let change = rules.read(record.change.clone());
            match jobs.iter_mut().find(|job| job.account == record.account) {
                Some(job) => job.changes.push(change),
                None => jobs.push(Job { account: record.account, changes: vec![change], known_below: None }),
            }
        }
        let accounts = jobs.iter().map(|job| job.account).collect();
        let began_at_s = if rules.keep(Rule::MinuteOfThePut) { 0 } else { self.now_s };
        let mut worker = Worker { batch: Some((shard, to)), accounts, began_at_s, ..Worker::default() };
        worker.extend(jobs.into_iter().map(Printed::new).collect());
        self.workers[at] = Printed::new(worker);
    }

    /// The reconciler, which is the last worker, marks the log if it has grown since it did so the last time, and reads it.
    fn read_log(&mut self, rules: Rules, account: usize) {
        self.fold(rules, account);
        let log = &self.logs[account];
        let lacking = self.events_of(account).filter(|event| !log.has(self.stream.name(*event))).collect();
        let doing = Doing::Looking { account, end: log.end(), lacking };
        let at = self.workers.len() - 1;
        self.workers[at] = Printed::new(Worker { doing, accounts: vec![account], ..Worker::default() });
    }

    fn fold(&mut self, rules: Rules, account: usize) {
        let (log, now_s) = (&mut self.logs[account], self.now_s);
        if log.folded < log.end() && rules.keep(Rule::ReconcilerMarks) {
            log.change(|log| log.fold(now_s));
        }
    }

    fn step(&mut self, scope: &Scope, rules: Rules, at: usize, step: Step) {
        let now = self.clock(scope, at);
        let account = self.workers[at].jobs.front().map(|job| job.account);
        match (step, account) {
            (Step::Look, _) => self.look(rules, now),
            (Step::Walk, Some(account)) => {
                let log = &self.logs[account];
                self.workers[at].change(|worker| worker.walk(rules, log, scope.items_at_once, now));
            }
            (Step::Put(answer), Some(account)) => {
                if answer == Answer::IsLost {
                    Budget::take(&mut self.left.lost_answers);
                }
                let (worker, times) = (&mut self.workers[at], (self.now_s, now));
                self.logs[account].change(|log| worker.change(|worker| worker.put(rules, log, times, answer)));
                if self.is_consumer(at) {
                    self.happens(scope, account);
                }
            }
            (Step::Walk | Step::Put(_), None) => {}
            (Step::Mark, _) => self.mark(rules, at),
            (Step::Acknowledge, _) => {
                let worker = self.workers[at].replace(Worker::default());
                if let Some((shard, to)) = worker.batch {
                    self.stream.change(|stream| stream.acknowledge(shard, to));
                }
            }
            (Step::Stop, _) => {
                Budget::take(&mut self.left.stops);
                let worker = self.workers[at].replace(Worker::default());
                worker.accounts.iter().for_each(|account| self.happens(scope, *account));
            }
        }
    }

    /// The reconciler looks for what the log lacks in the table, and puts what it finds.
    fn look(&mut self, rules: Rules, now: Timestamp) {
        let at = self.workers.len() - 1;
        let mut worker = Worker::clone(&self.workers[at].replace(Worker::default()));
        let Doing::Looking { account, end, lacking } = std::mem::take(&mut worker.doing) else { return };
        let now_s = now.epoch_ms().unsigned_abs() / 1_000;
        let is_old = |event: &usize| {
            let row = self.stream.row(*event);
            !rules.keep(Rule::Patience) || row.is_none_or(|row| row.recorded_at_s + YOUNG_S <= now_s)
        };
        let (old, young): (Vec<_>, Vec<_>) = lacking.into_iter().partition(is_old);
        let created_at_s = Some(now_s + if rules.keep(Rule::AheadOfNow) { AHEAD_S } else { 0 });
        let number = (!rules.keep(Rule::SaidSince)).then(|| number(u64::MAX));
        let change = |entry| Change { entry, number: number.clone(), created_at_s, item_bytes: 500 };
        let changes: Vec<_> = old.into_iter().filter_map(|event| self.stream.entry_of(event)).map(change).collect();
        let is_quiet = self.stream.is_delivered() && self.workers.iter().all(|worker| worker.is_idle());
        self.is_reconciled[account] = is_quiet && young.is_empty() && self.logs[account].end() == end;
        if !changes.is_empty() {
            let job = Job { account, changes, known_below: Some(end) };
            worker.extend(VecDeque::from([Printed::new(job)]));
            self.workers[at] = Printed::new(worker);
        }
    }

    fn mark(&mut self, rules: Rules, at: usize) {
        if !self.is_consumer(at) {
            let worker = self.workers[at].replace(Worker::default());
            worker.accounts.iter().for_each(|account| self.fold(rules, *account));
            return;
        }
        let worker = Printed::clone(&self.workers[at]);
        let minute_of_s = if rules.keep(Rule::MinuteOfThePut) { self.now_s } else { worker.began_at_s };
        let marked = if rules.keep(Rule::MarksAll) { &worker.accounts } else { &worker.grown };
        marked.iter().for_each(|account| self.logs[*account].change(|log| log.mark(minute_of_s)));
        self.workers[at].change(|worker| worker.doing = Doing::Acknowledging);
    }

    fn is_consumer(&self, at: usize) -> bool {
        at + 1 < self.workers.len()
    }

    /// Everything that can happen next.
    pub fn actions(&self, scope: &Scope) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.left.waits > 0 {
            actions.extend(scope.waits_s.iter().map(|seconds| Action::Wait(*seconds)));
        }
        for event in (0..scope.lives.len()).filter(|event| self.stream.is_unmade(*event, &scope.lives[*event])) {
            actions.push(Action::Make { event, is_lost: false });
            if self.left.lost_records > 0 {
                actions.push(Action::Make { event, is_lost: true });
            }
        }
        for at in 0..self.workers.len() {
            match self.workers[at].is_idle() {
                true if self.is_consumer(at) => self.deliveries(at, &mut actions),
                true if self.left.reconciliations > 0 => actions.extend((0..self.logs.len()).map(Action::ReadLog)),
                true => {}
                false => self.steps(at, &mut actions),
            }
        }
        actions
    }

    /// A batch begins at or before what is not acknowledged, and ends anywhere behind.
    fn deliveries(&self, worker: usize, actions: &mut Vec<Action>) {
        if self.left.deliveries == 0 {
            return;
        }
        for shard in 0..self.stream.shards() {
            let (acknowledged, end) = self.stream.progress(shard);
            for from in 0..=acknowledged {
                actions.extend((from + 1..=end).map(|to| Action::Deliver { worker, shard, from, to }));
            }
        }
    }

    fn steps(&self, at: usize, actions: &mut Vec<Action>) {
        let worker = &self.workers[at];
        match &worker.doing {
            Doing::Nothing => {}
            Doing::Looking { .. } => actions.push(Action::Step(at, Step::Look)),
            Doing::Extending(progress) if progress.walk().is_none() => actions.push(Action::Step(at, Step::Walk)),
            Doing::Extending(_) => {
                actions.push(Action::Step(at, Step::Put(Answer::Arrives)));
                if self.left.lost_answers > 0 {
                    actions.push(Action::Step(at, Step::Put(Answer::IsLost)));
                }
            }
            Doing::Marking => actions.push(Action::Step(at, Step::Mark)),
            Doing::Acknowledging => actions.push(Action::Step(at, Step::Acknowledge)),
        }
        if self.left.stops > 0 {
            actions.push(Action::Step(at, Step::Stop));
        }
    }

    /// The clock of a worker.
    pub fn clock(&self, scope: &Scope, at: usize) -> Timestamp {
        clock(self.now_s, scope.consumers_ahead_s.get(at).copied().unwrap_or(scope.reconciler_ahead_s))
    }
}
