//! `audit destination add`: makes a destination of one of three kinds.

use super::change::{By, refused};
use super::said::reveal;
use super::shown::Shown;
use crate::accounts;
use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
use events_deliver::send::https::endpoint::Reach;
use shared::destination::header::Header;
use shared::destination::progress::Progress;
use shared::destination::secret::WebhookSecret;
use shared::destination::target::{Bucket, Bus, HEADERS_MAX, Prefix, Target, Url, WINDOW_S_DEFAULT, WINDOW_S_MAX};
use shared::destination::{Destination, Status};
use shared::process::clock;
use shared::process::destination_ids::destination_id;
use shared::process::secret::webhook_secret;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::format::Format;
use shared::values::ids::AccountId;

/// The kind of the destination.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Kind {
    /// Gzipped NDJSON in a bucket of S3: an object a window, or 8 MB
    S3 {
        /// The bucket
        #[arg(long, value_parser = Bucket::parse)]
        bucket: Bucket,
        /// What the names of the objects begin with, ending with /
        #[arg(long, default_value = "", value_parser = Prefix::parse)]
        prefix: Prefix,
        /// Time for which events are gathered into one object, in seconds
        #[arg(long, value_name = "SECONDS", default_value_t = WINDOW_S_DEFAULT, value_parser = clap::value_parser!(u32).range(0..=i64::from(WINDOW_S_MAX)))]
        window: u32,
        #[command(flatten)]
        common: Common,
    },
    /// Signed webhooks, by the Standard Webhooks specification
    Https {
        /// Where they are posted to
        #[arg(long, value_parser = Url::parse)]
        url: Url,
        /// The secret that they are signed with, whsec_ and the base64 of 24 to 64 bytes; a random one if absent
        #[arg(long, value_parser = WebhookSecret::parse)]
        secret: Option<WebhookSecret>,
        /// A header that each carries besides, such as 'Authorization: Bearer TOKEN'; repeat it for more
        #[arg(long = "header", value_name = "NAME: VALUE", value_parser = Header::parse)]
        headers: Vec<Header>,
        /// Let the name stand for an address in a network that is not public
        #[arg(long)]
        allow_private: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Entries on an event bus of EventBridge
    Eventbridge {
        /// Its name, or its ARN
        #[arg(long, value_parser = Bus::parse)]
        bus: Bus,
        #[command(flatten)]
        common: Common,
    },
}

/// What all kinds have.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Account whose events it gets
    #[arg(long, value_parser = AccountId::parse, allow_hyphen_values = true)]
    account: AccountId,
    /// How each event is written: audit, ocsf or cloudevents
    #[arg(long, default_value = "audit", value_parser = Format::parse)]
    format: Format,
    /// Where it begins: with the first event of the account, or with those that come from now on
    #[arg(long, default_value = "beginning", value_parser = ["beginning", "now"])]
    from: String,
    /// Print `{"id","account","kind","target","format","position"}` and, of a webhook, `"secret"`
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    by: By,
    /// The table
    #[command(flatten)]
    connection: Connection,
}

impl Kind {
    /// Makes it.
    ///
    /// # Errors
    /// There is no such account, it has too many destinations, or the table cannot be reached.
    pub(super) async fn run(self) -> Result<(), BoxError> {
        let (target, common) = match self {
            Self::S3 { bucket, prefix, window, common } => (Target::S3 { bucket, prefix, window_s: window }, common),
            Self::Https { url, secret, headers, allow_private, common } => {
                if headers.len() > HEADERS_MAX {
                    return Err(format!("--header may be given {HEADERS_MAX} times at most").into());
                }
                let secrets = vec![secret.map_or_else(webhook_secret, Ok)?];
                (Target::Https { url, secrets, headers, allows_private: allow_private }, common)
            }
            Self::Eventbridge { bus, common } => (Target::EventBridge { bus }, common),
        };
        let is_local = common.connection.is_local();
        if is_local && matches!(target, Target::EventBridge { .. }) {
            return Err("audit serve has no EventBridge: make such a destination in a deployed stack".into());
        }
        // What the senders would refuse is refused here, where somebody can mend it.
        events_deliver::target(&target, if is_local { Reach::Loopback } else { Reach::Internet })?;
        let store = common.connection.clone().open().await?;
        accounts::must_exist(&store, &common.account).await?;
        common.make(&store, target).await
    }
}

impl Common {
    async fn make(self, store: &AuditStore, target: Target) -> Result<(), BoxError> {
        let (usage, now) = (Usage::default(), clock::now());
        let position = match self.from.as_str() {
            "now" => store.log_end(&self.account, &usage).await?.position,
            _ => 0, // the beginning
        };
        let destination = Destination {
            id: destination_id(),
            account: self.account,
            target,
            format: self.format,
            created_at: now,
            changed_at: now,
            status: Status::Active,
            progress: Progress::from(position),
        };
        store.create_destination(&destination, &self.by.deed(now), &usage).await.map_err(refused)?;
        show(&destination, self.json)
    }
}

fn show(destination: &Destination, json: bool) -> Result<(), BoxError> {
    let (id, account) = (destination.id.as_str(), destination.account.as_str());
    let (format, position) = (destination.format.as_str(), destination.progress.position);
    let secret = match &destination.target {
        Target::Https { secrets, .. } => secrets.first(),
        Target::S3 { .. } | Target::EventBridge { .. } => None,
    };
    if json {
        return reveal(&Shown::of(destination).with_secret(secret).json());
    }
    let target = &destination.target;
    let head = format!(
        "id         {id}\naccount    {account}\ntarget     {target}\nformat     {format}\nbegins at  position {position}"
    );
    match secret {
        None => reveal(&head),
        Some(secret) => reveal(&format!(
            "{head}\nsecret     {}\n\nThe receiver verifies signatures by it. No command shows it again.",
            secret.reveal()
        )),
    }
}
