//! Measures cold starts: runs Lambda functions against a stand-in of the Lambda runtime API and prints a table.

mod binary;
mod environment;
mod fixture;
mod run;
mod runtime_api;
mod statistics;
mod table;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::{
    fixture::Function,
    run::{Measured, Settings},
};

/// Runs functions against a stand-in of the Lambda runtime API and prints, as Markdown, what starting and answering cost.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folders of functions/, or `minimal`; if none is named, all whose payload can be repeated
    functions: Vec<String>,
    /// How often each function is started
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: u32,
    /// Warm invocations after the first one of each run
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    warm: u32,
    /// DynamoDB-compatible endpoint that the functions read from
    #[arg(long, default_value = "http://127.0.0.1:8000")]
    endpoint: String,
    /// Name of the table
    #[arg(long, default_value = "audit")]
    table: String,
    /// Where the binaries are
    #[arg(long, default_value = "target/release")]
    profile_dir: PathBuf,
    /// Status that a function's fixture is answered with, where it is not 200
    #[arg(long, value_name = "FUNCTION=STATUS", value_parser = fixture::parse_expectation)]
    expect: Vec<(String, u16)>,
    /// Further environment variables for every function
    #[arg(long, value_name = "NAME=VALUE", value_parser = environment::parse_variable)]
    env: Vec<(String, String)>,
    /// Function that the ratios are against
    #[arg(long, default_value = "minimal")]
    baseline: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let names = if arguments.functions.is_empty() { fixture::repeatable_functions()? } else { arguments.functions };
    let known = [fixture::all_functions()?, names.clone()].concat();
    if let Some((unknown, _)) = arguments.expect.iter().find(|(name, _)| !known.contains(name)) {
        bail!("--expect names {unknown}, which is no function");
    }
    let functions = names
        .into_iter()
        .map(|name| Function::load(name, &arguments.profile_dir, &arguments.expect))
        .collect::<Result<Vec<_>>>()?;
    let settings = Settings {
        warm: arguments.warm,
        endpoint: arguments.endpoint,
        table: arguments.table,
        variables: arguments.env,
        log_dir: arguments.profile_dir.join("coldstart-logs"),
    };
    std::fs::create_dir_all(&settings.log_dir)?;

    let measured = measure(&functions, &settings, arguments.runs).await?;

    let rows = functions.iter().zip(measured).map(|(function, measured)| table::Row::new(function, &measured));
    #[expect(clippy::print_stdout, reason = "the table is the result")]
    {
        print!("{}", table::render(&rows.collect::<Result<Vec<_>>>()?, &arguments.baseline));
    }
    Ok(())
}

/// Runs the functions in turn, A B C C B A …, so that what disturbs the machine disturbs them alike and none always
/// follows the same other one. The first round only fills the page cache and is not counted.
async fn measure(functions: &[Function], settings: &Settings, runs: u32) -> Result<Vec<Measured>> {
    let mut measured: Vec<Measured> = functions.iter().map(|_| Measured::default()).collect();
    for round in 0..=runs {
        let mut turns: Vec<_> = functions.iter().zip(&mut measured).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for (function, measured) in turns {
            let name = &function.name;
            let one = run::run(function, settings).await.with_context(|| format!("{name}, round {round}"))?;
            if round > 0 {
                measured.add(one);
            }
        }
    }
    Ok(measured)
}
