//! The accounts of a case, on an engine and in the model side by side: every write goes to both.

use super::page::promise;
use super::row::Row;
use super::user::User;
use super::write::{COUNTED_UNTIL, Change, Past, What, Write};
use crate::account::Account;
use crate::bed::Bed;
use crate::call::Call;
use crate::queue::{batch, consume, failures, message};
use crate::records::{set, user};
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use shared::process::clock;
use shared::store::usage::Usage;
use shared::values::timestamp::Timestamp;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// When the messages were sent: [`crate::queue::SENT_TIMESTAMP`].
const SENT_AT: &str = "2024-03-01T09:30:00.123Z";

/// After the events of the pools, before the events that get the time of arrival.
const NOW: &str = "2025";

/// How often counting days may go on, to read events once more or to write eight counts more, before it stops where it is.
const COUNTING_STEPS_MAX: u32 = 5;

/// An account, and what it has by the model.
#[derive(Debug)]
pub struct Tenant {
    /// The account.
    pub account: Account,
    /// Its events.
    pub rows: Vec<Row>,
    /// Its users, by id.
    pub users: BTreeMap<String, User>,
}

/// The accounts of a case.
#[derive(Debug)]
pub struct World<'a> {
    /// The engine.
    pub bed: &'a Bed,
    /// How many writes there were.
    pub writes: usize,
    tenants: Vec<Tenant>,
}

impl<'a> World<'a> {
    /// One account for each past.
    ///
    /// # Errors
    /// Something was not written as it should be.
    pub async fn new(bed: &'a Bed, pasts: &[Past]) -> Result<Self, proptest::test_runner::TestCaseError> {
        let mut world = Self { bed, writes: 0, tenants: Vec::new() };
        for past in pasts {
            let account = bed.account().await;
            let mut tenant = Tenant { account, rows: Vec::new(), users: BTreeMap::new() };
            tenant.import(bed, past.crowd.rows()).await;
            tenant.import(bed, past.rows.clone()).await;
            let ids = (0..past.users).map(|number| format!("usr_{number:03}"));
            tenant.import_users(bed, ids.chain(past.user_ids.clone())).await;
            world.tenants.push(tenant);
        }
        Ok(world)
    }

    /// An account, by a number of any size.
    pub fn tenant(&self, number: usize) -> &Tenant {
        let at = number % self.tenants.len();
        self.tenants.get(at).expect("the remainder is a place")
    }

    /// An account that is not that one, if there is one.
    pub fn other_tenant(&self, number: usize) -> Option<&Tenant> {
        Some(self.tenant(number + 1)).filter(|_| self.tenants.len() > 1)
    }

    /// Writes to the engine and to the model.
    ///
    /// # Errors
    /// The service did not answer as it should.
    pub async fn write(&mut self, write: &Write) -> TestCaseResult {
        self.writes += 1;
        let (bed, writes) = (self.bed, self.writes);
        let at = write.account % self.tenants.len();
        let tenant = self.tenants.get_mut(at).expect("the remainder is a place");
        match &write.what {
            What::Import(crowd) => tenant.import(bed, crowd.rows()).await,
            What::CountDays => {
                let until = Timestamp::parse_fixed(COUNTED_UNTIL).expect("a time");
                // A few dozen days at a time: there may be an event of 1970.
                let asked = Cell::new(0);
                let goes_on = || asked.replace(asked.get() + 1) < COUNTING_STEPS_MAX;
                let counted = bed.store().roll(&tenant.account.id, || until, goes_on, &Usage::default()).await;
                counted.expect("the engine answers");
            }
            What::ImportUsers(ids) => tenant.import_users(bed, ids.iter().cloned()).await,
            What::Record(rows) => {
                let rows = tenant.fresh(rows.clone());
                let given: Vec<_> = rows.iter().map(|row| row.0.clone()).collect();
                tenant.record(bed, rows, &given).await?;
            }
            What::RecordNow(rows) => {
                let given: Vec<_> = rows.iter().map(|row| row.without(&["id", "created_at"])).collect();
                tenant.record(bed, rows.clone(), &given).await?;
            }
            What::Consume(rows) => {
                let rows = tenant.fresh(rows.clone());
                let given: Vec<_> = rows.iter().map(|row| row.0.clone()).collect();
                tenant.consume(bed, writes, rows, &given).await?;
            }
            What::ConsumeSent(rows) => {
                let given: Vec<_> = rows.iter().map(|row| row.without(&["id", "created_at"])).collect();
                let sent = |(place, row): (usize, &Row)| row.clone().at(SENT_AT, &format!("m-{writes}.{place}"));
                let rows = rows.iter().enumerate().map(sent).collect();
                tenant.consume(bed, writes, rows, &given).await?;
            }
            What::Create(name) => tenant.create(bed, writes, name.as_deref()).await?,
            What::Update(number, change) => tenant.update(bed, *number, change).await?,
        }
        Ok(())
    }
}

impl Tenant {
    /// Those that stand in no other's place.
    fn fresh(&self, rows: Vec<Row>) -> Vec<Row> {
        let own = |row: &Row| (row.place().0.to_owned(), row.place().1.to_owned());
        let mut taken: BTreeSet<_> = self.rows.iter().map(own).collect();
        rows.into_iter().filter(|row| taken.insert(own(row))).collect()
    }

    async fn import(&mut self, bed: &Bed, rows: Vec<Row>) {
        let rows = self.fresh(rows);
        bed.record_at(clock::now(), &self.account, &rows.iter().map(|row| row.0.clone()).collect::<Vec<_>>()).await;
        self.rows.extend(rows);
    }

    async fn record(&mut self, bed: &Bed, rows: Vec<Row>, given: &[Value]) -> TestCaseResult {
        if given.is_empty() {
            return Ok(());
        }
        let reply = bed.send(&Call::record(&self.account, given)).await;
        promise(&format!("the status of recording: {}", reply.body), reply.status, 201)?;
        let body = reply.json();
        for (number, row) in rows.into_iter().enumerate() {
            let text = |name: &str| body.pointer(&format!("/events/{number}/{name}")).and_then(Value::as_str);
            let (created_at, id) = (text("created_at").unwrap_or_default(), text("id").unwrap_or_default());
            self.rows.push(row.at(created_at, id));
        }
        Ok(())
    }

    async fn consume(&mut self, bed: &Bed, number: usize, rows: Vec<Row>, given: &[Value]) -> TestCaseResult {
        if given.is_empty() {
            return Ok(());
        }
        let body = json!({"account": self.account.id.as_str(), "events": given}).to_string();
        let answer = consume(&bed.app, &batch(&[message(&format!("m-{number}"), &body)])).await;
        promise("the answer of the consumer", answer, Ok(failures(&[])))?;
        self.rows.extend(rows);
        Ok(())
    }

    async fn import_users(&mut self, bed: &Bed, ids: impl IntoIterator<Item = String>) {
        let mut given = Vec::new();
        for id in ids {
            if self.users.contains_key(&id) {
                continue;
            }
            let email_address = format!("imported-{}@example.com", self.users.len());
            let mut json = user(&id);
            set(&mut json, "/email_address", json!(email_address));
            given.push(json);
            let created_at = "2020-07-24T03:26:02.000Z".to_owned();
            self.users.insert(id.clone(), User { id, created_at, email_address, status: "active", name: None });
        }
        bed.put_users(&self.account, &given).await;
    }

    async fn create(&mut self, bed: &Bed, number: usize, name: Option<&str>) -> TestCaseResult {
        let email_address = format!("Created-{number}@example.com");
        let call = Call::create_user(&self.account, &email_address).field("name", json!(name));
        let reply = bed.send(&call).await;
        promise(&format!("the status of creating: {}", reply.body), reply.status, 200)?;
        let body = reply.json();
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = name.map(ToOwned::to_owned);
        let (id, created_at) = (text("id"), text("created_at"));
        let made = User { id: id.clone(), created_at, email_address, status: "invited", name };
        self.traced(bed, made.event(None, &self.account)).await?;
        self.users.insert(id, made);
        Ok(())
    }

    async fn update(&mut self, bed: &Bed, number: usize, change: &Change) -> TestCaseResult {
        let Some(before) = self.users.values().nth(number % self.users.len().max(1)).cloned() else { return Ok(()) };
        let (field, value, after) = match change {
            Change::Status(status) => ("status", json!(status), User { status, ..before.clone() }),
            Change::Name(name) => ("name", json!(name), User { name: Some(name.clone()), ..before.clone() }),
        };
        let reply = bed.send(&Call::update_user(&self.account, &before.id).field(field, value)).await;
        let legal = before.may_become(after.status);
        let status = if legal { 200 } else { 400 };
        promise(&format!("the status of updating {before:?}: {}", reply.body), reply.status, status)?;
        if legal && before != after {
            self.traced(bed, after.event(Some(&before), &self.account)).await?;
            self.users.insert(after.id.clone(), after);
        }
        Ok(())
    }

    /// Takes in an event whose id and time only the table knows.
    async fn traced(&mut self, bed: &Bed, row: Row) -> TestCaseResult {
        let there = bed.event_sort_keys(&self.account, NOW).await;
        let known: BTreeSet<_> = self.rows.iter().map(|row| format!("{}#{}", row.place().0, row.place().1)).collect();
        let new: Vec<_> = there.into_iter().filter(|sort_key| !known.contains(sort_key)).collect();
        let places: Vec<_> = new.iter().filter_map(|sort_key| sort_key.split_once('#')).collect();
        promise("events of one change of a user", places.len(), 1)?;
        self.rows.extend(places.first().map(|(created_at, id)| row.at(created_at, id)));
        Ok(())
    }
}
