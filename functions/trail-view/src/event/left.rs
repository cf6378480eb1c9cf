//! What is left of an event that was redacted, and what the log says of the redaction.

use super::facts::as_json;
use crate::error::Why;
use crate::rows::gone;
use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::dialect::log::{REDACTION_LOOKED_FOR, Standing, redacted_at};
use shared::event::redacted::RedactedEvent;
use shared::http::exchange::Exchange;
use shared::store::Logged;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// What the log says of a redaction.
pub(super) enum Redaction {
    /// The entry that tells of the last one.
    Told(Logged),
    /// None of the entries that were looked at does.
    NotTold,
}

/// Looks for the redaction in the log, behind the event itself.
///
/// # Errors
/// [`Why`], by variant.
pub(super) async fn redaction(
    exchange: &Exchange<'_>,
    account: &AccountId,
    event: &EventSortKey,
    standing: Option<&Standing>,
) -> Result<Redaction, Why> {
    let Some(standing) = standing else { return Ok(Redaction::NotTold) };
    let told = redacted_at(exchange, account, event, standing.logged.position).await?;
    Ok(told.map_or(Redaction::NotTold, Redaction::Told))
}

/// What is gone, and since when.
pub(super) fn tombstone(event: &RedactedEvent, redaction: &Redaction) -> Markup {
    html! {
        section.tombstone {
            h2 { "Redacted" }
            p {
                "Parts of this event were taken out after it was recorded"
                @match redaction {
                    Redaction::Told(logged) => {
                        ", on " (when::time(logged.appended_at)) ": position " (when::number(logged.position)) " of the log tells of it."
                    },
                    Redaction::NotTold => {
                        ". Among the " (when::number(REDACTION_LOOKED_FOR)) " entries of the log behind the event, none tells when."
                    },
                }
                " Of each part its hash was kept."
            }
            ul.gone { @for name in &event.gone { li { code { (foreign(name)) } } } }
        }
    }
}

/// What is left, but for the states.
pub(super) fn section(event: &RedactedEvent, url: &str) -> Markup {
    let left = |label: &str, name: &str, value: Option<&str>| {
        let is_gone = event.gone.iter().any(|gone| gone == name);
        html! {
            @if value.is_some() || is_gone {
                dt { (label) }
                dd { @match value { Some(text) => (foreign(text)), None => (gone()) } }
            }
        }
    };
    let recorded_at = event.recorded_at.as_deref();
    html! {
        section {
            h2 { "What is left" }
            dl.facts {
                (left("Who", "principal_name", event.principal_name.as_deref()))
                (left("Who, by e-mail", "principal_email", event.principal_email.as_deref()))
                (left("Who, by id", "principal_id", event.principal_id.as_deref()))
                (left("Role", "principal_role", event.principal_role.as_deref()))
                (left("From where", "principal_ip_address", event.principal_ip_address.as_deref()))
                (left("What", "event_description", event.event_description.as_deref()))
                (left("Type", "event_type", event.event_type.as_deref()))
                (left("To whom", "subject_user_id", event.subject_user_id.as_deref()))
                (left("Category", "subject_category", event.subject_category.as_deref()))
                (left("Entity", "subject_entity_key", event.subject_entity_key.as_deref()))
                (left("Entity, by id", "subject_entity_id", event.subject_entity_id.as_deref()))
                (left("Message key", "message_key", event.message_key.as_deref()))
                dt { "Happened" } dd { (when::time(event.key.created_at)) }
                @match recorded_at.and_then(Timestamp::parse_fixed) {
                    Some(at) => { dt { "Recorded" } dd { (when::time(at)) } },
                    None => (left("Recorded", "recorded_at", recorded_at)),
                }
                (left("Recorded by", "recorded_by", event.recorded_by.as_deref()))
                dt { "Id" } dd { code { (foreign(event.key.id.as_str())) } }
                dt { "Whole" } dd { (as_json(url)) }
            }
        }
    }
}
