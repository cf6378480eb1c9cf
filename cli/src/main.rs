//! `audit`, the operator's tool. Exit code 0: done; 1: it could not be done; 2: the command line is wrong. `audit verify` has more.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use audit_cli::cli::Cli;
use audit_cli::{error_line, exit_code};
use clap::Parser as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr();
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "audit: {}", error_line(error.as_ref()));
            ExitCode::from(exit_code(&error))
        }
    }
}

/// What goes wrong inside, for whoever runs this. The engine's own warnings are left out: it has one for every request
/// that it refuses, and a condition that does not hold is no fault.
fn log_to_stderr() {
    let wanted = Targets::new().with_default(LevelFilter::WARN).with_target("dynoxide", LevelFilter::ERROR);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines.with_filter(wanted)).init();
}
