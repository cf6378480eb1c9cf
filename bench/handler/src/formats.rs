//! 100 events in each format: from the items as the SDK gives them to lines of JSON, digests included, as in a page of the feed.

use crate::rows::{self, ROWS};
use crate::step::Step;
use shared::dialect::feed::{FeedRow, Row};
use shared::dialect::formats::{Context, line};
use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::process::ocsf_mapping::OcsfMapping;
use shared::store::Logged;
use shared::table::attribute;
use shared::table::digest::{digest, event_ref};
use shared::table::item::{Item, encode_event};
use shared::values::format::Format;
use shared::values::timestamp::Timestamp;
use std::hint::black_box;
use std::rc::Rc;

/// An event with its place in the log.
struct Logs {
    item: Item,
    event: EventRef,
    digest: Hash,
    logged: Logged,
}

/// What there is before anything is written (`rows`: the digests, and what the items say), and that with each format.
pub(crate) fn formats() -> Vec<Step> {
    let logs: Rc<[Logs]> = (0..ROWS as u64).map(logged).collect();
    let rows = Rc::clone(&logs);
    let unwritten = Step::new("formats", "rows", move || {
        let logs = Rc::clone(&rows);
        move || logs.iter().for_each(|logs| drop(black_box(logs.row())))
    });
    let written = Format::ALL.iter().map(|&format| {
        let logs = Rc::clone(&logs);
        Step::new("formats", format.as_str(), move || {
            let logs = Rc::clone(&logs);
            move || {
                let (account, mapping) = (rows::account(), OcsfMapping::default());
                let context = Context { account: &account, mapping: &mapping };
                logs.iter().for_each(|logs| drop(black_box(line(&logs.row(), format, &context))));
            }
        })
    });
    std::iter::once(unwritten).chain(written).collect()
}

fn logged(position: u64) -> Logs {
    let item = encode_event(&rows::account(), &rows::event(position.cast_signed()));
    let sk = item.get(attribute::SK).and_then(|value| value.as_s().ok()).expect("an event has a sort key");
    let (event, digest) = (event_ref("00", sk, &item), digest(&item));
    let entry = Entry::Event(event.clone(), digest);
    let logged = Logged { position, appended_at: Timestamp::MIN, entry, item_bytes: 0, item_first: 0 };
    Logs { item, event, digest, logged }
}

impl Logs {
    fn row(&self) -> FeedRow<'_> {
        FeedRow::of(&self.logged, &self.event, &Row::of(Some(&self.item), &self.digest))
    }
}
