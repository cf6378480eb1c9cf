//! What requests cost, held against the least that DynamoDB's price list allows for their bytes. `bench/cost` runs it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use shared::credential::Scope;
use shared::process::clock;
use shared::values::timestamp::Timestamp;
use std::fs;
use std::path::Path;
use tests::capacity::{Asked, Capacity, Charged};
use tests::queue::{batch, consume, message};
use tests::{Account, Bed, Call, network_client, trail_walk};

/// Events of the account that is read: a range of the network audit that is counted, and pages behind the first.
const EVENTS: usize = 1_000;
const PAGE: usize = 100;

const TYPES: [&str; 5] = ["CHANGED_SCOPES", "INVITED_USER", "RESET_PASSWORD", "MUTED_ISSUE", "USER_LOGGED_ON"];

/// An event as a team's own service would record it, in all four indexes. One in five is of each type.
fn typical(number: usize, created_at: &str) -> Value {
    json!({
        "id": format!("019caa2f-1d7b-7c52-9a64-{number:012}"), "created_at": created_at,
        "event_type": TYPES.iter().cycle().nth(number), "event_description": format!("Ada changed the scopes of key {number:04}"),
        "principal": {"id": "usr_1", "name": "Ada", "email": "ada@example.com", "role": "ADMIN", "ip_address": "192.0.2.1"},
        "subject": {"category": "users", "entity_key": "Network:Team", "entity_id": "usr_2", "user_id": "usr_2"},
        "current_state": {"Status": "active"},
    })
}

/// Typical events of this moment.
fn now(count: usize, from: usize) -> Vec<Value> {
    let now = clock::now().to_string();
    (from..from + count).map(|number| typical(number, &now)).collect()
}

/// A row of the result.
#[derive(Clone)]
struct Row {
    name: &'static str,
    charged: Charged,
    bytes: usize,
    minimum: f64,
}

impl Row {
    /// An answer of items of that many bytes: read at once, 1 unit for 4 KB, or half where eventually consistent.
    fn read(name: &'static str, charged: Charged, bytes: usize) -> Self {
        let units = bytes.div_ceil(4_096) as f64;
        let is_consistent = charged.asked.contains(&Asked::Read { consistent: true });
        let minimum = if is_consistent { units } else { units / 2.0 };
        Self { name, charged, bytes, minimum }
    }

    /// Events and users that are written: 1 unit a KB, twice that in a transaction, and 1 a KB for each index.
    fn write(name: &'static str, charged: Charged) -> Self {
        let (mut bytes, mut minimum) = (0, 0);
        for asked in &charged.asked {
            let Asked::Puts { transaction, items } = asked else { continue };
            let times = if *transaction { 2 } else { 1 };
            for item in items.iter().filter(|item| matches!(item.kind.as_str(), "events" | "users")) {
                bytes += item.bytes;
                minimum += item.bytes.div_ceil(1_024) * (times + item.indexes);
            }
        }
        Self { name, charged, bytes, minimum: minimum as f64 }
    }

    fn json(&self, engine: &str) -> Value {
        let Charged { asked, read_units, write_units, unreported, .. } = &self.charged;
        assert_eq!(*unreported, 0, "{engine}: {}", self.name);
        let units = read_units + write_units;
        // What DynamoDB Local reports of a transaction does not follow its items: 20 for one event and for fifty.
        let has_transaction = asked.iter().any(|asked| matches!(asked, Asked::Puts { transaction: true, .. }));
        let is_comparable = engine == "embedded" || !has_transaction;
        assert!(
            self.minimum > 0.0 && (units >= self.minimum || !is_comparable),
            "{engine}: {} is too cheap",
            self.name
        );
        json!({
            "name": self.name, "engine": engine, "unit": "capacity units", "value": units, "read_units": read_units,
            "write_units": write_units, "minimum": self.minimum, "ratio": is_comparable.then_some(units / self.minimum),
            "requests": asked.len(), "bytes": self.bytes,
        })
    }
}

/// An account with events and users, in a container that knows its credential, and what it is charged.
struct Measured {
    bed: Bed,
    account: Account,
    capacity: Capacity,
    client: Client,
}

impl Measured {
    async fn on(mut bed: Bed) -> Self {
        let capacity = Capacity::default();
        let config = audit_cli::engine::config(bed.endpoint_url()).interceptor(capacity.clone());
        let client = Client::from_conf(config.clone().build());
        bed.app = bed.app_through(config);
        let account = bed.account_with(Scope::ALL).await;
        let at = |number: usize| {
            let day = Timestamp::parse_fixed("2024-02-01T00:00:00.000Z").expect("a time");
            day.plus_ms(number as i64 * 60_000).expect("a time").to_string()
        };
        let events: Vec<_> = (0..EVENTS).map(|number| typical(number, &at(number))).collect();
        bed.record(&account, &events).await;
        let user = |number: usize| {
            json!({"id": format!("usr_{number:03}"), "email_address": format!("user{number}@example.com"),
            "status": "active", "created_at": "2020-07-24T03:26:02.000Z", "name": "Ada Lovelace", "role": "MEMBER"})
        };
        bed.put_users(&account, &(0..150).map(user).collect::<Vec<_>>()).await;
        let known = bed.send(&Call::list_users(&account)).await;
        assert_eq!(known.status, 200, "{}", known.body);
        Self { bed, account, capacity, client }
    }

    /// A row of an answer with that many items, which are read once more to be weighed: DynamoDB charges for all of an item,
    /// whatever of it was asked for.
    async fn read(&self, name: &'static str, charged: Charged, items: usize) -> Row {
        self.capacity.take();
        for item in charged.read.iter().take(items) {
            let text = |text: &str| AttributeValue::S(text.to_owned());
            let request = self.client.get_item().table_name(self.bed.store().table());
            let request = request.key("pk", text(&item.key.pk)).key("sk", text(&item.key.sk));
            request.send().await.expect("the item is there still");
        }
        let whole = self.capacity.take().read;
        assert_eq!(whole.len(), items, "{name}");
        Row::read(name, charged, whole.iter().map(|item| item.bytes).sum())
    }

    /// What a call is charged.
    async fn charged(&self, call: &Call, status: u16) -> Charged {
        self.capacity.take();
        let reply = self.bed.send(call).await;
        assert_eq!(reply.status, status, "{}", reply.body);
        self.capacity.take()
    }

    async fn trail(&self) -> Vec<Row> {
        let first = Call::trail(&self.account).query("page_size", "100");
        let next = trail_walk::page(&self.bed, &first).await.next.expect("there is more");
        let of_type = first.clone().query("event_type", "INVITED_USER");
        let by_email = first.clone().query("user_email", "ada@example.com");
        let by_both = by_email.clone().query("event_type", "INVITED_USER");
        let later = first.clone().query("cursor", &next);
        let mut rows = Vec::new();
        for (name, call) in [
            ("trail, first page of 100", first),
            ("trail, later page of 100", later),
            ("trail by type, page of 100", of_type),
            ("trail by e-mail, page of 100", by_email),
            ("trail by e-mail and type, page of 100", by_both),
        ] {
            rows.push(self.read(name, self.charged(&call, 200).await, PAGE).await);
        }
        rows
    }

    async fn network(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        for (first, later, user) in [
            (
                "network, all users, first page of 100 and its count of 1,000",
                "network, all users, later page of 100",
                None,
            ),
            (
                "network, one user, first page of 100 and its count of 1,000",
                "network, one user, later page of 100",
                Some("usr_2"),
            ),
        ] {
            let call = Call::users_audit(&self.account, user);
            let token = network_client::page(&self.bed, &call).await.token.expect("there is more");
            let whole = self.charged(&call, 200).await;
            let next = call.query("nextContinuationToken", &token);
            let page = self.read(later, self.charged(&next, 200).await, PAGE).await;
            rows.push(Row { name: first, charged: whole, ..page.clone() });
            rows.push(page);
        }
        rows
    }

    async fn users(&self) -> Vec<Row> {
        let get = self.charged(&Call::get_user(&self.account, "usr_001"), 200).await;
        let get = self.read("one user", get, 1).await;
        let list = self.charged(&Call::list_users(&self.account), 200).await;
        let list = self.read("page of 100 users", list, PAGE).await;
        let create = Call::create_user(&self.account, "grace@example.com").field("name", json!("Grace Hopper"));
        let create = self.charged(&create, 200).await;
        let update = Call::update_user(&self.account, "usr_001").field("name", json!("Ada King"));
        let update = self.charged(&update, 200).await;
        let address = Call::update_user(&self.account, "usr_002").field("email_address", json!("king@example.com"));
        let address = self.charged(&address, 200).await;
        vec![
            get,
            list,
            Row::write("user made, with its event", create),
            Row::write("user changed, with its event", update),
            Row::write("user's address changed, with its event", address),
        ]
    }

    async fn writes(&self) -> Vec<Row> {
        let one = Call::record(&self.account, &now(1, 10_000));
        let batch_of_50 = Call::record(&self.account, &now(50, 20_000));
        let keyed = Call::record(&self.account, &now(50, 30_000)).header("Idempotency-Key", "3f0a9e0c-6a3e-4a55-9d0b");
        vec![
            Row::write("one event, through the endpoint", self.charged(&one, 201).await),
            Row::write("50 events, through the endpoint", self.charged(&batch_of_50, 201).await),
            Row::write("50 events with an Idempotency-Key", self.charged(&keyed, 201).await),
            Row::write("10 messages of one event, through the queue", self.consumed().await),
        ]
    }

    async fn consumed(&self) -> Charged {
        let messages = |from: usize| {
            let body =
                |number| json!({"account": self.account.id.as_str(), "event": now(1, number).first()}).to_string();
            batch(
                &(from..from + 10)
                    .map(|number| message(&format!("message-{number}"), &body(number)))
                    .collect::<Vec<_>>(),
            )
        };
        // The first batch is told that there is such an account.
        for from in [40_000, 50_000] {
            self.capacity.take();
            assert_eq!(consume(&self.bed.app, &messages(from)).await.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
        }
        self.capacity.take()
    }
}

#[tokio::test]
#[ignore = "a measurement: bench/cost"]
async fn what_requests_cost_beside_the_least_they_can() -> Result<(), BoxError> {
    let mut rows = Vec::new();
    for bed in Bed::on_each_engine().await {
        let measured = Measured::on(bed).await;
        let each = [measured.trail().await, measured.network().await, measured.users().await, measured.writes().await];
        rows.extend(each.iter().flatten().map(|row| row.json(measured.bed.engine)));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-results");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join("cost-rows.json"), serde_json::to_vec_pretty(&rows)?)?)
}
