//! How far a log has been reconciled, and what it says of a day, as items.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, keyed, put_number};
use crate::log::reconciled::{DaySum, ReconciledCursor, ReconciledDay};
use crate::table::attribute;
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::AccountId;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;

/// The position up to which the account's log is folded into days, and whether the table has never been compared whole, as an item.
pub fn encode_reconciled_cursor(account: &AccountId, cursor: ReconciledCursor) -> Item {
    let ReconciledCursor { position, is_first } = cursor;
    let mut item = keyed(key::reconciled_cursor(account));
    put_number(&mut item, attribute::POSITION, position);
    put_number(&mut item, attribute::PENDING, u8::from(is_first));
    item
}

row!(
    /// A position.
    CursorRow { position, pending }
);

/// The position up to which a log is folded into days.
pub(crate) fn decode_reconciled_cursor(item: Item) -> Result<ReconciledCursor, ItemError> {
    let row = CursorRow::open(item)?;
    let key = &row.key;
    Ok(ReconciledCursor { position: row.position.number(key)?, is_first: row.pending.number::<u8>(key)? > 0 })
}

/// What the account's log says of a day, as an item.
pub fn encode_reconciled_day(account: &AccountId, day: Day, of_day: &ReconciledDay) -> Item {
    let ReconciledDay { sum, is_pending } = of_day;
    let mut item = keyed(key::reconciled_day(account, day));
    put_number(&mut item, attribute::COUNT, sum.count);
    item.insert(attribute::SUM.to_owned(), AttributeValue::B(Blob::new(sum.sum)));
    put_number(&mut item, attribute::PENDING, u8::from(*is_pending));
    item
}

row!(
    /// What a log says of a day.
    DayRow { count, sum, pending }
);

/// The day that an item is of, and what the log says of it.
pub(crate) fn decode_reconciled_day(item: Item) -> Result<(Day, ReconciledDay), ItemError> {
    let row = DayRow::open(item)?;
    let key = &row.key;
    let day = Day::parse(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))?;
    let sum = row.sum.bytes(key)?.try_into().map_err(|_| error(key, attribute::SUM, "is not 32 bytes"))?;
    let sum = DaySum { count: row.count.number(key)?, sum };
    Ok((day, ReconciledDay { sum, is_pending: row.pending.number::<u8>(key)? > 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_and_a_position_read_back() {
        let account = AccountId::parse("acme").expect("an account id");
        let day = Day::parse("2020-07-24").expect("a day");
        let sum = ReconciledDay { sum: DaySum { count: -1, sum: [7; 32] }, is_pending: true };
        let item = encode_reconciled_day(&account, day, &sum);
        assert_eq!(item["sk"], AttributeValue::S("2020-07-24".to_owned()));
        assert_eq!(decode_reconciled_day(item), Ok((day, sum)));
        let cursor = ReconciledCursor { position: 17, is_first: true };
        let item = encode_reconciled_cursor(&account, cursor);
        assert_eq!(item["sk"], AttributeValue::S("cursor".to_owned()));
        assert_eq!(decode_reconciled_cursor(item), Ok(cursor));
    }
}
