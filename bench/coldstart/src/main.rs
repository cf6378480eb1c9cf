//! Measures cold starts: runs Lambda functions against a stand-in of the Lambda runtime API and prints a table.

mod environment;
mod event;
mod fixture;
mod package;
mod run;
mod settings;
mod statistics;
mod table;
mod tls;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Parser;
use hyper::body::Bytes;
use serde_json::Value;

use crate::{fixture::Function, run::Measured, settings::Settings, tls::Tls};

/// Runs functions against a stand-in of the Lambda runtime API and prints, as Markdown, what starting and answering cost.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folders of functions/, `minimal`, or the ports `python` and `node`; if none is named, all
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
    /// Where the ports to other languages are set up
    #[arg(long, default_value = ".tools/bench")]
    ports_dir: PathBuf,
    /// Status that a function's fixture is answered with, where it is not 200
    #[arg(long, value_name = "FUNCTION=STATUS", value_parser = fixture::parse_expectation)]
    expect: Vec<(String, u16)>,
    /// Further environment variables for every function
    #[arg(long, value_name = "NAME=VALUE", value_parser = environment::parse_variable)]
    env: Vec<(String, String)>,
    /// Put TLS before the endpoint, as Amazon's has
    #[arg(long)]
    tls: bool,
    /// Control group that each process is put into after its first poll, so that answers have a share of a processor
    #[arg(long, value_name = "FOLDER")]
    cgroup: Option<PathBuf>,
    /// Function that the ratios are against
    #[arg(long, default_value = "minimal")]
    baseline: String,
    /// File that the figures are written to as well, for `bench/report`
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let (others, makers) = load(&arguments)?;
    let log_dir = arguments.profile_dir.join("coldstart-logs");
    std::fs::create_dir_all(&log_dir)?;
    let tls = arguments.tls.then(|| Tls::start(&arguments.endpoint, &log_dir)).transpose()?;
    let settings = Settings {
        warm: arguments.warm,
        endpoint: tls.as_ref().map_or(arguments.endpoint, |tls| tls.endpoint.clone()),
        table: arguments.table,
        variables: arguments.env,
        trust: tls.as_ref().map(Tls::variables).unwrap_or_default(),
        log_dir,
        cgroup: arguments.cgroup,
    };

    let mut figures = Vec::new();
    for functions in [others, makers] {
        if functions.is_empty() {
            continue;
        }
        let measured = measure(&functions, &settings, arguments.runs).await?;
        let rows = functions.iter().zip(measured).map(|(function, measured)| table::Row::new(function, &measured));
        let rows = rows.collect::<Result<Vec<_>>>()?;
        #[expect(clippy::print_stdout, reason = "the table is the result")]
        {
            print!("{}{}", table::render(&rows, &arguments.baseline), table::render_times(&rows, fixture::PORTED));
        }
        figures.extend(rows.iter().flat_map(table::Row::figures));
    }
    arguments.json.map_or(Ok(()), |file| write_figures(&file, &figures))
}

fn write_figures(file: &Path, figures: &[Value]) -> Result<()> {
    let unwritable = || format!("{} cannot be written", file.display());
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(unwritable)?;
    }
    std::fs::write(file, serde_json::to_vec_pretty(figures)?).with_context(unwritable)
}

/// Reads the functions that are to be measured: first those that do not feel one another, then those that others would
/// feel, beside the baseline again, for only times of one moment compare.
fn load(arguments: &Arguments) -> Result<(Vec<Function>, Vec<Function>)> {
    let all = fixture::all_functions()?;
    let names = if arguments.functions.is_empty() { &all } else { &arguments.functions };
    let known = [all.as_slice(), names].concat();
    if let Some((unknown, _)) = arguments.expect.iter().find(|(name, _)| !known.contains(name)) {
        bail!("--expect names {unknown}, which is no function");
    }
    let (mut makers, others): (Vec<&String>, Vec<&String>) = names.iter().partition(|name| fixture::is_maker(name));
    if !makers.is_empty() {
        makers.splice(0..0, others.iter().copied().find(|name| **name == arguments.baseline));
    }
    let (profile_dir, ports_dir) = (&arguments.profile_dir, &arguments.ports_dir);
    let load = |name: &String| Function::load(name.clone(), profile_dir, ports_dir, &arguments.expect);
    let others = others.into_iter().map(load).collect::<Result<Vec<_>>>()?;
    let makers = makers.into_iter().map(load).collect::<Result<Vec<_>>>()?;
    let is_ported_there = others.iter().any(|function| function.name == fixture::PORTED);
    if !is_ported_there && others.iter().any(Function::is_port) {
        bail!("a port is measured beside {}, whose answer it must give: name it too", fixture::PORTED);
    }
    Ok((others, makers))
}

/// Seed of the order, so that each run of the bench has the same.
const SEED: u64 = 1;

/// Runs the functions in turn, each round in another order, so that what disturbs the machine disturbs them alike, and none
/// always follows the same other one, or ever itself: a start is quicker where the one before it was the same function's. The
/// first round, in the order of the names, fills the page cache and holds the ports' answers against what they are ports of;
/// it is not counted. Later something may be recorded between the two.
async fn measure(functions: &[Function], settings: &Settings, runs: u32) -> Result<Vec<Measured>> {
    let mut measured: Vec<Measured> = functions.iter().map(|_| Measured::default()).collect();
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut last = None;
    for round in 0..=runs {
        let mut turns: Vec<_> = functions.iter().zip(&mut measured).collect();
        if round > 0 {
            random.shuffle(&mut turns);
        }
        if turns.first().map(|(function, _)| &function.name) == last {
            turns.rotate_left(1);
        }
        last = turns.last().map(|(function, _)| &function.name);
        let mut answers = Vec::with_capacity(functions.len());
        for (function, measured) in turns {
            let name = &function.name;
            let one = run::run(function, settings).await.with_context(|| format!("{name}, round {round}"))?;
            answers.extend(one.answer().map(|answer| (function, answer.clone())));
            if round > 0 {
                measured.add(one);
            }
        }
        if round == 0 {
            check_ports(&answers)?;
        }
    }
    Ok(measured)
}

/// Refuses a port that answered otherwise than the function it is a port of.
fn check_ports(answers: &[(&Function, Bytes)]) -> Result<()> {
    let Some((_, ported)) = answers.iter().find(|(function, _)| function.name == fixture::PORTED) else {
        return Ok(());
    };
    for (port, answer) in answers.iter().filter(|(function, _)| function.is_port()) {
        fixture::check_port(ported, answer).with_context(|| format!("{} is not the same endpoint", port.name))?;
    }
    Ok(())
}
