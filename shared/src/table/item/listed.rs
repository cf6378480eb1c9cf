//! The entries of the lists of accounts and of an account's credentials: items that say no more than that they are there.

use super::row::{Row as _, error, row};
use super::{Item, ItemError};
use crate::table::attribute;
use crate::values::ids::{AccountId, ClientId};

row!(Entry {});

/// The account that an entry of the list of accounts is of.
///
/// # Errors
/// [`ItemError`] if it names none.
pub(crate) fn decode_listed_account(item: Item) -> Result<AccountId, ItemError> {
    let Entry { key } = Entry::open(item)?;
    AccountId::parse(&key.sk).map_err(|_| error(&key, attribute::SK, "is malformed"))
}

/// The client id that an entry of an account's list of credentials is of.
///
/// # Errors
/// [`ItemError`] if it names none.
pub(crate) fn decode_listed_client_id(item: Item) -> Result<ClientId, ItemError> {
    let Entry { key } = Entry::open(item)?;
    ClientId::parse(&key.sk).map_err(|_| error(&key, attribute::SK, "is malformed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::types::AttributeValue;

    fn entry(sk: &str) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        Item::from([("pk".to_owned(), text("credentials#acme")), ("sk".to_owned(), text(sk))])
    }

    #[test]
    fn an_entry_says_what_it_is_of() {
        assert_eq!(decode_listed_client_id(entry("c-1")).map(|id| id.to_string()), Ok("c-1".to_owned()));
        assert_eq!(decode_listed_account(entry("acme")).map(|id| id.to_string()), Ok("acme".to_owned()));
    }

    #[test]
    fn an_entry_of_nothing_is_an_error_that_names_its_key() {
        let expected = "item credentials#acme / a#b: attribute sk is malformed";
        assert_eq!(decode_listed_client_id(entry("a#b")).map_err(|error| error.to_string()), Err(expected.to_owned()));
        assert_eq!(decode_listed_account(entry("a#b")).map_err(|error| error.to_string()), Err(expected.to_owned()));
    }
}
