//! An idempotency record as an item.

use super::row::{Row as _, row};
use super::{Item, ItemError, keyed, put, put_number, text_list};
use crate::event::idempotency::{IdempotencyKey, IdempotencyRecord, RequestHash};
use crate::table::attribute;
use crate::table::key;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, ClientId};

/// The record as an item.
pub fn encode_idempotency(account: &AccountId, key: &IdempotencyKey, record: &IdempotencyRecord) -> Item {
    let mut item = keyed(key::idempotency(account, key));
    put(&mut item, attribute::REQUEST_HASH, record.request_hash.to_text());
    put(&mut item, attribute::CLIENT_ID, record.client_id.to_string());
    let sort_keys = record.events.iter().map(ToString::to_string).collect();
    item.insert(attribute::EVENT_SORT_KEYS.to_owned(), text_list(sort_keys));
    put_number(&mut item, attribute::EXPIRES_AT, record.expires_at_epoch_s);
    item
}

row!(
    /// A record.
    RecordRow { request_hash, client_id, event_sort_keys, expires_at }
);

/// The record that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_idempotency(item: Item) -> Result<IdempotencyRecord, ItemError> {
    let row = RecordRow::open(item)?;
    let key = &row.key;
    Ok(IdempotencyRecord {
        request_hash: row.request_hash.parsed(key, |text| RequestHash::parse(&text))?,
        client_id: row.client_id.parsed(key, |text| ClientId::try_from(text).ok())?,
        events: row.event_sort_keys.parsed_list(key, EventSortKey::parse)?,
        expires_at_epoch_s: row.expires_at.number(key)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::AttributeValue;

    fn item() -> Item {
        let account = AccountId::parse("acme").expect("an account id");
        let key = IdempotencyKey::parse("k#1").expect("a key");
        let record = IdempotencyRecord {
            request_hash: RequestHash::parse("rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4").expect("a hash"),
            client_id: ClientId::parse("c-1").expect("a client id"),
            events: vec![EventSortKey::parse("2020-07-24T03:26:02.000Z#e-1").expect("a sort key")],
            expires_at_epoch_s: 1_595_647_562,
        };
        let item = encode_idempotency(&account, &key, &record);
        assert_eq!(decode_idempotency(item.clone()), Ok(record));
        item
    }

    #[test]
    fn a_record_has_these_attributes_and_reads_back() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let expected = Item::from([
            ("pk".to_owned(), text("idempotency#acme#k%231")),
            ("sk".to_owned(), text("idempotency")),
            ("request_hash".to_owned(), text("rvxkpstEK5eJsODc0nVk4AbhHjfoOCV1Umy60Cmhgj4")),
            ("client_id".to_owned(), text("c-1")),
            ("event_sort_keys".to_owned(), AttributeValue::L(vec![text("2020-07-24T03:26:02.000Z#e-1")])),
            ("expires_at".to_owned(), AttributeValue::N("1595647562".to_owned())),
        ]);
        assert_eq!(item(), expected);
    }

    #[test]
    fn a_record_that_does_not_decode_names_its_attribute() {
        let without = |name: &str| {
            let mut item = item();
            item.remove(name);
            decode_idempotency(item).map_err(|error| (error.attribute, error.problem))
        };
        assert_eq!(without("request_hash"), Err(("request_hash", "is missing")));
        assert_eq!(without("client_id"), Err(("client_id", "is missing")));
        assert_eq!(without("event_sort_keys"), Err(("event_sort_keys", "is not a list")));
        assert_eq!(without("expires_at"), Err(("expires_at", "is not a number")));
    }
}
