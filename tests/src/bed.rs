//! A bed for one test: the functions over one table of a real engine, each held to its role, and a count of their requests.

use crate::access::Access;
use crate::account::Account;
use crate::call::Call;
use crate::engine::{self, Place};
use crate::reply::Reply;
use crate::requests_sent::RequestsSent;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use serde_json::Value;
use shared::credential::{Credential, Scope, Secret};
use shared::event::input::EventInput;
use shared::process::app::App;
use shared::store::AuditStore;
use shared::store::Put;
use shared::store::usage::Usage;
use shared::user::DashboardUser;
use shared::values::ids::ClientId;
use shared::values::timestamp::{Moment, Timestamp};
use std::collections::{BTreeSet, HashMap};

/// Events that go in one transaction. DynamoDB takes 100 items and 4 MB; an event has at most 64 KiB and four index keys.
const EVENTS_AT_ONCE: usize = 50;

/// The functions over one table.
#[derive(Debug)]
pub struct Bed {
    /// What the functions share.
    pub app: App,
    /// What the engine is, for messages.
    pub engine: &'static str,
    place: Place,
    client: Client,
    sent: RequestsSent,
}

impl Bed {
    /// Over the embedded engine and the table that all tests share.
    pub async fn new() -> Self {
        Self::at(engine::embedded().await)
    }

    /// Over the embedded engine and a table of its own.
    pub async fn with_own_table() -> Self {
        Self::at(engine::embedded_with_own_table().await)
    }

    /// One over each engine there is.
    pub async fn on_each_engine() -> Vec<Self> {
        engine::each().await.into_iter().map(Self::at).collect()
    }

    /// One over each engine there is, each with a table of its own.
    pub async fn on_each_engine_with_own_table() -> Vec<Self> {
        engine::each_with_own_table().await.into_iter().map(Self::at).collect()
    }

    fn at(place: Place) -> Self {
        let sent = RequestsSent::default();
        let config = audit_cli::engine::config(&place.endpoint_url).interceptor(sent.clone());
        let client = Client::from_conf(config.build());
        let app = App::new(AuditStore::new(client.clone(), &place.table));
        Self { app, engine: place.engine, place, client, sent }
    }

    /// A container that remembers no credential, over the same table.
    #[must_use]
    pub fn cold(&self) -> Self {
        Self::at(self.place.clone())
    }

    /// The store.
    pub fn store(&self) -> &AuditStore {
        self.app.store()
    }

    /// A client of the engine itself, to look past the store at what is in the table.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The functions over the same table, reached through another address by a client of that configuration.
    pub fn app_through(&self, config: aws_sdk_dynamodb::config::Builder) -> App {
        App::new(AuditStore::new(Client::from_conf(config.build()), &self.place.table))
    }

    /// Where the engine listens.
    pub fn endpoint_url(&self) -> &str {
        &self.place.endpoint_url
    }

    /// Requests that were sent to the engine since the last time this was asked.
    pub fn requests_sent(&self) -> u32 {
        self.sent.count()
    }

    /// Everything that the functions asked IAM for.
    pub fn accesses(&self) -> BTreeSet<Access> {
        self.sent.accesses()
    }

    /// The function's answer.
    pub async fn send(&self, call: &Call) -> Reply {
        call.send(&self.app).await
    }

    /// A new account whose credential may do everything.
    pub async fn account(&self) -> Account {
        self.account_with(Scope::ALL).await
    }

    /// A new account whose credential has those scopes.
    pub async fn account_with(&self, scopes: &[Scope]) -> Account {
        let account = Account::random();
        self.put_credential(&account, scopes).await;
        account
    }

    /// Writes the account's credential.
    pub async fn put_credential(&self, account: &Account, scopes: &[Scope]) {
        let secret = Secret::parse(&account.secret).expect("a secret");
        let credential = Credential {
            client_id: ClientId::parse(&account.client_id).expect("a client id"),
            account: account.id.clone(),
            scopes: scopes.to_vec(),
            secret_hashes: vec![secret.hash()],
            created_at: Timestamp::MIN,
            revoked_at: None,
        };
        let made = self.store().create_credential(&credential, &Usage::default()).await;
        assert!(made.expect("the engine takes it"), "the client id was taken");
    }

    /// Records events, each given as its JSON, at the earliest time there is.
    pub async fn record(&self, account: &Account, events: &[Value]) {
        self.record_at(Timestamp::MIN, account, events).await;
    }

    /// Records events, each given as its JSON, at that moment.
    pub async fn record_at(&self, recorded_at: Timestamp, account: &Account, events: &[Value]) {
        let event = |json: &Value| {
            let input = EventInput::parse(&json.to_string()).expect("an event");
            let (id, created_at) = (input.id.clone(), input.created_at.as_ref().map(Moment::floor));
            input.into_event(id.expect("an id"), created_at.expect("a time"), recorded_at)
        };
        let batches = events.chunks(EVENTS_AT_ONCE).map(|batch| batch.iter().map(event).collect::<Vec<_>>());
        let usage = Usage::default();
        let puts = batches.map(|batch| {
            let usage = &usage;
            async move { self.store().put_each(&account.id, &batch, usage).await }
        });
        for put in join_all(puts).await {
            let puts = put.expect("the engine takes them");
            assert!(puts.iter().all(|put| *put == Put::New), "an event was there already");
        }
    }

    /// Writes users, each given as its JSON.
    pub async fn put_users(&self, account: &Account, users: &[Value]) {
        let usage = Usage::default();
        for batch in users.chunks(EVENTS_AT_ONCE) {
            let puts = batch.iter().map(|json| {
                let user = DashboardUser::parse(&json.to_string(), &account.id).expect("a user");
                let usage = &usage;
                async move { self.store().put_user(&account.id, &user, usage).await }
            });
            for put in join_all(puts).await {
                assert_eq!(put.expect("the engine takes it"), Put::New);
            }
        }
    }

    /// Writes an item of string attributes as it is, past everything that checks it.
    pub async fn put_item(&self, attributes: &[(&str, &str)]) {
        let item = attributes.iter().map(|(name, text)| ((*name).to_owned(), AttributeValue::S((*text).to_owned())));
        self.put_whole(item.collect()).await;
    }

    /// Writes an item of any attributes as it is, past everything that checks it.
    pub async fn put_whole(&self, item: HashMap<String, AttributeValue>) {
        let put = self.client.put_item().table_name(&self.place.table).set_item(Some(item));
        put.send().await.expect("the engine takes it");
    }

    /// Deletes an item by its key, past everything that forbids it.
    #[expect(clippy::disallowed_methods, reason = "what no writer of this service does is what the log must tell of")]
    pub async fn delete_item(&self, pk: &str, sk: &str) {
        let key = |text: &str| AttributeValue::S(text.to_owned());
        let delete = self.client.delete_item().table_name(&self.place.table).key("pk", key(pk)).key("sk", key(sk));
        delete.send().await.expect("the engine takes it");
    }

    /// The items of a partition, read past the store.
    pub async fn items_of(&self, pk: &str) -> Vec<HashMap<String, AttributeValue>> {
        let query = self.client.query().table_name(&self.place.table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk");
        let answer = query.expression_attribute_values(":pk", AttributeValue::S(pk.to_owned())).send().await;
        answer.expect("the engine answers").items.unwrap_or_default()
    }

    /// The items of an account's events, read past the store.
    pub async fn event_items(&self, account: &Account) -> Vec<HashMap<String, AttributeValue>> {
        self.events_from(account, "").await
    }

    /// The sort keys of an account's events from that one on, read past the store.
    pub async fn event_sort_keys(&self, account: &Account, from: &str) -> Vec<String> {
        let sort_key = |item: &HashMap<String, AttributeValue>| item.get("sk")?.as_s().ok().cloned();
        self.events_from(account, from).await.iter().filter_map(sort_key).collect()
    }

    async fn events_from(&self, account: &Account, from: &str) -> Vec<HashMap<String, AttributeValue>> {
        let partition = (":pk".to_owned(), AttributeValue::S(format!("events#{}#00", account.id)));
        let first = (!from.is_empty()).then(|| (":from".to_owned(), AttributeValue::S(from.to_owned())));
        let values = [partition].into_iter().chain(first).collect();
        let query = self
            .client
            .query()
            .table_name(&self.place.table)
            .consistent_read(true)
            .key_condition_expression(if from.is_empty() { "pk = :pk" } else { "pk = :pk AND sk >= :from" })
            .set_expression_attribute_values(Some(values));
        let (mut items, mut position) = (Vec::new(), None);
        loop {
            let answer = query.clone().set_exclusive_start_key(position).send().await.expect("the engine answers");
            items.extend(answer.items.unwrap_or_default());
            position = answer.last_evaluated_key;
            if position.is_none() {
                return items;
            }
        }
    }
}
