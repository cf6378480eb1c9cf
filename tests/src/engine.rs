//! The engines that the suites run against: the embedded one always, Amazon's DynamoDB Local where `DYNAMODB_LOCAL_URL`
//! says that it runs. Each has one table, which all tests of a process share: they are kept apart by their accounts.

use crate::captured_log;
use crate::shipped_template::shipped_template;
use audit_cli::engine::{Engine, Storage, client, create_table_if_absent};
use std::io::Write as _;
use std::sync::OnceLock;
use tokio::sync::OnceCell;

/// An engine, and the table in it that tests share.
#[derive(Debug, Clone)]
pub struct Place {
    /// What the engine is, for messages.
    pub engine: &'static str,
    /// Where it listens.
    pub endpoint_url: String,
    /// The table.
    pub table: String,
}

/// The embedded engine, started with the first test that asks.
pub async fn embedded() -> Place {
    static TABLE: OnceCell<Place> = OnceCell::const_new();
    TABLE.get_or_init(|| place("embedded", embedded_url())).await.clone()
}

/// The embedded engine, with a table of the test's own.
pub async fn embedded_with_own_table() -> Place {
    place("embedded", embedded_url()).await
}

/// Every engine there is.
pub async fn each() -> Vec<Place> {
    static TABLE: OnceCell<Option<Place>> = OnceCell::const_new();
    let local = TABLE.get_or_init(async || {
        let url = dynamodb_local_url();
        let ran =
            url.as_deref().map_or("DYNAMODB_LOCAL_URL is not set, so DynamoDB Local is left out".to_owned(), |url| {
                format!("and DynamoDB Local at {url}")
            });
        // Straight to standard error, which the test harness does not hold back.
        let _ = writeln!(std::io::stderr(), "store tests run on the embedded engine; {ran}");
        match url {
            Some(url) => Some(place("DynamoDB Local", url).await),
            None => None,
        }
    });
    [embedded().await].into_iter().chain(local.await.clone()).collect()
}

/// Every engine there is, with a table of the test's own on each.
pub async fn each_with_own_table() -> Vec<Place> {
    let mut places = vec![embedded_with_own_table().await];
    if let Some(url) = dynamodb_local_url() {
        places.push(place("DynamoDB Local", url).await);
    }
    places
}

async fn place(engine: &'static str, endpoint_url: String) -> Place {
    captured_log::begin();
    let table = format!("audit-test-{:016x}", fastrand::u64(..));
    let made = create_table_if_absent(&client(&endpoint_url), &table, &shipped_template().table).await;
    assert!(made.expect("the engine makes the table"), "a table of that random name was there");
    Place { engine, endpoint_url, table }
}

fn embedded_url() -> String {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    let start = || Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into()).expect("the embedded engine starts");
    ENGINE.get_or_init(start).endpoint_url()
}

#[expect(clippy::disallowed_methods, reason = "the suites are told by the environment which engines there are")]
fn dynamodb_local_url() -> Option<String> {
    std::env::var("DYNAMODB_LOCAL_URL").ok().filter(|url| !url.is_empty())
}
