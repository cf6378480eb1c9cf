//! Runs a property on every engine, for as many cases as CI has time for.

use crate::bed::Bed;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestCaseResult, TestRunner};

/// Cases of a property, unless `PROPTEST_CASES` says otherwise.
const CASES: u32 = 48;

/// Most runs that look for a smaller case that fails too, and the longest that they may take.
const SHRINK_ITERATIONS_MAX: u32 = 2_000;
const SHRINK_MS_MAX: u32 = 60_000;

/// Checks a property on every engine. The cases that ever failed stand in `proptest-regressions`, beside the folder of the
/// suite, and come first.
///
/// # Panics
/// If a case fails: with the smallest that was found.
pub fn holds<S: Strategy>(
    source_file: &'static str,
    cases: S,
    check: &impl AsyncFn(&Bed, &S::Value) -> TestCaseResult,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let beds = runtime.block_on(Bed::on_each_engine());
    let mut runner = TestRunner::new(config(source_file));
    let outcome = runner.run(&cases, |case| {
        runtime.block_on(async {
            for bed in &beds {
                check(bed, &case).await.map_err(|error| TestCaseError::fail(format!("{}: {error}", bed.engine)))?;
            }
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the suites are told by the environment how many cases there is time for"
)]
fn config(source_file: &'static str) -> Config {
    let given = Config::default(); // reads the environment
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { given.cases } else { CASES };
    Config {
        cases,
        source_file: Some(source_file),
        max_shrink_iters: given.max_shrink_iters.min(SHRINK_ITERATIONS_MAX),
        max_shrink_time: SHRINK_MS_MAX,
        ..given
    }
}
