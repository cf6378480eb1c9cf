//! What is left of an event that was redacted, and what the log says of the redaction.

use super::facts::{as_json, others};
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
    let said = |label: &str, name: &str, value: &Option<String>| {
        let is_gone = event.gone.iter().any(|gone| gone == name);
        html! {
            @if value.is_some() || is_gone {
                dt { (label) }
                dd { @match value { Some(text) => (foreign(text)), None => (gone()) } }
            }
        }
    };
    let left = &event.left;
    html! {
        section {
            h2 { "What is left" }
            dl.facts {
                (said("Who", "principal_name", &left.principal_name))
                (said("Who, by e-mail", "principal_email", &left.principal_email))
                (said("Who, by id", "principal_id", &left.principal_id))
                (said("Role", "principal_role", &left.principal_role))
                (said("From where", "principal_ip_address", &left.principal_ip_address))
                (said("What", "event_description", &left.event_description))
                (said("Type", "event_type", &left.event_type))
                (said("To whom", "subject_user_id", &left.subject_user_id))
                (said("Category", "subject_category", &left.subject_category))
                (said("Entity", "subject_entity_key", &left.subject_entity_key))
                (said("Entity, by id", "subject_entity_id", &left.subject_entity_id))
                (said("Message key", "message_key", &left.message_key))
                dt { "Happened" } dd { (when::time(event.key.created_at)) }
                @match left.recorded_at.as_deref().and_then(Timestamp::parse_fixed) {
                    Some(at) => { dt { "Recorded" } dd { (when::time(at)) } },
                    None => (said("Recorded", "recorded_at", &left.recorded_at)),
                }
                (said("Recorded by", "recorded_by", &left.recorded_by))
                (others(left.texts().borrowed()))
                dt { "Id" } dd { code { (foreign(event.key.id.as_str())) } }
                dt { "Whole" } dd { (as_json(url)) }
            }
        }
    }
}
