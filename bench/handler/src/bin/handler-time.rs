//! Measures the processor time of each step with Criterion, in the profile that ships: a bench target would be built to unwind.

use criterion::{BatchSize, Criterion};
use handler::CpuTime;
use handler::steps::steps;
use shared::process::config::Config;

fn main() {
    let config = Config::from_lookup(|name| (name == "TABLE_NAME").then(|| "audit".to_owned()));
    shared::process::log::start(&config.expect("a configuration")); // the line of each request is part of what it costs
    let mut criterion = Criterion::default().with_measurement(CpuTime).configure_from_args();
    for step in steps() {
        let mut group = criterion.benchmark_group(step.page);
        group.bench_function(step.name, |bencher| {
            bencher.iter_batched(|| step.prepare(), |work| work(), BatchSize::SmallInput);
        });
        group.finish();
    }
    criterion.final_summary();
}
