//! `audit`, the operator's tool. Exit code 0: done; 1: it could not be done; 2: the command line is wrong.

use std::io::{self, Write as _};
use std::process::ExitCode;

use audit_cli::cli::Cli;
use audit_cli::error_line;
use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(io::stderr).init();
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "audit: {}", error_line(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
