//! `audit destination`: where the events of an account are sent by themselves, and how far that has got.

mod add;
mod change;
mod found;
mod said;
mod shown;
mod status;
mod trial;

use crate::accounts;
use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
use shared::destination::secret::WebhookSecret;
use shared::values::destination_id::DestinationId;
use shared::values::ids::AccountId;
use std::path::PathBuf;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a destination, and show its id and, of a webhook, its secret
    #[command(subcommand)]
    Add(add::Kind),
    /// List the destinations of an account, or of all
    List {
        /// The account
        #[arg(long, value_parser = AccountId::parse, allow_hyphen_values = true)]
        account: Option<AccountId>,
        /// Print one JSON object a line
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Show how far a destination has got, since when and why it fails, and when it is tried again
    Status {
        /// Its id
        #[arg(value_parser = DestinationId::parse)]
        id: DestinationId,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Send nothing more for now; its position stays
    Pause {
        /// Its id
        #[arg(value_parser = DestinationId::parse)]
        id: DestinationId,
        /// The reason, for whoever looks at it later
        #[arg(long, default_value = "by hand")]
        why: String,
        #[command(flatten)]
        by: change::By,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Go on where it stands, at once, also if it waits after failures
    Resume {
        /// Its id
        #[arg(value_parser = DestinationId::parse)]
        id: DestinationId,
        /// `now` purges what waits: it is never sent, and the trail says so
        #[arg(long, value_name = "now", value_parser = ["now"])]
        from: Option<String>,
        #[command(flatten)]
        by: change::By,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Remove a destination, for good, and forget its secrets
    Remove {
        /// Its id
        #[arg(value_parser = DestinationId::parse)]
        id: DestinationId,
        #[command(flatten)]
        by: change::By,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Give a webhook a second secret, and show it: both sign until --retire
    Rotate {
        /// Its id
        #[arg(value_parser = DestinationId::parse)]
        id: DestinationId,
        /// The new secret, whsec_ and the base64 of 24 to 64 bytes; a random one if absent
        #[arg(long, value_parser = WebhookSecret::parse, conflicts_with = "retire")]
        secret: Option<WebhookSecret>,
        /// Make no new secret: end the one before the newest
        #[arg(long)]
        retire: bool,
        #[command(flatten)]
        by: change::By,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
    /// Send something that is no event from this machine, and say whether it arrived
    Test {
        /// Its id
        #[arg(value_parser = DestinationId::parse)]
        id: DestinationId,
        /// Folder that stands for S3 where --local is given
        #[arg(long, value_name = "DIR", default_value = ".audit/objects")]
        objects_dir: PathBuf,
        /// The table
        #[command(flatten)]
        connection: Connection,
    },
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// The table cannot be reached, there is no such destination, or it is not as it would have to be.
    pub(crate) async fn run(self) -> Result<(), BoxError> {
        match self {
            Self::Add(kind) => kind.run().await,
            Self::List { account, json, connection } => {
                let store = connection.open().await?;
                if let Some(account) = &account {
                    accounts::must_exist(&store, account).await?;
                }
                status::list(&store, account, json).await
            }
            Self::Status { id, json, connection } => status::show(&connection.open().await?, &id, json).await,
            Self::Pause { id, why, by, connection } => change::pause(&connection.open().await?, &id, why, &by).await,
            Self::Resume { id, from, by, connection } => {
                change::resume(&connection.open().await?, &id, from.is_some(), &by).await
            }
            Self::Remove { id, by, connection } => change::remove(&connection.open().await?, &id, &by).await,
            Self::Rotate { id, secret, retire, by, connection } => {
                let store = connection.open().await?;
                if retire {
                    change::retire(&store, &id, &by).await
                } else {
                    change::rotate(&store, &id, secret, &by).await
                }
            }
            Self::Test { id, objects_dir, connection } => trial::run(connection, &id, objects_dir).await,
        }
    }
}
