//! Items of the log: the entries from a position on, and the accounts whose log has grown.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, Projection, keyed, number, put, put_number, text_list};
use crate::log::append::LogItem;
use crate::log::bundle;
use crate::log::entry::Entry;
use crate::table::attribute;
use crate::table::key::{self, Key};
use crate::values::ids::AccountId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

/// The entries as an item of the account's log.
pub fn encode_log_item(account: &AccountId, log_item: &LogItem) -> Item {
    let mut item = keyed(Key { pk: key::log(account), sk: key::log_item(log_item.first) });
    let texts: Vec<_> = log_item.entries.iter().map(Entry::to_string).collect();
    let sizes: Vec<u8> = log_item.sizes.iter().flat_map(|size| size.to_be_bytes()).collect();
    let mut insert = |name: &str, value| item.insert(name.to_owned(), value);
    insert(attribute::ENTRIES, AttributeValue::B(Blob::new(bundle::write(texts.iter().map(String::as_str)))));
    insert(attribute::SIZES, AttributeValue::B(Blob::new(sizes)));
    insert(attribute::COUNT, number(log_item.entries.len()));
    insert(attribute::NEWEST, number(log_item.newest_s));
    put(&mut item, attribute::APPENDED_AT, log_item.appended_at.to_string());
    item
}

row!(
    /// All of an item of the log.
    LogRow { entries, sizes, count, appended_at, newest }
);

/// What a query asks for to read entries.
pub(crate) const LOG_ITEM: Projection = LogRow::PROJECTION;

/// The entries that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_log_item(item: Item) -> Result<LogItem, ItemError> {
    let row = LogRow::open(item)?;
    let key = &row.key;
    let first = key::log_item_first(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))?;
    let bundle = row.entries.bytes(key)?;
    let entries = bundle::read(&bundle).and_then(|texts| texts.into_iter().map(Entry::parse).collect::<Option<_>>());
    let entries: Vec<Entry> = entries.ok_or_else(|| error(key, attribute::ENTRIES, "is malformed"))?;
    let room = bundle::ENTRIES_MAX - (first % bundle::ENTRIES_MAX as u64) as usize;
    if row.count.number::<usize>(key)? != entries.len() || !(1..=room).contains(&entries.len()) {
        return Err(error(key, attribute::COUNT, "is not that of the entries, or crosses a multiple of 256"));
    }
    let sizes = row.sizes.bytes(key)?;
    let (sizes, rest) = sizes.as_chunks::<4>();
    if sizes.len() != entries.len() || !rest.is_empty() {
        return Err(error(key, attribute::SIZES, "is not one size for each entry"));
    }
    Ok(LogItem {
        first,
        entries,
        sizes: sizes.iter().map(|size| u32::from_be_bytes(*size)).collect(),
        appended_at: row.appended_at.parsed(key, |text| Timestamp::parse_fixed(&text))?,
        newest_s: row.newest.number(key)?,
    })
}

/// How long a [`encode_log_dirty`] item is kept, in milliseconds: 7 days.
const DIRTY_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// The item that says that the logs of these accounts have grown, or may have.
pub fn encode_log_dirty<'a>(
    accounts: impl IntoIterator<Item = &'a AccountId>,
    request_id: &str,
    now: Timestamp,
) -> Item {
    let mut item = keyed(key::log_dirty(now, request_id));
    let accounts = accounts.into_iter().map(ToString::to_string).collect();
    item.insert(attribute::ACCOUNTS.to_owned(), text_list(accounts));
    let expires_at_s = (now.epoch_ms() + DIRTY_KEPT_MS) / 1_000;
    put_number(&mut item, attribute::EXPIRES_AT, expires_at_s);
    item
}

row!(
    /// Accounts whose log has grown.
    LogDirtyRow { accounts }
);

/// What a query asks for to read accounts whose log has grown.
pub(crate) const LOG_DIRTY: Projection = LogDirtyRow::PROJECTION;

/// The accounts of an item that [`encode_log_dirty`] made.
pub(crate) fn decode_log_dirty(item: Item) -> Result<Vec<AccountId>, ItemError> {
    let row = LogDirtyRow::open(item)?;
    row.accounts.parsed_list(&row.key, |text| AccountId::parse(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::entry::EventRef;
    use crate::log::hash::Hash;

    const AT: &str = "2020-07-24T03:26:02.000Z";

    fn account() -> AccountId {
        AccountId::parse("acme").expect("an account id")
    }

    fn at() -> Timestamp {
        Timestamp::parse_fixed(AT).expect("a time")
    }

    fn log_item(first: u64) -> LogItem {
        let event = EventRef::new("00", &format!("{AT}#e-1"), Some(AT));
        let entries = vec![Entry::BackfillBegin, Entry::Event(event, Hash::of(&[b"x"]))];
        LogItem { first, entries, sizes: vec![0, 258], appended_at: at(), newest_s: 1_595_561_162 }
    }

    fn with(name: &str, value: AttributeValue) -> Item {
        let mut item = encode_log_item(&account(), &log_item(254));
        item.insert(name.to_owned(), value);
        item
    }

    #[test]
    fn an_item_of_the_log_has_these_attributes() {
        let item = encode_log_item(&account(), &log_item(254));
        let text = |name: &str| item[name].as_s().expect("a string").as_str();
        let number = |name: &str| item[name].as_n().expect("a number").as_str();
        let bytes = |name: &str| item[name].as_b().expect("bytes").as_ref();
        assert_eq!((text("pk"), text("sk"), text("appended_at")), ("log#acme", "e#0000000000000254", AT));
        assert_eq!((number("count"), number("newest")), ("2", "1595561162"));
        assert_eq!(bytes("sizes"), [0, 0, 0, 0, 0, 0, 1, 2]);
        let event = format!("event/1 00 {AT}#e-1 {AT} LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=\n");
        let expected = [b"\0\x11backfill/1 begin\n\0".as_slice(), &[event.len() as u8], event.as_bytes()].concat();
        assert_eq!(bytes("entries"), expected);
        assert_eq!(item.len(), 7);
        assert_eq!(decode_log_item(item), Ok(log_item(254)));
    }

    #[test]
    fn an_item_that_no_append_makes_names_what_is_wrong() {
        let blob = |bytes: &[u8]| AttributeValue::B(Blob::new(bytes));
        for (name, value, problem) in [
            ("entries", blob(b"\0\x01"), "is malformed"),
            ("entries", AttributeValue::S("x".to_owned()), "is not bytes"),
            ("sizes", blob(&[0; 7]), "is not one size for each entry"),
            ("count", AttributeValue::N("3".to_owned()), "is not that of the entries, or crosses a multiple of 256"),
            ("newest", AttributeValue::S("now".to_owned()), "is not a number"),
            ("sk", AttributeValue::S("e#254".to_owned()), "is malformed"),
        ] {
            let error = decode_log_item(with(name, value)).expect_err("it is wrong");
            assert_eq!((error.attribute, error.problem), (name, problem));
        }
        let crossing = decode_log_item(encode_log_item(&account(), &log_item(255))).expect_err("it crosses");
        assert_eq!(crossing.attribute, "count");
    }

    #[test]
    fn accounts_whose_log_has_grown_are_kept_for_seven_days() {
        let item = encode_log_dirty([&account()], "8d0f", at());
        assert_eq!(item["pk"], AttributeValue::S("log-dirty#2020-07-24T03:26".to_owned()));
        assert_eq!(item["sk"], AttributeValue::S("8d0f".to_owned()));
        assert_eq!(item["accounts"], AttributeValue::L(vec![AttributeValue::S("acme".to_owned())]));
        assert_eq!(item["expires_at"], AttributeValue::N("1596165962".to_owned()));
        assert_eq!(decode_log_dirty(item), Ok(vec![account()]));
    }
}
