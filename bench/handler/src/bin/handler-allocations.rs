//! Counts what each step asks of the allocator, and writes it into a file: one JSON object a line.

use handler::steps::steps;
use serde_json::json;
use shared::process::config::Config;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::fs::File;
use std::io::{self, Write as _};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("usage: handler-allocations FILE"))?;
    let config = Config::from_lookup(|name| (name == "TABLE_NAME").then(|| "audit".to_owned()));
    shared::process::log::start(&config.expect("a configuration"));
    let mut file = File::create(path)?;
    for step in steps() {
        step.prepare()(); // what is made once and kept is not of a page
        let work = step.prepare();
        let region = Region::new(ALLOCATOR);
        work();
        let asked = region.change();
        let count = asked.allocations + asked.reallocations;
        let line = json!({"page": step.page, "step": step.name, "allocations": count, "bytes": asked.bytes_allocated});
        writeln!(file, "{line}")?;
    }
    Ok(())
}
