//! The log of an account whose events are put: an item for every 256 of them, as `log-append` writes it, and how far it is reconciled,
//! as `log-reconcile` writes it after it has found the same in the table.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::append::LogItem;
use shared::log::bundle::ENTRIES_MAX;
use shared::log::entry::Entry;
use shared::log::reconciled::{DaySum, ReconciledCursor, ReconciledDay};
use shared::table::attribute;
use shared::table::digest::{digest, event_ref, item_bytes};
use shared::table::item::{Item, encode_log_item, encode_reconciled_cursor, encode_reconciled_day};
use shared::table::key;
use shared::values::day::Day;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeMap;

/// The log as far as it is not put yet.
pub(crate) struct Log<'a> {
    account: &'a AccountId,
    next: LogItem,
    days: BTreeMap<Day, DaySum>,
}

impl<'a> Log<'a> {
    /// A log without entries, all of whose items are appended at that time.
    pub(crate) fn new(account: &'a AccountId, appended_at: Timestamp) -> Self {
        let newest_s = appended_at.epoch_ms().unsigned_abs() / 1_000;
        let next = LogItem { first: 0, entries: Vec::new(), sizes: Vec::new(), appended_at, newest_s };
        Self { account, next, days: BTreeMap::new() }
    }

    /// Takes an event in. Returns an item of the log when it is full.
    pub(crate) fn add(&mut self, event: &Item) -> Result<Option<Item>> {
        let of = |name| event.get(name).and_then(|value| AttributeValue::as_s(value).ok());
        let pk = of(attribute::PK).context("an event has a partition key")?;
        let sk = of(attribute::SK).context("an event has a sort key")?;
        let (_, shard) = key::account_of_events(pk).context("it is an event's")?;
        let entry = Entry::Event(event_ref(shard, sk, event), digest(event));
        self.days.entry(Day::holding(sk)).or_default().fold(&entry);
        self.next.entries.push(entry);
        self.next.sizes.push(item_bytes(event));
        Ok((self.next.entries.len() == ENTRIES_MAX).then(|| self.take()))
    }

    /// The last item, if there are events left for one, and what is reconciled: all of it.
    pub(crate) fn end(mut self) -> Vec<Item> {
        let mut items = Vec::new();
        if !self.next.entries.is_empty() {
            items.push(self.take());
        }
        let end = ReconciledCursor { position: self.next.first, is_first: false };
        items.push(encode_reconciled_cursor(self.account, end));
        let days = self.days.iter();
        items.extend(days.map(|(day, sum)| {
            let of_day = ReconciledDay { sum: *sum, is_pending: false };
            encode_reconciled_day(self.account, *day, &of_day)
        }));
        items
    }

    fn take(&mut self) -> Item {
        let item = encode_log_item(self.account, &self.next);
        self.next.first = self.next.end();
        self.next.entries.clear();
        self.next.sizes.clear();
        item
    }
}
