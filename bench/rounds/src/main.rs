//! What sealing takes: the map of all accounts, a round of many accounts that have grown, and the time from an event to its
//! signature.
//!
//! ```text
//! cargo run --release --package rounds                the map, and a round over the embedded engine
//! cargo run --release --package rounds -- 120         and for so many seconds, the time to the signature in `audit serve`
//! ```

#![expect(clippy::print_stdout, reason = "it prints figures")]

mod grown;
mod to_signature;

use anyhow::{Context as _, Result};
use cpu_time::ThreadTime;
use shared::log::hash::Hash;
use shared::proof::head::{AccountKey, Head};
use shared::proof::map::{Map, PAD_BYTES, Pad};
use shared::values::ids::AccountId;

/// Times that each map is made; the figure is that in the middle.
const TIMES: usize = 5;

#[tokio::main]
async fn main() -> Result<()> {
    for accounts in [10_000, 100_000] {
        let (map_ms, claim_us) = map(accounts)?;
        println!("map of {accounts} accounts             {map_ms:.0} ms of a processor");
        println!("path of one of them               {claim_us:.0} us of a processor");
    }
    grown::measure(10_000).await?;
    if let Some(seconds) = std::env::args().nth(1) {
        to_signature::measure(seconds.parse().context("seconds")?).await?;
    }
    Ok(())
}

/// Milliseconds that the map of so many accounts takes, and microseconds that a path in it takes.
fn map(accounts: usize) -> Result<(f64, f64)> {
    let key = |n: usize| AccountId::parse(&format!("account-{n}")).map(|account| AccountKey::of(&account));
    let keys = (0..accounts).map(key).collect::<Result<Vec<_>, _>>()?;
    let head = Head { size: 1_000, root: Hash::of(&[b"root"]) };
    let (mut made, mut claimed) = (Vec::new(), Vec::new());
    for time in 0..TIMES {
        let pad = Pad::new([time as u8; PAD_BYTES]);
        let started = ThreadTime::now();
        let map = Map::new(pad, keys.iter().map(|key| (*key, head))).context("two accounts of one place")?;
        made.push(started.elapsed());
        let started = ThreadTime::now();
        let shown = keys.iter().take(100).map(|key| map.claim(*key).1.len()).sum::<usize>();
        claimed.push(started.elapsed());
        anyhow::ensure!(shown == 4_800, "a path has 48 hashes");
    }
    made.sort_unstable();
    claimed.sort_unstable();
    let middle = |times: &[std::time::Duration]| times.get(TIMES / 2).map_or(0.0, std::time::Duration::as_secs_f64);
    Ok((middle(&made) * 1e3, middle(&claimed) * 1e6 / 100.0))
}
