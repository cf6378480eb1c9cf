//! A chain of network audit pages, each held against the model as it is at that moment.

use super::filter::NetworkFilter;
use super::page::{self, promise};
use super::rfc4180;
use super::row::Row;
use super::world::{Tenant, World};
use crate::call::Call;
use crate::reply::Reply;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use serde_json::{Value, json};
use std::time::Duration;

/// Most records in a page.
const PAGE_SIZE: usize = 100;

/// So long that what is recorded after it was not recorded when the chain began: the chain knows milliseconds.
const MOMENT: Duration = Duration::from_millis(2);

const HEADER: [&str; 8] =
    ["MessageKey", "EntityKey", "EntityId", "When", "Principal", "Message", "PreviousState", "CurrentState"];

/// What a chain does.
#[derive(Debug, Clone)]
pub struct NetworkPlan {
    /// The account, by number.
    pub account: usize,
    /// What it asks for.
    pub filter: NetworkFilter,
    /// Whether later pages are asked for with the `fromDate` of the first, and not with `nextFromDate`.
    pub keeps_from_date: bool,
}

/// Where an event stands: its time and its id.
type Place = (String, String);

/// A chain under way.
#[derive(Debug)]
pub struct NetworkWalk<'p> {
    plan: &'p NetworkPlan,
    /// What is asked for and was there when the chain began, oldest first.
    before: Vec<Place>,
    read: Vec<Place>,
    next: Option<Next>,
    is_done: bool,
}

#[derive(Debug)]
struct Next {
    token: String,
    from_date: String,
}

impl<'p> NetworkWalk<'p> {
    /// A chain that has not begun.
    pub fn new(plan: &'p NetworkPlan) -> Self {
        Self { plan, before: Vec::new(), read: Vec::new(), next: None, is_done: false }
    }

    /// Whether it is at its end.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Reads a page, unless the chain is at its end.
    ///
    /// # Errors
    /// The page is not what the model says, or at the end the chain as a whole is not.
    pub async fn read(&mut self, world: &World<'_>) -> TestCaseResult {
        if self.is_done {
            return Ok(());
        }
        let tenant = world.tenant(self.plan.account);
        let mut wanted = wanted(tenant, &self.plan.filter);
        let mut call = self.plan.filter.call(&tenant.account);
        match &self.next {
            None => self.before = wanted.iter().map(|row| place(row)).collect(),
            Some(next) => {
                wanted.retain(|row| self.before.contains(&place(row))); // what came in since is for the next chain
                let kept = self.plan.keeps_from_date;
                call = if kept { call } else { call.query_instead("fromDate", &next.from_date) };
                call = call.query("nextContinuationToken", &next.token);
                self.check_that_others_refuse(world, &next.token).await?;
            }
        }
        let reply = world.bed.send(&call).await;
        promise(&format!("the status of {call:?}: {}", reply.body), reply.status, 200)?;
        if self.next.is_none() {
            tokio::time::sleep(MOMENT).await;
        }
        self.check_page(&wanted, &reply)?;
        self.is_done = self.next.is_none();
        if self.is_done { self.check_chain() } else { Ok(()) }
    }

    fn check_page(&mut self, wanted: &[&Row], reply: &Reply) -> TestCaseResult {
        let rows = rows(&reply.body)?;
        let last = self.read.last();
        let left: Vec<&Row> = wanted.iter().copied().filter(|row| last.is_none_or(|last| place(row) > *last)).collect();
        let is_last = rows.len() == left.len();
        page::check(&left, PAGE_SIZE, Row::in_network, &rows)?;
        promise("all that fits on the last page is there", is_last || !page::fits(&left, PAGE_SIZE), true)?;
        promise("a page that is not the last has rows", is_last || !rows.is_empty(), true)?;
        self.read.extend(left.iter().take(rows.len()).map(|row| place(row)));

        let total = reply.header("totalrecords").and_then(|total| total.parse().ok()).unwrap_or(usize::MAX);
        promise("totalRecords", total, self.before.len())?;
        self.check_next(left.get(rows.len()).copied(), reply)
    }

    /// A token and `nextFromDate` are there if and only if there is a first record that was not sent.
    fn check_next(&mut self, unsent: Option<&Row>, reply: &Reply) -> TestCaseResult {
        let header = |name: &str| reply.header(name).map(ToOwned::to_owned);
        let (token, from_date) = (header("nextcontinuationtoken"), header("nextfromdate"));
        promise("a token is there if and only if there is more", token.is_some(), unsent.is_some())?;
        let unsent_at = unsent.map(|row| row.place().0.to_owned());
        promise("nextFromDate is the time of the first record not sent", from_date.clone(), unsent_at)?;
        self.next = token.zip(from_date).map(|(token, from_date)| Next { token, from_date });
        Ok(())
    }

    async fn check_that_others_refuse(&self, world: &World<'_>, token: &str) -> TestCaseResult {
        let (filter, account) = (&self.plan.filter, &world.tenant(self.plan.account).account);
        let mut others: Vec<Call> = filter.others().iter().map(|other| other.call(account)).collect();
        others.extend(world.other_tenant(self.plan.account).map(|other| filter.call(&other.account)));
        others.push(filter.call(account).query_instead("toDate", "2099-01-01T00:00:00Z"));
        for other in others {
            let reply = world.bed.send(&other.clone().query("nextContinuationToken", token)).await;
            promise(&format!("the status of a token taken to {other:?}"), reply.status, 400)?;
        }
        let trail = Call::trail(account).query("cursor", token);
        promise("the status of a token taken to the trail", world.bed.send(&trail).await.status, 404)?;
        let list = Call::list_users(account).field("cursor", Value::from(token));
        promise("the status of a token taken to the users", world.bed.send(&list).await.status, 400)
    }

    /// What holds for a chain whatever was written meanwhile: it has what was there when it began, oldest first.
    fn check_chain(&self) -> TestCaseResult {
        promise("each record comes once, oldest first", self.read.is_sorted_by(|a, b| a < b), true)?;
        promise("what was there comes, and nothing else", &self.read, &self.before)
    }
}

/// The records of an answer: four texts and four JSON objects each, of which an empty cell is null.
fn rows(body: &str) -> Result<Vec<Value>, TestCaseError> {
    let mut records = rfc4180::records(body).map_err(TestCaseError::fail)?.into_iter();
    promise("the header line", records.next(), Some(HEADER.map(ToOwned::to_owned).to_vec()))?;
    let cell = |(at, cell): (usize, &String)| match (at, cell.as_str()) {
        (0..4, text) => Ok(json!(text)),
        (_, "") => Ok(Value::Null),
        (_, text) => serde_json::from_str(text),
    };
    let row = |record: Vec<String>| -> Result<Value, serde_json::Error> {
        Ok(Value::Array(record.iter().enumerate().map(cell).collect::<Result<_, _>>()?))
    };
    records
        .map(row)
        .collect::<Result<_, _>>()
        .map_err(|error| TestCaseError::fail(format!("a cell is no JSON: {error}")))
}

fn place(row: &Row) -> Place {
    (row.place().0.to_owned(), row.place().1.to_owned())
}

/// What an account has of what is asked for, oldest first.
fn wanted<'t>(tenant: &'t Tenant, filter: &NetworkFilter) -> Vec<&'t Row> {
    let mut wanted: Vec<&Row> = tenant.rows.iter().filter(|row| filter.matches(row)).collect();
    wanted.sort_by_cached_key(|row| place(row));
    wanted
}
