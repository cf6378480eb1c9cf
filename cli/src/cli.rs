//! The command line: one variant, and one line of its `run`, for each subcommand.

use aws_sdk_dynamodb::error::BoxError;

use crate::commands::{credential, destination, export, import, log, record, serve, tail, verify};

/// An audit trail that a team runs itself.
#[derive(Debug, clap::Parser)]
#[command(name = "audit", version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Run the whole service on this machine, with a store of its own
    Serve(serve::Options),
    /// Make, list, rotate and revoke credentials
    #[command(subcommand)]
    Credential(credential::Command),
    /// Send the events of an account to a bucket, a webhook or an event bus
    #[command(subcommand)]
    Destination(destination::Command),
    /// Read users or events from a file, and write each once
    Import(import::Options),
    /// Record one event, through the service or straight into the table
    Record(Box<record::Options>),
    /// Show the last events of an account, and those that come
    Tail(tail::Options),
    /// Write the events of an account to a file, in the order in which they arrived
    Export(export::Options),
    /// Look after the logs of the accounts
    #[command(subcommand)]
    Log(log::Command),
    /// Show offline whether an exported history is the one that was sealed
    Verify(verify::Options),
}

impl Cli {
    /// Runs the subcommand.
    ///
    /// # Errors
    /// Whatever the subcommand could not do.
    pub async fn run(self) -> Result<(), BoxError> {
        self.command.run().await
    }
}

impl Command {
    async fn run(self) -> Result<(), BoxError> {
        match self {
            Self::Serve(options) => Ok(serve::run(options).await?),
            Self::Credential(command) => command.run().await,
            Self::Destination(command) => command.run().await,
            Self::Import(options) => import::run(options).await,
            Self::Record(options) => record::run(*options).await,
            Self::Tail(options) => tail::run(options).await,
            Self::Export(options) => export::run(options).await,
            Self::Log(command) => command.run().await,
            Self::Verify(options) => verify::run(options).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory as _, Parser as _};

    fn serve_options(arguments: &[&str]) -> serve::Options {
        let cli = Cli::try_parse_from([&["audit", "serve"], arguments].concat()).unwrap();
        let Command::Serve(options) = cli.command else { panic!("another subcommand") };
        options
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_default_to_what_their_default_says() {
        assert_eq!(format!("{:?}", serve_options(&[])), format!("{:?}", serve::Options::default()));
    }

    #[test]
    fn memory_and_a_data_folder_exclude_each_other() {
        assert!(serve_options(&["--memory"]).memory);
        assert!(Cli::try_parse_from(["audit", "serve", "--memory", "--data-dir", "x"]).is_err());
    }
}
