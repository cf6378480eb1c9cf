//! `audit log`: looks after the logs of the accounts.

mod key;
mod restart;
mod status;

use crate::connection::Connection;
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use log_reconcile::{Failed, Outcome};
use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::values::ids::AccountId;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Hold the log of every account against the table now, as the service does every six hours: what is missing from a log is put in
    /// it, what is missing from the table is named
    Reconcile {
        /// Print `{"accounts","accounts_failed","accounts_left","days_compared","events_compared","entries_appended","differences"}`
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Print the key that `audit verify` and other verifiers are given, one line for each log of rounds, the newest last
    Key {
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Show the newest signature: of when, over how many rounds, with which key; and what of an account is not signed yet
    Status {
        /// Account to look at
        #[arg(long, value_parser = AccountId::parse, allow_hyphen_values = true)]
        account: Option<AccountId>,
        /// Print `{"origin","key_id","generation","rounds","accounts","signed_at","age_s"}` and, of an account, `"account":{"entries","signed","unsigned"}`
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Begin a new log of rounds: after the table was restored, or with another key
    Restart(Box<restart::Options>),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The table cannot be read or written, an account could not be reconciled, a table has lost or changed events, or there is no log of
    /// rounds as it would have to be.
    pub(crate) async fn run(self) -> Result<(), BoxError> {
        match self {
            Self::Reconcile { json, connection } => reconcile(&App::new(connection.open().await?), json).await,
            Self::Key { connection } => key::run(&connection.open().await?).await,
            Self::Status { account, json, connection } => status::run(&connection.open().await?, account, json).await,
            Self::Restart(options) => restart::run(*options).await,
        }
    }
}

async fn reconcile(app: &App, json: bool) -> Result<(), BoxError> {
    let (outcome, failed) = match log_reconcile::handle(app, &Invocation::default()).await {
        Ok(outcome) => (outcome, None),
        Err(Failed::Some(outcome)) => (outcome, Some(Failed::Some(outcome))),
        Err(failed @ Failed::Accounts(_)) => return Err(failed.into()),
    };
    let said = if json { serde_json::to_string(&outcome)? } else { text(&outcome) };
    say(&said)?;
    if let Some(failed) = failed {
        return Err(failed.into());
    }
    match outcome.differences {
        0 => Ok(()),
        1 => Err("1 event is not in the table as it is in the log: it is named above".into()),
        many => Err(format!("{many} events are not in the table as they are in the log: they are named above").into()),
    }
}

fn text(outcome: &Outcome) -> String {
    let Outcome { accounts, days_compared, events_compared, entries_appended, differences, .. } = outcome;
    format!(
        "accounts          {accounts}\ndays compared     {days_compared}\nevents compared   {events_compared}\n\
         events appended   {entries_appended}\ndifferences       {differences}"
    )
}
