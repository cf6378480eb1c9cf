//! Items read back: a row names the attributes that its reader needs, and is at once what a query asks for.
//!
//! A row is a struct with a field for each attribute. Its projection comes from the same list, so an attribute that a decoder
//! reads cannot be left out of the query, and one that no decoder reads is a warning of the compiler.

use super::{Item, ItemError};
use crate::log::hash::Hash;
use crate::table::attribute;
use crate::table::key::Key;
use aws_sdk_dynamodb::types::AttributeValue;

/// The attributes that a query asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// The projection expression: `#pk, #sk, #event_type`.
    pub expression: &'static str,
    /// The names that the expression uses, and those of the attributes: `#event_type`, `event_type`.
    pub names: &'static [(&'static str, &'static str)],
}

/// An item as far as one reader needs it.
pub(super) trait Row: Sized {
    /// The attributes of the row. The keys of the table are among them: they name an item that does not decode, and tell
    /// whose it is.
    const PROJECTION: Projection;

    /// Walks the item once and puts each attribute in its field: to look them up in the item's own map is to hash 20 names for
    /// each of the 100 rows of a page, which `bench/cpu` shows.
    ///
    /// # Errors
    /// [`ItemError`] if a part of its key is missing or no string.
    fn open(item: Item) -> Result<Self, ItemError>;
}

/// Makes a [`Row`] of a name and the attributes that it has besides its key.
macro_rules! row {
    ($(#[$doc:meta])* $row:ident { $($name:ident),* $(,)? }) => {
        $(#[$doc])*
        struct $row {
            key: $crate::table::key::Key,
            $($name: $crate::table::item::row::Field,)*
        }

        impl $crate::table::item::row::Row for $row {
            const PROJECTION: $crate::table::item::Projection = $crate::table::item::Projection {
                expression: concat!("#pk, #sk" $(, ", #", stringify!($name))*),
                names: &[
                    ("#pk", $crate::table::attribute::PK),
                    ("#sk", $crate::table::attribute::SK),
                    $((concat!("#", stringify!($name)), $crate::table::attribute::field::$name),)*
                ],
            };

            fn open(item: $crate::table::item::Item) -> Result<Self, $crate::table::item::ItemError> {
                let (mut pk, mut sk) = (None, None);
                $(let mut $name = None;)*
                for (attribute, value) in item {
                    match attribute.as_str() {
                        $crate::table::attribute::PK => pk = Some(value),
                        $crate::table::attribute::SK => sk = Some(value),
                        $($crate::table::attribute::field::$name => $name = Some(value),)*
                        _ => {} // what the row does not need, and what a later version may add
                    }
                }
                let key = $crate::table::item::row::key(pk, sk)?;
                $(let $name = $crate::table::item::row::Field::new($crate::table::attribute::field::$name, $name);)*
                Ok(Self { key, $($name),* })
            }
        }
    };
}
pub(super) use row;

/// The key of an item, from its two attributes.
pub(super) fn key(pk: Option<AttributeValue>, sk: Option<AttributeValue>) -> Result<Key, ItemError> {
    let mut fault = None;
    let mut part = |attribute, value: Option<AttributeValue>| match value {
        Some(AttributeValue::S(text)) if !text.is_empty() => text,
        other => {
            let is_missing = other.is_none_or(|value| value.is_s());
            fault = fault.or(Some((attribute, if is_missing { "is missing" } else { "is not a string" })));
            String::new() // the table's key attributes are strings; an item without one is named by what it has
        }
    };
    let key = Key { pk: part(attribute::PK, pk), sk: part(attribute::SK, sk) };
    match fault {
        Some((attribute, problem)) => Err(ItemError { key, attribute, problem }),
        None => Ok(key),
    }
}

/// One attribute of a row, there or not. Its readers take the key of the row, to name it in an error.
pub(super) struct Field {
    attribute: &'static str,
    value: Option<AttributeValue>,
}

impl Field {
    pub(super) fn new(attribute: &'static str, value: Option<AttributeValue>) -> Self {
        Self { attribute, value }
    }

    pub(super) fn optional(self, key: &Key) -> Result<Option<String>, ItemError> {
        match self.value {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(error(key, self.attribute, "is not a string")),
        }
    }

    pub(super) fn required(self, key: &Key) -> Result<String, ItemError> {
        let attribute = self.attribute;
        self.optional(key)?.ok_or_else(|| error(key, attribute, "is missing"))
    }

    pub(super) fn parsed<T>(self, key: &Key, parse: impl Fn(String) -> Option<T>) -> Result<T, ItemError> {
        let attribute = self.attribute;
        parse(self.required(key)?).ok_or_else(|| error(key, attribute, "is malformed"))
    }

    pub(super) fn optional_parsed<T>(
        self,
        key: &Key,
        parse: impl Fn(String) -> Option<T>,
    ) -> Result<Option<T>, ItemError> {
        let attribute = self.attribute;
        let text = self.optional(key)?;
        text.map(|text| parse(text).ok_or_else(|| error(key, attribute, "is malformed"))).transpose()
    }

    pub(super) fn parsed_list<T>(self, key: &Key, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, ItemError> {
        let Some(AttributeValue::L(values)) = self.value else {
            return Err(error(key, self.attribute, "is not a list"));
        };
        let parsed: Option<Vec<T>> = values.iter().map(|value| parse(value.as_s().ok()?)).collect();
        parsed.ok_or_else(|| error(key, self.attribute, "is malformed"))
    }

    pub(super) fn bytes(self, key: &Key) -> Result<Vec<u8>, ItemError> {
        match self.value {
            None => Err(error(key, self.attribute, "is missing")),
            Some(AttributeValue::B(blob)) => Ok(blob.into_inner()),
            Some(_) => Err(error(key, self.attribute, "is not bytes")),
        }
    }

    pub(super) fn hash(self, key: &Key) -> Result<Hash, ItemError> {
        let attribute = self.attribute;
        Hash::from_bytes(&self.bytes(key)?).ok_or_else(|| error(key, attribute, "is not 32 bytes"))
    }

    pub(super) fn boolean(self, key: &Key) -> Result<bool, ItemError> {
        let value = self.value.and_then(|value| value.as_bool().ok().copied());
        value.ok_or_else(|| error(key, self.attribute, "is not a Boolean"))
    }

    /// The names of the entries of a map, sorted.
    pub(super) fn names(self, key: &Key) -> Result<Vec<String>, ItemError> {
        let Some(AttributeValue::M(entries)) = self.value else {
            return Err(error(key, self.attribute, "is not a map"));
        };
        let mut names: Vec<_> = entries.into_keys().collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Whether the item has the attribute at all.
    pub(super) fn is_there(&self) -> bool {
        self.value.is_some()
    }

    pub(super) fn number<T: std::str::FromStr>(self, key: &Key) -> Result<T, ItemError> {
        let number = self.value.and_then(|value| value.as_n().ok()?.parse().ok());
        number.ok_or_else(|| error(key, self.attribute, "is not a number"))
    }

    /// The number, if the item has the attribute.
    pub(super) fn optional_number<T: std::str::FromStr>(self, key: &Key) -> Result<Option<T>, ItemError> {
        if self.is_there() { self.number(key).map(Some) } else { Ok(None) }
    }

    /// The number of an entry of a map; none if there is no map, or no such entry in it.
    pub(super) fn number_of(self, key: &Key, entry: &str) -> Result<Option<u64>, ItemError> {
        let no_numbers = || error(key, self.attribute, "is not a map of numbers");
        match self.value {
            None => Ok(None),
            Some(AttributeValue::M(mut entries)) => match entries.remove(entry) {
                None => Ok(None),
                Some(number) => {
                    let number = number.as_n().ok().and_then(|number| number.parse().ok());
                    number.map(Some).ok_or_else(no_numbers)
                }
            },
            Some(_) => Err(no_numbers()),
        }
    }
}

/// An error that names an attribute of the item with that key.
pub(super) fn error(key: &Key, attribute: &'static str, problem: &'static str) -> ItemError {
    ItemError { key: key.clone(), attribute, problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::item::Projection;

    row!(Guard { user_id });

    fn item(attributes: &[(&str, &str)]) -> Item {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        attributes.iter().map(|(name, value)| ((*name).to_owned(), text(value))).collect()
    }

    #[test]
    fn a_row_asks_for_the_attributes_that_it_has() {
        let expected = Projection {
            expression: "#pk, #sk, #user_id",
            names: &[("#pk", "pk"), ("#sk", "sk"), ("#user_id", "user_id")],
        };
        assert_eq!(Guard::PROJECTION, expected);
    }

    #[test]
    fn a_row_leaves_what_it_does_not_need() {
        let row = Guard::open(item(&[("pk", "a"), ("sk", "b"), ("user_id", "u-1"), ("colour", "red")])).expect("a row");
        assert_eq!((row.key.pk.as_str(), row.key.sk.as_str()), ("a", "b"));
        assert_eq!(row.user_id.required(&row.key), Ok("u-1".to_owned()));
    }

    #[test]
    fn a_row_without_an_attribute_names_it_where_it_is_read() {
        let row = Guard::open(item(&[("pk", "a"), ("sk", "b")])).expect("a row");
        let said = row.user_id.required(&row.key).map_err(|error| error.to_string());
        assert_eq!(said, Err("item a / b: attribute user_id is missing".to_owned()));
    }
}
