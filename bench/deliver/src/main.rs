//! What deliveries take: the time from an event to a receiver of webhooks in `audit serve`, and events a second and requests for each kind
//! of destination over the embedded engine, with receivers on this machine that take everything at once.
//!
//! ```text
//! cargo run --release --package deliver                10,000 events to each kind, 200 events one by one
//! cargo run --release --package deliver -- 1000 50
//! cargo run --release --package deliver -- 10000 200 target/lambda-shipped/events-deliver/bootstrap
//! ```
//!
//! With a function's binary it says how much memory that takes as well.

#![expect(clippy::print_stdout, reason = "it prints figures")]

mod kinds;
mod made;
mod memory;
mod takes;
mod to_receiver;

use anyhow::{Context as _, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: usize| arguments.next().map_or(Ok(otherwise), |text| text.parse().context("a number"));
    let (events, singles) = (number(10_000)?, number(200)?);
    let folder = tempfile::tempdir()?;
    to_receiver::measure(folder.path(), events, singles).await?;
    kinds::measure(folder.path(), events).await?;
    match arguments.next() {
        None => Ok(()),
        Some(function) => memory::measure(folder.path(), function.as_ref()).await,
    }
}
