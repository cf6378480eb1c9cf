//! The demo account that the first start makes: users and events with every feature that a reader can meet.

mod events;
mod shape;
mod users;

use crate::accounts::create_credential;
use crate::functions::CALLS;
use aws_sdk_dynamodb::error::BoxError;
pub use shape::{DAYS, EVENTS, USERS};
use shared::credential::{Scope, Secret};
use shared::process::clock;
use shared::store::usage::Usage;
use shared::store::{AuditStore, StoreError, TRANSACTION_ITEMS_MAX};
use shared::values::ids::{AccountId, ClientId};
use shared::values::timestamp::Timestamp;
use tokio::task::JoinSet;

/// Id of the demo's account.
pub const ACCOUNT: &str = "demo";
/// Client id of the demo's one credential.
pub const CLIENT_ID: &str = "demo";
/// Secret of the demo's credential. Everyone knows it, so it works on this machine only.
pub const SECRET: &str = "local-demo-secret";
/// What `audit serve` prints about the demo when it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Banner {
    /// The lines, without line ends.
    pub lines: Vec<String>,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The data folder has the demo's credential, and the service would listen beyond the loopback interface, where everyone
    /// who reaches it knows the secret.
    #[error(
        "the data has the demo's credential, which everyone knows: choose another --data-dir, or start on the loopback \
         address and revoke it with `audit credential revoke {CLIENT_ID} --local`"
    )]
    BeyondLoopback,
    /// The store cannot be read or written.
    #[error("the demo account could not be made")]
    Store(#[source] BoxError),
}

/// Makes the demo account where it may exist, and returns whether it exists. The credential is written last, so that the next
/// start completes one that was cut short: within the same hour the events are the same.
///
/// The demo may exist only where the service listens on the loopback interface and the data folder has no other account.
///
/// # Errors
/// As [`DemoError`] says.
pub async fn prepare(store: &AuditStore, is_loopback: bool, is_wanted: bool) -> Result<bool, DemoError> {
    let failed = |error: StoreError| DemoError::Store(error.into());
    let client_id = ClientId::parse(CLIENT_ID).map_err(|error| DemoError::Store(error.into()))?;
    match store.credential(&client_id, &Usage::default()).await.map_err(failed)? {
        Some(credential) if credential.revoked_at.is_some() => Ok(false),
        Some(_) if !is_loopback => Err(DemoError::BeyondLoopback),
        Some(_) => Ok(is_wanted),
        None if !is_loopback || !is_wanted => Ok(false),
        None if !store.accounts(&Usage::default()).await.map_err(failed)?.is_empty() => Ok(false),
        None => make(store, client_id).await.map(|()| true).map_err(DemoError::Store),
    }
}

async fn make(store: &AuditStore, client_id: ClientId) -> Result<(), BoxError> {
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
    create_credential(store, account, client_id, &secret, Scope::ALL.to_vec()).await?;
    Ok(())
}

/// The banner for a service at that URL: the demo's credential, and one `curl` for each endpoint.
pub fn banner(url: &str) -> Banner {
    let token = format!("{CLIENT_ID}.{SECRET}");
    let keys = format!("\"client_id\": \"{CLIENT_ID}\", \"secret\": \"{SECRET}\"");
    let to = clock::now().plus_ms(86_400_000).unwrap_or(Timestamp::MAX).to_string();
    let from = clock::now().plus_ms(-7 * 86_400_000).unwrap_or(Timestamp::MIN).to_string();
    let (to, from) = (to.get(..10).unwrap_or_default(), from.get(..10).unwrap_or_default());
    let range =
        [("FROM", from), ("TO", to)].map(|(name, day)| (format!("{name}T00:00:00Z"), format!("{day}T00:00:00Z")));
    let call = |call: &&str| {
        let call = call.replace("URL", url).replace("ACCOUNT", ACCOUNT).replace("TOKEN", &token).replace("KEYS", &keys);
        let call = range.iter().fold(call, |call, (name, time)| call.replace(name, time));
        format!("curl -s {call}")
    };
    let credential = format!("Demo account {ACCOUNT}: client id {CLIENT_ID}, secret {SECRET}, token {token}");
    let page = format!("In a browser: {url}/");
    Banner { lines: [credential, page, String::new()].into_iter().chain(CALLS.iter().map(call)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_has_one_call_for_each_endpoint_with_nothing_left_to_fill_in() {
        let lines = banner("http://127.0.0.1:3000").lines;
        assert_eq!(lines.len(), 20);
        assert_eq!(lines.get(1).map(String::as_str), Some("In a browser: http://127.0.0.1:3000/"));
        assert_eq!(
            lines.get(4).map(String::as_str),
            Some(
                "curl -s http://127.0.0.1:3000/dashboard_user/get -H 'Content-Type: application/json' -d '{\"client_id\": \"demo\", \
                 \"secret\": \"local-demo-secret\", \"dashboard_user_id\": \"usr_demo_00\"}'"
            )
        );
        for placeholder in ["URL", "ACCOUNT", "TOKEN", "KEYS", "FROM", "TOT"] {
            assert!(!lines.iter().any(|line| line.contains(placeholder)), "{placeholder}: {lines:?}");
        }
    }
}
