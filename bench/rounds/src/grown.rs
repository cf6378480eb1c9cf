//! A round of accounts of which each has grown, over the embedded engine: what the engine takes is in it.

use anyhow::{Context as _, Result};
use audit_cli::engine::{Engine, Storage};
use audit_cli::template::Template;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use log_sign::{Archive, Means, Signer, State};
use shared::log::append::Change;
use shared::log::entry::Entry;
use shared::log::hash::Hash;
use shared::process::app::App;
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::proof::key::{Origin, PrivateKey};
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use std::time::Instant;

/// Accounts that are written at once.
const AT_ONCE: usize = 16;

/// Makes so many accounts, gives each an entry, and seals them; then the same again, by a container that remembers them.
pub(crate) async fn measure(accounts: usize) -> Result<()> {
    let engine = Engine::start(&Storage::Memory, ([127, 0, 0, 1], 0).into())?;
    engine.create_table_if_absent("audit", &Template::built_in()?.table).await?;
    let app = App::new(AuditStore::new(engine.client().clone(), "audit"));
    let ids = (0..accounts).map(|n| AccountId::parse(&format!("account-{n}"))).collect::<Result<Vec<_>, _>>()?;
    let means = Means {
        origin: Origin::parse("bench/log")?,
        signer: Signer::Memory(PrivateKey::from_seed(&[7; 32]).context("a seed")?),
        archive: Archive::Nothing,
        late_marks_ms: log_sign::LATE_MARKS_MS,
    };
    let mut state = State::default();
    // A first round of nobody, so that the next one reads marks and not the list of accounts.
    log_sign::handle(&app, &means, &mut state, &Invocation::default()).await?;
    for of in ["first", "second"] {
        grow(app.store(), &ids, of).await?;
        let started = Instant::now();
        let outcome = log_sign::handle(&app, &means, &mut state, &Invocation::default()).await?;
        anyhow::ensure!(outcome.accounts_changed == accounts, "{outcome:?}");
        println!("a round, {accounts} accounts grown, {of}    {:.1} s", started.elapsed().as_secs_f64());
    }
    Ok(())
}

async fn grow(store: &AuditStore, accounts: &[AccountId], sk: &str) -> Result<()> {
    let usage = &Usage::default();
    let text = format!("event/1 00 2024-01-01T00:00:00.000Z#{sk} - {}\n", Hash::of(&[sk.as_bytes()]));
    let change = Change {
        entry: Entry::parse(&text).context("an entry")?,
        number: None,
        created_at_s: Some(clock::now().epoch_ms().unsigned_abs() / 1_000),
        item_bytes: 600,
    };
    let change = std::slice::from_ref(&change);
    let appended = accounts.iter().map(|account| store.append_to_log(account, change, clock::now, usage));
    stream::iter(appended).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
    for (number, some) in accounts.chunks(500).enumerate() {
        let some: Vec<_> = some.iter().collect();
        store.mark_logs_grown(&some, &format!("{sk}-{number}"), clock::now(), usage).await?;
    }
    Ok(())
}
