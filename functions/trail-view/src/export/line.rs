//! An event as one line of JSON: what the feed says of it, but for its position in the log.

use shared::dialect::feed::EventObject;
use shared::event::redacted::KeptEvent;
use shared::table::item::EventProjection as _;
use shared::values::event_sort_key::EventSortKey;

/// The line, without its end.
pub(crate) fn json(event: &KeptEvent) -> String {
    let (EventSortKey { created_at, id }, texts) = (event.sort_key(), event.texts());
    let gone = event.gone().iter().map(String::as_str).collect();
    let object = EventObject::of(created_at, id.as_str(), &texts.borrowed(), gone);
    serde_json::to_string(&object).expect("an object of strings serialises")
}
