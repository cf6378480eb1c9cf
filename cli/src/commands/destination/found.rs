//! A destination by its id alone: the list of all says whose it is.

use aws_sdk_dynamodb::error::BoxError;
use shared::destination::Destination;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::values::destination_id::DestinationId;

/// The destination.
///
/// # Errors
/// There never was one with that id, or the table cannot be read.
pub(super) async fn found(store: &AuditStore, id: &DestinationId) -> Result<Destination, BoxError> {
    let usage = Usage::default();
    let listed = store.listed_destinations(&usage).await?;
    let unknown = || format!("there is no destination {id}");
    let (account, _) = listed.into_iter().find(|(_, listed)| listed == id).ok_or_else(unknown)?;
    Ok(store.destination(&account, id, &usage).await?.ok_or_else(unknown)?)
}
