//! Items of the table: how an event, a user and a credential are written as attributes, and read back.

mod credential;
mod day_count;
mod event;
mod event_projection;
mod idempotency;
mod user;

pub(crate) use credential::secret_hashes;
pub use credential::{decode_credential, encode_credential};
pub(crate) use day_count::{
    DayState, category_attribute, day_count_values, decode_day_count_of, decode_day_state, decode_subject_of,
};
pub use event::{decode_event, encode_event};
pub use event_projection::EventProjection;
pub use idempotency::{decode_idempotency, encode_idempotency};
pub use user::{decode_user, encode_user};

use crate::table::attribute;
use crate::table::key::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;
use std::fmt;

/// The attributes of one item.
pub type Item = HashMap<String, AttributeValue>;

/// An item that does not decode: history that cannot be read is an error, never a skipped row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemError {
    /// Key of the item.
    pub key: Key,
    /// Name of the attribute.
    pub attribute: &'static str,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item {}: attribute {} {}", self.key, self.attribute, self.problem)
    }
}

impl std::error::Error for ItemError {}

/// Gives every attribute that is read a place of its own.
macro_rules! places {
    ($($name:ident)*) => {
        #[derive(Clone, Copy)]
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "a place is named as its attribute is")]
        enum Place { $($name),* }

        const PLACES: usize = [$(Place::$name),*].len();

        fn place(name: &str) -> Option<usize> {
            match name {
                $(attribute::$name => Some(Place::$name as usize),)*
                _ => None, // the partition keys of the indexes, and what a later version may add
            }
        }
    };
}

places! {
    PK SK RECORDED_AT EVENT_TYPE EVENT_DESCRIPTION PRINCIPAL_ID PRINCIPAL_NAME PRINCIPAL_EMAIL PRINCIPAL_ROLE
    PRINCIPAL_IP_ADDRESS SUBJECT_CATEGORY SUBJECT_ENTITY_KEY SUBJECT_ENTITY_ID SUBJECT_USER_ID MESSAGE_KEY MESSAGE
    PREVIOUS_STATE CURRENT_STATE
    CREATED_AT EMAIL_ADDRESS STATUS NAME ROLE CHANGED_AT
    ACCOUNT SCOPES SECRET_HASHES REVOKED_AT
    REQUEST_HASH EVENT_SORT_KEYS EXPIRES_AT
    COUNTED_AT USERS_COUNT USER_ACCESS_COUNT SUBJECT_COUNTS VERSION
}

/// Takes attributes out of an item by name.
///
/// The item is walked once and each attribute put in its place: to look them up in the item's own map is to hash 20 names
/// for each of the 100 rows of a page, which `bench/cpu` shows.
struct Attributes {
    key: Key,
    values: Values,
}

type Values = [Option<AttributeValue>; PLACES];

impl Attributes {
    fn open(item: Item) -> Result<Self, ItemError> {
        let mut values = [const { None }; PLACES];
        for (name, value) in item {
            if let Some(slot) = place(&name).and_then(|place| values.get_mut(place)) {
                *slot = Some(value);
            }
        }
        let mut problem = None;
        let mut part = |name| match take(&mut values, name) {
            Some(AttributeValue::S(text)) if !text.is_empty() => text,
            other => {
                let is_missing = other.is_none_or(|value| value.is_s());
                problem = problem.or(Some((name, if is_missing { "is missing" } else { "is not a string" })));
                String::new() // the table's key attributes are strings; an item without one is named by what it has
            }
        };
        let key = Key { pk: part(attribute::PK), sk: part(attribute::SK) };
        match problem {
            Some((attribute, problem)) => Err(ItemError { key, attribute, problem }),
            None => Ok(Self { key, values }),
        }
    }

    fn take(&mut self, name: &str) -> Option<AttributeValue> {
        take(&mut self.values, name)
    }

    fn error(&self, attribute: &'static str, problem: &'static str) -> ItemError {
        ItemError { key: self.key.clone(), attribute, problem }
    }

    fn optional(&mut self, name: &'static str) -> Result<Option<String>, ItemError> {
        match self.take(name) {
            None => Ok(None),
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            Some(_) => Err(self.error(name, "is not a string")),
        }
    }

    fn required(&mut self, name: &'static str) -> Result<String, ItemError> {
        self.optional(name)?.ok_or_else(|| self.error(name, "is missing"))
    }

    fn parsed<T>(&mut self, name: &'static str, parse: impl Fn(String) -> Option<T>) -> Result<T, ItemError> {
        let text = self.required(name)?;
        parse(text).ok_or_else(|| self.error(name, "is malformed"))
    }

    fn optional_parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(String) -> Option<T>,
    ) -> Result<Option<T>, ItemError> {
        let text = self.optional(name)?;
        text.map(|text| parse(text).ok_or_else(|| self.error(name, "is malformed"))).transpose()
    }
}

fn take(values: &mut Values, name: &str) -> Option<AttributeValue> {
    let place = place(name).expect("every attribute that is read has a place");
    values.get_mut(place)?.take()
}

fn put(item: &mut Item, name: &str, text: impl Into<String>) {
    item.insert(name.to_owned(), AttributeValue::S(text.into()));
}

fn put_optional(item: &mut Item, name: &str, text: Option<impl Into<String>>) {
    if let Some(text) = text {
        put(item, name, text);
    }
}

fn keyed(key: Key) -> Item {
    let mut item = Item::new();
    put(&mut item, attribute::PK, key.pk);
    put(&mut item, attribute::SK, key.sk);
    item
}

fn text_list(texts: Vec<String>) -> AttributeValue {
    AttributeValue::L(texts.into_iter().map(AttributeValue::S).collect())
}

fn parsed_list<T>(
    attributes: &mut Attributes,
    name: &'static str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, ItemError> {
    let Some(AttributeValue::L(values)) = attributes.take(name) else {
        return Err(attributes.error(name, "is not a list"));
    };
    let parsed: Option<Vec<T>> = values.iter().map(|value| parse(value.as_s().ok()?)).collect();
    parsed.ok_or_else(|| attributes.error(name, "is malformed"))
}
