//! Every key and attribute string of the table, built and parsed in this one place. They are a compatibility promise.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | event | `events#<account>#<shard>` | `<created_at>#<event id>` |
//! | dashboard user | `users#<account>` | `<user id>` |
//! | e-mail guard | `user-email#<account>#<email>` | `guard` |
//! | credential | `credential#<client id>` | `credential` |
//! | an account's list of credentials | `credentials#<account>` | `<client id>` |
//! | idempotency record | `idempotency#<account>#<key>` | `idempotency` |
//! | count of a day's events | `counts#<account>#<shard>` | `<day>` |
//! | list of accounts | `accounts#all` | `<account>` |
//! | entries of the log | `log#<account>` | `e#<position of the first, 16 digits>` |
//! | accounts whose log has grown | `log-dirty#<minute>` | `<request id>` |
//! | hash of a full subtree of the log's tree | `log#<account>` | `n<level>#<index, 16 digits>` |
//! | how far a log is reconciled | `reconciled#<account>` | `cursor` |
//! | a day of the log, reconciled | `reconciled#<account>` | `<day>` |
//! | log of rounds, of which there is one after each restart | `rounds#all` | `log#<generation, 4 digits>` |
//! | a round | `rounds#<generation>` | `e#<index, 16 digits>` |
//! | hash of a full subtree of the tree of rounds | `rounds#<generation>` | `n<level>#<index, 16 digits>` |
//! | heads that a run has found changed, or all | `rounds#<generation>` | `p#<run>#<part, 4 digits>` |
//! | checkpoint | `rounds#<generation>` | `c#<size, 16 digits>` |
//! | session of a browser | `session#<SHA-256 of its token>` | `session` |
//! | viewer link | `viewer-link#<SHA-256 of its code>` | `link` |
//! | tries to sign in from an address | `sign-in#<network>` | `<minute>` |
//! | destination | `destinations#<account>` | `<destination id>` |
//! | list of all destinations | `destination-list#all` | `<account>#<destination id>` |

mod destinations;
mod log;
mod rounds;
mod viewer;

pub(crate) use destinations::listed_destination_parts;
pub use destinations::{destination, destination_list, destinations, listed_destination};
pub(crate) use log::log_item_first;
pub use log::{
    LOG_ITEMS, Tree, account_of_log, log, log_dirty, log_dirty_at, log_item, node, reconciled, reconciled_cursor,
    reconciled_day,
};
pub use rounds::{CHECKPOINTS, Generation, checkpoint, heads_part, heads_parts, log_of_rounds, logs_of_rounds, rounds};
pub(crate) use rounds::{checkpoint_size, log_of_rounds_generation, rounds_part};
pub use viewer::{LINK, SESSION, session, sign_in, viewer_link};

use crate::event::idempotency::IdempotencyKey;
use crate::table::attribute;
use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, ClientId, EventType, Shard, UserId};
use std::fmt;

/// Separates the parts of a key.
const SEPARATOR: char = '#';

/// Sort key of an e-mail guard.
pub const GUARD: &str = "guard";

/// Sort key of a credential.
pub const CREDENTIAL: &str = "credential";

/// Sort key of an idempotency record.
pub const IDEMPOTENCY: &str = "idempotency";

/// After every sort key of an event: `:` is the character after `9`.
pub const AFTER_EVERY_TIME: &str = ":";

/// A secondary index; its range key is [`attribute::SK`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Index {
    /// The audit trail by event type.
    ByType,
    /// The audit trail by user e-mail.
    ByEmail,
    /// The network audit, all users.
    ByCategory,
    /// The network audit, one user.
    BySubject,
}

impl Index {
    /// Its name in the table, such as `by-type`.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The attribute that is its partition key.
    pub fn partition_attribute(self) -> &'static str {
        match self {
            Self::ByType => attribute::TYPE_PK,
            Self::ByEmail => attribute::EMAIL_PK,
            Self::ByCategory => attribute::CATEGORY_PK,
            Self::BySubject => attribute::SUBJECT_PK,
        }
    }
}

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.pk, self.sk)
    }
}

/// `events#<account>#<shard>`
pub fn events(account: &AccountId, shard: Shard) -> String {
    format!("events#{account}#{shard}")
}

/// `events#<account>#<shard>#type#<event_type>`, in [`Index::ByType`].
pub fn events_of_type(account: &AccountId, shard: Shard, event_type: &EventType) -> String {
    format!("events#{account}#{shard}#type#{event_type}")
}

/// `events#<account>#<shard>#email#<email>`, in [`Index::ByEmail`].
pub fn events_of_email(account: &AccountId, shard: Shard, email: &EmailAddress) -> String {
    format!("events#{account}#{shard}#email#{}", escaped(email))
}

/// `events#<account>#<shard>#category#<category>`, in [`Index::ByCategory`].
pub fn events_of_category(account: &AccountId, shard: Shard, category: Category) -> String {
    format!("events#{account}#{shard}#category#{}", category.as_str())
}

/// `events#<account>#<shard>#category#<category>#user#<user id>`, in [`Index::BySubject`].
pub fn events_of_subject(account: &AccountId, shard: Shard, category: Category, user: &UserId) -> String {
    format!("events#{account}#{shard}#category#{}#user#{user}", category.as_str())
}

/// `users#<account>`
pub fn users(account: &AccountId) -> String {
    format!("users#{account}")
}

/// `users#<account>` / `<user id>`
pub fn user(account: &AccountId, user: &UserId) -> Key {
    Key { pk: users(account), sk: user.to_string() }
}

/// `user-email#<account>#<email>` / `guard`
pub fn email_guard(account: &AccountId, email: &EmailAddress) -> Key {
    Key { pk: format!("user-email#{account}#{}", escaped(email)), sk: GUARD.to_owned() }
}

/// `credential#<client id>` / `credential`
pub fn credential(client: &ClientId) -> Key {
    Key { pk: format!("credential#{client}"), sk: CREDENTIAL.to_owned() }
}

/// `credentials#<account>`
pub fn credentials(account: &AccountId) -> String {
    format!("credentials#{account}")
}

/// `idempotency#<account>#<key>` / `idempotency`
pub fn idempotency(account: &AccountId, key: &IdempotencyKey) -> Key {
    Key { pk: format!("idempotency#{account}#{}", escaped_text(key.as_str())), sk: IDEMPOTENCY.to_owned() }
}

/// `counts#<account>#<shard>`
pub fn day_counts(account: &AccountId, shard: Shard) -> String {
    format!("counts#{account}#{shard}")
}

/// `counts#<account>#<shard>` / `<day>`
pub fn day_count(account: &AccountId, shard: Shard, day: Day) -> Key {
    Key { pk: day_counts(account, shard), sk: day.to_string() }
}

/// `<category>#<user id>`, in [`attribute::SUBJECT_COUNTS`].
pub fn subject_count(category: Category, user: &UserId) -> String {
    format!("{}#{user}", category.as_str())
}

/// `accounts#all`
pub fn accounts() -> String {
    "accounts#all".to_owned()
}

/// `events#<account>#<shard>` / `<sort key>`, of any text that may stand there.
pub(crate) fn event_at(account: &AccountId, shard: &str, sk: &str) -> Key {
    Key { pk: format!("events#{account}#{shard}"), sk: sk.to_owned() }
}

/// The account and the shard whose partition of events this is; none of another partition.
pub fn account_of_events(pk: &str) -> Option<(AccountId, &str)> {
    let (account, shard) = pk.strip_prefix("events#")?.split_once(SEPARATOR)?;
    let is_shard = shard.len() == 2 && shard.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_shard.then_some(())?;
    Some((AccountId::parse(account).ok()?, shard))
}

/// The address in lower case, escaped.
fn escaped(email: &EmailAddress) -> String {
    escaped_text(&email.folded())
}

/// `%` and `#` percent-encoded: free text cannot bring a separator into a key.
fn escaped_text(text: &str) -> String {
    text.replace('%', "%25").replace(SEPARATOR, "%23")
}

/// The number that 16 digits are.
fn number(digits: &str) -> Option<u64> {
    let are_digits = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests;
