//! An item held against its entry in the log: the digest made anew, its key, and the four index keys that follow from it.

use crate::line::{Attributes, Value};
use crate::sealed::Said;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shared::table::attribute;
use shared::table::digest::{SALT_BYTES, counts, digest, digest_of_strings, event_ref};
use shared::table::item::{Item, has_derived_keys};
use shared::table::json;
use shared::values::email::EmailAddress;
use shared::values::ids::AccountId;
use std::collections::BTreeSet;

/// What an item is, beside its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// What was sealed.
    Same,
    /// What was sealed, of which these attributes were taken out as the rules allow.
    Redacted(Vec<String>),
    /// Another event than that of the entry.
    OtherEvent,
    /// It has been given a time at which DynamoDB deletes it.
    Expires,
    /// It does not say what was sealed.
    OtherContent,
    /// An index key does not follow from it.
    IndexKey(&'static str),
    /// An index key does not follow from it, but it is not one that writers make: which is not said.
    IndexKeys,
}

/// Items of one account.
pub(crate) struct Holder {
    /// Before the shard in the partition key of an event.
    partition: String,
}

impl Holder {
    /// For the items of an account.
    pub(crate) fn new(account: &AccountId) -> Self {
        Self { partition: format!("events#{account}#") }
    }

    /// Holds an item against what its entry says. `json` is the text of the item, as the export has it; none if it is none.
    pub(crate) fn hold(
        &self,
        item: &Attributes<'_>,
        said: &Said<'_>,
        json: impl FnOnce() -> Option<Item>,
    ) -> Option<Held> {
        let pk = item.text(attribute::PK).and_then(|pk| pk.strip_prefix(&self.partition));
        if pk != Some(said.shard) || item.text(attribute::SK) != Some(&said.sk) {
            return Some(Held::OtherEvent);
        }
        match strings(item) {
            Some((salt, strings)) => Some(self.hold_strings(item, said, &salt, &strings)),
            None => json().map(|whole| self.hold_any(&whole, item, said)),
        }
    }

    /// Of an item as writers make them.
    fn hold_strings(
        &self,
        item: &Attributes<'_>,
        said: &Said<'_>,
        salt: &[u8; SALT_BYTES],
        strings: &[(&str, &str)],
    ) -> Held {
        if !said.has(&digest_of_strings(salt, strings.iter().copied())) {
            return other_content(item);
        }
        if item.text(attribute::RECORDED_AT) != Some(said.recorded_at) {
            let of_item: Item = strings.iter().map(|(name, text)| ((*name).to_owned(), text_value(text))).collect();
            if !said.is_about(&event_ref(said.shard, &said.sk, &of_item)) {
                return Held::OtherContent;
            }
        }
        match self.wrong_index_key(item, said.shard) {
            None => Held::Same,
            Some(wrong) => {
                // What does not decode belongs to no index by any rule.
                let of_item: Item = strings.iter().map(|(name, text)| ((*name).to_owned(), text_value(text))).collect();
                if has_derived_keys(&of_item) { Held::Same } else { Held::IndexKey(wrong) }
            }
        }
    }

    /// Of an item that has something which no writer makes.
    fn hold_any(&self, whole: &Item, item: &Attributes<'_>, said: &Said<'_>) -> Held {
        let is_about_it = said.has(&digest(whole)) && said.is_about(&event_ref(said.shard, &said.sk, whole));
        if !is_about_it || !has_what_redaction_leaves(whole) {
            return other_content(item);
        }
        match whole.get(attribute::REDACTED).and_then(|redacted| redacted.as_m().ok()) {
            Some(redacted) => {
                if let Some(wrong) = self.wrong_index_key(item, said.shard) {
                    return Held::IndexKey(wrong);
                }
                let mut names: Vec<String> = redacted.keys().cloned().collect();
                names.sort();
                Held::Redacted(names)
            }
            None if has_derived_keys(whole) => Held::Same,
            None => Held::IndexKeys,
        }
    }

    /// The first index key that is not what the item's other attributes make it.
    fn wrong_index_key(&self, item: &Attributes<'_>, shard: &str) -> Option<&'static str> {
        let is_made_of = |name: &str, infix: &str, parts: Option<&[&str]>| match (item.get(name), parts) {
            (None, None) => true,
            (Some(Value::Text(key)), Some(parts)) => {
                behind(key, &[&self.partition, shard, infix]).and_then(|rest| behind(rest, parts)) == Some("")
            }
            (Some(_), _) | (None, Some(_)) => false,
        };
        let event_type = item.text(attribute::EVENT_TYPE);
        let email = item.text(attribute::PRINCIPAL_EMAIL).map(email_in_key);
        let email = email.as_deref();
        let category = item.text(attribute::SUBJECT_CATEGORY);
        let user = item.text(attribute::SUBJECT_USER_ID);
        let subject = category.zip(user).map(|(category, user)| [category, "#user#", user]);
        if !is_made_of(attribute::TYPE_PK, "#type#", event_type.as_ref().map(std::slice::from_ref)) {
            Some(attribute::TYPE_PK)
        } else if !is_made_of(attribute::EMAIL_PK, "#email#", email.as_ref().map(std::slice::from_ref)) {
            Some(attribute::EMAIL_PK)
        } else if !is_made_of(attribute::CATEGORY_PK, "#category#", category.as_ref().map(std::slice::from_ref)) {
            Some(attribute::CATEGORY_PK)
        } else if !is_made_of(attribute::SUBJECT_PK, "#category#", subject.as_ref().map(<[&str; 3]>::as_slice)) {
            Some(attribute::SUBJECT_PK)
        } else {
            None
        }
    }
}

/// Whether `salts` and `redacted`, which do not count in the digest, are what takes the salt's place in a redacted event: hashes of
/// attributes that are gone, and a key for each that is left; or are not there.
fn has_what_redaction_leaves(whole: &Item) -> bool {
    let names = |name| whole.get(name).and_then(|map| map.as_m().ok()).map(|map| map.keys().collect::<BTreeSet<_>>());
    match (names(attribute::SALTS), names(attribute::REDACTED)) {
        (Some(salts), Some(redacted)) => {
            let left: BTreeSet<_> = whole.keys().filter(|name| counts(name)).collect();
            !whole.contains_key(attribute::SALT) && salts == left && redacted.is_disjoint(&left)
        }
        _ => ![attribute::SALTS, attribute::REDACTED].iter().any(|name| whole.contains_key(*name)),
    }
}

fn other_content(item: &Attributes<'_>) -> Held {
    if item.get(attribute::EXPIRES_AT).is_some() { Held::Expires } else { Held::OtherContent }
}

/// The salt of an item, and its strings by name.
type Strings<'a> = ([u8; SALT_BYTES], Vec<(&'a str, &'a str)>);

/// The salt and the strings of an item that has nothing else.
fn strings<'a>(item: &'a Attributes<'_>) -> Option<Strings<'a>> {
    let (mut salt, mut strings) = (None, Vec::with_capacity(24));
    for (name, value) in item.iter() {
        match value {
            Value::Text(_) if [attribute::SALT, attribute::SALTS, attribute::REDACTED].contains(&name) => return None,
            Value::Text(text) => strings.push((name, text.as_ref())),
            Value::Bytes(text) if name == attribute::SALT => {
                let bytes = STANDARD.decode(text.as_ref()).ok()?;
                salt = Some(bytes.try_into().ok()?);
            }
            Value::Bytes(_) | Value::Other => return None,
        }
    }
    Some((salt?, strings))
}

/// What a text has behind these parts, which stand one behind the other; none if it does not begin with them.
fn behind<'a>(text: &'a str, parts: &[&str]) -> Option<&'a str> {
    parts.iter().try_fold(text, |rest, part| rest.strip_prefix(part))
}

/// An address as index keys have it.
fn email_in_key(email: &str) -> String {
    let folded = EmailAddress::from_stored(email.to_owned()).map_or_else(String::new, |email| email.folded());
    folded.replace('%', "%25").replace('#', "%23")
}

fn text_value(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// The item of the JSON of a line or a proof, if that is written to the letter: of what is not, readers may take different things.
pub(crate) fn item_to_the_letter(text: &str) -> Option<Item> {
    json::read(text).filter(|item| json::write(item) == text)
}
