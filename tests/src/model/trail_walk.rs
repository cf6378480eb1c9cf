//! A walk through the trail, out and back, each page held against the model as it is at that moment.

use super::filter::TrailFilter;
use super::page;
use super::page::promise;
use super::row::Row;
use super::world::{Tenant, World};
use crate::account::Account;
use crate::call::Call;
use proptest::test_runner::TestCaseResult;
use serde_json::Value;
use std::cmp::Reverse;
use std::mem;

/// What a walk does.
#[derive(Debug, Clone)]
pub struct TrailPlan {
    /// The account, by number.
    pub account: usize,
    /// What it asks for.
    pub filter: TrailFilter,
    /// The category in the path.
    pub category: Option<&'static str>,
    /// The sizes of its pages, in turn.
    pub sizes: Vec<usize>,
    /// After how many pages it turns back, if there are so many.
    pub turns_after: usize,
}

/// Where an event stands: its time and its id.
type Place = (String, String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Out,
    Back,
    Done,
}

/// A walk under way.
#[derive(Debug)]
pub struct TrailWalk<'p> {
    plan: &'p TrailPlan,
    way: Way,
    /// What is asked for and was there when the walk began, newest first.
    before: Vec<Place>,
    writes_before: usize,
    short: bool,
    next: Option<String>,
    previous: Option<String>,
    out: Vec<Vec<Place>>,
    back: Vec<Vec<Place>>,
}

impl<'p> TrailWalk<'p> {
    /// A walk that has not begun.
    pub fn new(plan: &'p TrailPlan) -> Self {
        let (way, before, out, back) = (Way::Out, Vec::new(), Vec::new(), Vec::new());
        Self { plan, way, before, writes_before: 0, short: false, next: None, previous: None, out, back }
    }

    /// Whether it is at its end.
    pub fn is_done(&self) -> bool {
        self.way == Way::Done
    }

    /// Reads a page, unless the walk is at its end.
    ///
    /// # Errors
    /// The page is not what the model says, or at the end the walk as a whole is not.
    pub async fn read(&mut self, world: &World<'_>) -> TestCaseResult {
        let tenant = world.tenant(self.plan.account);
        let wanted = wanted(tenant, &self.plan.filter);
        let cursor = match self.way {
            Way::Done => return Ok(()),
            Way::Out => self.next.clone(),
            Way::Back => self.previous.clone(),
        };
        if self.out.is_empty() {
            self.before = wanted.iter().map(|row| place(row)).collect();
            self.writes_before = world.writes;
        }
        let size = self.size();
        // A cursor continues its own query, whether the filters are sent beside it or not.
        let is_alone = cursor.is_some() && self.out.len() % 2 == 1;
        let call = if is_alone {
            TrailFilter::default().call(&tenant.account, self.plan.category)
        } else {
            self.call(&tenant.account)
        };
        let call = call.query("page_size", &size.to_string());
        let call = cursor.iter().fold(call, |call, cursor| call.query("cursor", cursor));
        self.check_page(world, &wanted, size, &call).await?;
        if let Some(cursor) = &cursor {
            self.check_that_others_refuse(world, cursor).await?;
        }
        if self.way == Way::Out && (self.next.is_none() || self.out.len() == self.plan.turns_after) {
            self.way = Way::Back;
        }
        if self.way == Way::Back && self.previous.is_none() {
            self.way = Way::Done;
            self.check_walk(world)?;
        }
        Ok(())
    }

    fn call(&self, account: &Account) -> Call {
        self.plan.filter.call(account, self.plan.category)
    }

    fn size(&self) -> usize {
        let turn = (self.out.len() + self.back.len()) % self.plan.sizes.len();
        self.plan.sizes.get(turn).copied().unwrap_or(1)
    }

    async fn check_page(&mut self, world: &World<'_>, wanted: &[&Row], size: usize, call: &Call) -> TestCaseResult {
        let reply = world.bed.send(call).await;
        promise(&format!("the status of {call:?}: {}", reply.body), reply.status, 200)?;
        let mut body = reply.json();
        let Some(Value::Array(mut read)) = body.get_mut("results").map(mem::take) else { unreachable!("results") };
        let left: Vec<&Row> = match (self.way, self.here()) {
            (Way::Back, Some((newest, _))) => wanted.iter().rev().copied().filter(|row| place(row) > newest).collect(),
            (_, Some((_, oldest))) => wanted.iter().copied().filter(|row| place(row) < oldest).collect(),
            (_, None) => wanted.to_vec(),
        };
        if self.way == Way::Back {
            read.reverse(); // a page is shown newest first, whichever way it is read
        }
        page::check(&left, size, Row::in_trail, &read)?;
        self.short |= read.len() < left.len().min(size);

        let mut places: Vec<Place> = left.iter().take(read.len()).map(|row| place(row)).collect();
        places.sort_by(|a, b| b.cmp(a));
        match self.way {
            Way::Back => self.back.push(places),
            Way::Out | Way::Done => self.out.push(places),
        }
        let cursor = |name: &str| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        (self.next, self.previous) = (cursor("next"), cursor("previous"));
        let (older, newer) = match self.here() {
            Some((newest, oldest)) => {
                let any = |is: &dyn Fn(Place) -> bool| wanted.iter().any(|row| is(place(row)));
                (any(&|place| place < oldest), any(&|place| place > newest))
            }
            None => (false, false),
        };
        promise("next is there if and only if there are older ones", self.next.is_some(), older)?;
        promise("previous is there if and only if there are newer ones", self.previous.is_some(), newer)
    }

    /// The newest and the oldest event of the page that was read last.
    fn here(&self) -> Option<(Place, Place)> {
        let page = self.back.last().or(self.out.last())?;
        Some((page.first()?.clone(), page.last()?.clone()))
    }

    async fn check_that_others_refuse(&self, world: &World<'_>, cursor: &str) -> TestCaseResult {
        let account = &world.tenant(self.plan.account).account;
        let filters = self.plan.filter.others();
        let others: Vec<Call> = match (self.out.len(), self.back.len()) {
            (2, 0) => filters.iter().map(|other| other.call(account, self.plan.category)).collect(),
            (_, 1) => {
                world.other_tenant(self.plan.account).map(|other| self.call(&other.account)).into_iter().collect()
            }
            _ => return Ok(()), // once each way is enough
        };
        for other in others {
            let reply = world.bed.send(&other.clone().query("cursor", cursor)).await;
            promise(&format!("the status of a cursor taken to {other:?}"), reply.status, 404)?;
        }
        let network = Call::users_audit(account, None).query("nextContinuationToken", cursor);
        promise("the status of a cursor taken to the network audit", world.bed.send(&network).await.status, 400)?;
        let list = Call::list_users(account).field("cursor", Value::from(cursor));
        promise("the status of a cursor taken to the users", world.bed.send(&list).await.status, 400)
    }

    /// What holds for a walk whatever was written meanwhile, and what holds if nothing was.
    fn check_walk(&self, world: &World<'_>) -> TestCaseResult {
        let was_there = |place: &&Place| self.before.contains(*place);
        let out: Vec<&Place> = self.out.iter().flatten().collect();
        let back: Vec<&Place> = self.back.iter().rev().flatten().collect();
        let turned_at = self.out.last();
        let oldest = turned_at.and_then(|page| page.last());
        let newest = turned_at.and_then(|page| page.first());

        for walked in [&out, &back] {
            promise("each event comes once, newest first", walked.is_sorted_by(|a, b| a > b), true)?;
        }
        let expected: Vec<&Place> = self.before.iter().filter(|place| Some(*place) >= oldest).collect();
        promise("what was there comes on the way out", out.iter().copied().filter(was_there).collect(), expected)?;
        let expected: Vec<&Place> = self.before.iter().filter(|place| Some(*place) > newest).collect();
        promise("what was there comes on the way back", back.into_iter().filter(was_there).collect(), expected)?;

        let quiet = world.writes == self.writes_before && !self.short;
        if quiet && self.plan.sizes.len() == 1 {
            let mut back = self.back.clone();
            back.reverse();
            let mut out = self.out.clone();
            out.pop();
            promise("the way back has the same pages", back, out)?;
        }
        Ok(())
    }
}

fn place(row: &Row) -> Place {
    (row.place().0.to_owned(), row.place().1.to_owned())
}

/// What an account has of what is asked for, newest first.
fn wanted<'t>(tenant: &'t Tenant, filter: &TrailFilter) -> Vec<&'t Row> {
    let mut wanted: Vec<&Row> = tenant.rows.iter().filter(|row| filter.matches(row)).collect();
    wanted.sort_by_cached_key(|row| Reverse(place(row)));
    wanted
}
