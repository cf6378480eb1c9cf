//! The demo account that the first start makes: users and events with every feature that a reader can meet.

mod events;
mod users;

use crate::credential;
use crate::serve::Banner;
use aws_sdk_dynamodb::error::BoxError;
use shared::credential::{Scope, Secret};
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::TRANSACTION_ITEMS_MAX;
use shared::store::usage::Usage;
use shared::values::ids::{AccountId, ClientId};
use shared::values::timestamp::Timestamp;
use tokio::task::JoinSet;

/// Account of the demo.
pub const ACCOUNT: &str = "demo";
/// Its client id.
pub const CLIENT_ID: &str = "demo";
/// Its secret, which is none: it works on this machine only.
pub const SECRET: &str = "local-demo-secret";
/// Users in it.
pub const USERS: usize = 40;
/// Events in it.
pub const EVENTS: usize = 2_000;
/// Days that the events are spread over.
pub const DAYS: i64 = 90;

/// Makes the account, unless its credential is there. That comes last, so a start that was cut short is made good by the
/// next: the same hour gives the same events.
///
/// # Errors
/// The store cannot be written.
pub async fn prepare(store: &AuditStore) -> Result<(), BoxError> {
    let client_id = ClientId::parse(CLIENT_ID)?;
    if store.credential(&client_id, &Usage::default()).await?.is_some() {
        return Ok(());
    }
    let account = AccountId::parse(ACCOUNT)?;
    let now = clock::now();
    let mut writes = JoinSet::new();
    for user in users::users(&account, now)? {
        let (store, account) = (store.clone(), account.clone());
        writes.spawn(async move { store.put_user(&account, &user, &Usage::default()).await.map(|_| ()) });
    }
    for batch in events::events(&account, now)?.chunks(TRANSACTION_ITEMS_MAX) {
        let (store, account, batch) = (store.clone(), account.clone(), batch.to_vec());
        writes.spawn(async move { store.put_each(&account, &batch, &Usage::default()).await.map(|_| ()) });
    }
    while let Some(written) = writes.join_next().await {
        written??;
    }
    let secret = Secret::parse(SECRET).ok_or("the demo's secret is malformed")?;
    credential::create(store, account, client_id, &secret, Scope::ALL.to_vec()).await?;
    Ok(())
}

/// The hour that a time lies in.
fn hour(now: Timestamp) -> i64 {
    now.epoch_ms() - now.epoch_ms().rem_euclid(3_600_000)
}

/// The demo's credential, and a `curl` for each endpoint, on a service at that URL.
pub fn banner(url: &str) -> Banner {
    let token = format!("{CLIENT_ID}.{SECRET}");
    let keys = format!("\"client_id\": \"{CLIENT_ID}\", \"secret\": \"{SECRET}\"");
    let dashboard = |path: &str, fields: &str| {
        format!("curl -s {url}/dashboard_user/{path} -H 'Content-Type: application/json' -d '{{{keys}{fields}}}'")
    };
    let to = clock::now().plus_ms(86_400_000).unwrap_or(Timestamp::MAX).to_string();
    let from = clock::now().plus_ms(-7 * 86_400_000).unwrap_or(Timestamp::MIN).to_string();
    let (to, from) = (to.get(..10).unwrap_or_default(), from.get(..10).unwrap_or_default());
    let network = |path: &str| {
        let range = format!("fromDate={from}T00:00:00Z&toDate={to}T00:00:00Z");
        format!("curl -s '{url}/network/audit/accounts/{ACCOUNT}/{path}?{range}' -H 'Authorization: VBrick {token}'")
    };
    let trail = |path: &str| format!("curl -s '{url}/{path}' -H 'Authorization: Bearer {token}'");
    let record = format!(
        "curl -s {url}/audit-trail/events -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' -d \
         '{{\"events\": [{{\"event_type\": \"INVITED_USER\", \"event_description\": \"Invited Grace\", \"principal\": \
         {{\"role\": \"ADMIN\", \"ip_address\": \"192.0.2.1\"}}}}]}}'"
    );
    Banner {
        lines: vec![
            format!("Demo account {ACCOUNT}: client id {CLIENT_ID}, secret {SECRET}, token {token}"),
            String::new(),
            dashboard("list", ""),
            dashboard("get", ", \"dashboard_user_id\": \"usr_demo_00\""),
            dashboard("create", ", \"email_address\": \"grace@example.com\", \"name\": \"Grace Hopper\""),
            dashboard("update", ", \"dashboard_user_id\": \"usr_demo_00\", \"name\": \"Ada King\""),
            network("userAccess"),
            network("userAccess/usr_demo_00"),
            network("users"),
            network("users/usr_demo_00"),
            trail("audit-trail?page_size=2"),
            trail("hris/v1/audit-trail?event_type=INVITED_USER&page_size=2"),
            record,
        ],
    }
}
