//! Where an event stands in the log and how far that is proved, for a page that shows the event.

use super::account::{head_proof, signed_size};
use super::found::{ENTRIES_READ_MAX, STEP};
use super::{LogError, found};
use crate::dialect::feed::Row;
use crate::dialect::rows::brought;
use crate::http::exchange::Exchange;
use crate::log::entry::Entry;
use crate::proof::file::EventProof;
use crate::store::Logged;
use crate::table::item::Item;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::AccountId;

/// Most entries behind an event that [`redacted_at`] reads.
pub const REDACTION_LOOKED_FOR: u64 = ENTRIES_READ_MAX;

/// An event that has a position in the log.
#[derive(Debug)]
pub struct Standing {
    /// Its entry, with the position.
    pub logged: Logged,
    /// Whether what stands in the table is what the log took in.
    pub is_as_recorded: bool,
    /// The proof up to the newest checkpoint; none while no checkpoint reaches it.
    pub proof: Option<EventProof>,
}

/// Finds the event's position, holds what stands in the table against it, and proves it. None if it is not in the log yet.
///
/// # Errors
/// [`LogError`], by variant, but those that say no more than that there is no position or no checkpoint yet.
pub async fn standing(
    exchange: &Exchange<'_>,
    account: &AccountId,
    event: &EventSortKey,
    item: &Item,
) -> Result<Option<Standing>, LogError> {
    let (store, usage) = (exchange.store(), &exchange.usage);
    let position = match found::position(store, account, event, exchange.now, usage).await {
        Ok(position) => position,
        Err(LogError::NotLogged | LogError::NoEvent | LogError::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error),
    };
    let head = match head_proof(exchange, account, None).await {
        Ok(head) => Some(head),
        Err(LogError::NoCheckpoint) => None,
        Err(error) => return Err(error),
    };
    let sealed = head.map(|head| (signed_size(&head), head)).filter(|(size, _)| position < *size);
    let (logged, proof) = match sealed {
        None => {
            let entries = store.log_entries(account, None, position, position + 1, usage).await?;
            let Some(logged) = entries.into_iter().next() else { return Ok(None) };
            (logged, None)
        }
        Some((size, head)) => {
            let (logged, path) = store.proved_entry(account, position, size, usage).await?;
            let proof = EventProof { position, entry: logged.entry.clone(), path, item: None, head };
            (logged, Some(proof))
        }
    };
    let is_as_recorded =
        brought(&logged).is_some_and(|(_, digest)| matches!(Row::of(Some(item), digest), Row::Recorded(_)));
    Ok(Some(Standing { logged, is_as_recorded, proof }))
}

/// The entry that tells of the last redaction of an event, which keeps its digest: the last among [`REDACTION_LOOKED_FOR`] behind the
/// event's own position.
///
/// # Errors
/// [`LogError`], by variant.
pub async fn redacted_at(
    exchange: &Exchange<'_>,
    account: &AccountId,
    event: &EventSortKey,
    position: u64,
) -> Result<Option<Logged>, LogError> {
    let (store, usage) = (exchange.store(), &exchange.usage);
    let sk = event.to_string();
    let end = store.log_end(account, usage).await?.position.min(position.saturating_add(1 + REDACTION_LOOKED_FOR));
    let mut last = None;
    let mut from = position + 1;
    while from < end {
        let entries = store.log_entries(account, None, from, end.min(from + STEP), usage).await?;
        let mut told = entries.into_iter().filter(|logged| match &logged.entry {
            Entry::Changed(changed, before, after, _) => changed.sk == sk && before == after,
            Entry::Event(..) | Entry::Removed(..) | Entry::BackfillBegin | Entry::BackfillEnd => false,
        });
        last = told.next_back().or(last);
        from += STEP;
    }
    Ok(last)
}
