//! The log of an account whose events are put: an item for every 256 of them, as `log-append` writes it.

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::append::LogItem;
use shared::log::bundle::ENTRIES_MAX;
use shared::log::entry::Entry;
use shared::table::attribute;
use shared::table::digest::{digest, event_ref, item_bytes};
use shared::table::item::{Item, encode_log_item};
use shared::table::key;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// The log as far as it is not put yet.
pub(crate) struct Log<'a> {
    account: &'a AccountId,
    next: LogItem,
}

impl<'a> Log<'a> {
    /// A log without entries, all of whose items are appended at that time.
    pub(crate) fn new(account: &'a AccountId, appended_at: Timestamp) -> Self {
        let newest_s = appended_at.epoch_ms().unsigned_abs() / 1_000;
        let next = LogItem { first: 0, entries: Vec::new(), sizes: Vec::new(), appended_at, newest_s };
        Self { account, next }
    }

    /// Takes an event in. Returns an item of the log when it is full.
    pub(crate) fn add(&mut self, event: &Item) -> Result<Option<Item>> {
        let of = |name| event.get(name).and_then(|value| AttributeValue::as_s(value).ok());
        let pk = of(attribute::PK).context("an event has a partition key")?;
        let sk = of(attribute::SK).context("an event has a sort key")?;
        let (_, shard) = key::account_of_events(pk).context("it is an event's")?;
        self.next.entries.push(Entry::Event(event_ref(shard, sk, event), digest(event)));
        self.next.sizes.push(item_bytes(event));
        Ok((self.next.entries.len() == ENTRIES_MAX).then(|| self.take()))
    }

    /// The last item, if there are events left for one.
    pub(crate) fn end(mut self) -> Option<Item> {
        (!self.next.entries.is_empty()).then(|| self.take())
    }

    fn take(&mut self) -> Item {
        let item = encode_log_item(self.account, &self.next);
        self.next.first = self.next.end();
        self.next.entries.clear();
        self.next.sizes.clear();
        item
    }
}
