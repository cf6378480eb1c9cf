//! What an operator changes of a destination. Each change is an event of the account's trail.

use super::found::found;
use super::said::reveal;
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use shared::destination::Destination;
use shared::destination::change::{Change, Deed};
use shared::destination::secret::WebhookSecret;
use shared::destination::target::Target;
use shared::process::clock;
use shared::process::event_ids::event_ids;
use shared::process::secret::webhook_secret;
use shared::store::usage::Usage;
use shared::store::{AuditStore, DestinationError};
use shared::values::destination_id::DestinationId;
use shared::values::timestamp::Timestamp;

/// Longest name of an operator that is kept, in characters.
const NAME_LENGTH_MAX: usize = 200;

/// Who does it, as the trail is told.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct By {
    /// Name of whoever does it, for the event in the trail
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true, default_value = "operator")]
    by: String,
}

impl By {
    /// The deed.
    pub(super) fn deed(&self, now: Timestamp) -> Deed {
        let name: String = self.by.chars().filter(|c| !c.is_control()).take(NAME_LENGTH_MAX).collect();
        Deed::of_operator(Some(name), event_ids(now)(), now)
    }
}

/// The error with its cause, for people.
pub(super) fn refused(error: DestinationError) -> BoxError {
    match error {
        DestinationError::Changed => {
            "somebody else changed the destination at the same time; look at it and try again".into()
        }
        DestinationError::Illegal(illegal) => illegal.into(),
        error @ (DestinationError::TooMany | DestinationError::Store(_)) => error.into(),
    }
}

async fn change(store: &AuditStore, seen: &Destination, change: &Change, by: &By) -> Result<Destination, BoxError> {
    let deed = by.deed(clock::now());
    store.change_destination(seen, change, &deed, &Usage::default()).await.map_err(refused)
}

/// Pauses a destination.
pub(super) async fn pause(store: &AuditStore, id: &DestinationId, why: String, by: &By) -> Result<(), BoxError> {
    let seen = found(store, id).await?;
    let paused = change(store, &seen, &Change::Pause { why }, by).await?;
    Ok(say(&format!("{id} is paused; it stands at position {}.", paused.progress.position))?)
}

/// Resumes a destination, from where it stands or from the end of the log.
pub(super) async fn resume(store: &AuditStore, id: &DestinationId, purges: bool, by: &By) -> Result<(), BoxError> {
    let seen = found(store, id).await?;
    let from = seen.progress.position;
    if !purges {
        change(store, &seen, &Change::Resume, by).await?;
        return Ok(say(&format!("{id} goes on at position {from}."))?);
    }
    let to = store.log_end(&seen.account, &Usage::default()).await?.position.max(from);
    change(store, &seen, &Change::Purge { to }, by).await?;
    Ok(say(&format!(
        "{id} goes on at position {to}; positions {from} to {to} are never sent, the last not among them."
    ))?)
}

/// Removes a destination.
pub(super) async fn remove(store: &AuditStore, id: &DestinationId, by: &By) -> Result<(), BoxError> {
    let seen = found(store, id).await?;
    let removed = change(store, &seen, &Change::Remove, by).await?;
    Ok(say(&format!("{id} is removed; it had got to position {}.", removed.progress.position))?)
}

/// Gives a webhook a second secret.
pub(super) async fn rotate(
    store: &AuditStore,
    id: &DestinationId,
    secret: Option<WebhookSecret>,
    by: &By,
) -> Result<(), BoxError> {
    let seen = found(store, id).await?;
    let there = secrets(&seen)?;
    if there.len() >= WebhookSecret::SECRETS_MAX {
        let retire = format!("audit destination rotate {id} --retire");
        return Err(format!("{id} has two secrets already; end the older one first: {retire}").into());
    }
    let secret = secret.map_or_else(webhook_secret, Ok)?;
    let new = [secret.clone()].into_iter().chain(there.iter().cloned()).collect();
    change(store, &seen, &Change::Secrets(new), by).await?;
    reveal(&format!(
        "secret     {}\n\nBoth secrets sign from now on. Once the receiver verifies by the new one, end the other:\n  audit destination rotate {id} --retire",
        secret.reveal()
    ))
}

/// Ends the secret before the newest.
pub(super) async fn retire(store: &AuditStore, id: &DestinationId, by: &By) -> Result<(), BoxError> {
    let seen = found(store, id).await?;
    let [newest, _older, ..] = secrets(&seen)? else {
        return Err(format!("{id} has one secret only; rotate it first").into());
    };
    let newest = vec![newest.clone()];
    change(store, &seen, &Change::Secrets(newest), by).await?;
    Ok(say(&format!("The older secret of {id} is ended."))?)
}

fn secrets(destination: &Destination) -> Result<&[WebhookSecret], BoxError> {
    match &destination.target {
        Target::Https { secrets, .. } => Ok(secrets),
        Target::S3 { .. } | Target::EventBridge { .. } => {
            Err(format!("{} is no webhook, and has no secret", destination.id).into())
        }
    }
}
