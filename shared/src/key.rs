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

mod event_sort_key;

pub use event_sort_key::EventSortKey;

use crate::day::Day;
use crate::email::EmailAddress;
use crate::idempotency::IdempotencyKey;
use crate::ids::{AccountId, ClientId, EventType, Shard, UserId};
use std::fmt;

/// Names of the attributes.
pub mod attribute {
    /// Partition key of the table.
    pub const PK: &str = "pk";
    /// Sort key of the table and of every index.
    pub const SK: &str = "sk";
    /// Partition key of `by-type`.
    pub const TYPE_PK: &str = "type_pk";
    /// Partition key of `by-email`.
    pub const EMAIL_PK: &str = "email_pk";
    /// Partition key of `by-category`.
    pub const CATEGORY_PK: &str = "category_pk";
    /// Partition key of `by-subject`.
    pub const SUBJECT_PK: &str = "subject_pk";
    /// When an event was written; ours.
    pub const RECORDED_AT: &str = "recorded_at";
    /// What happened.
    pub const EVENT_TYPE: &str = "event_type";
    /// What happened, in words.
    pub const EVENT_DESCRIPTION: &str = "event_description";
    /// Who did it: id.
    pub const PRINCIPAL_ID: &str = "principal_id";
    /// Who did it: name.
    pub const PRINCIPAL_NAME: &str = "principal_name";
    /// Who did it: e-mail address.
    pub const PRINCIPAL_EMAIL: &str = "principal_email";
    /// Who did it: role.
    pub const PRINCIPAL_ROLE: &str = "principal_role";
    /// Who did it: from where.
    pub const PRINCIPAL_IP_ADDRESS: &str = "principal_ip_address";
    /// What it was done to: category.
    pub const SUBJECT_CATEGORY: &str = "subject_category";
    /// What it was done to: key of the entity.
    pub const SUBJECT_ENTITY_KEY: &str = "subject_entity_key";
    /// What it was done to: id of the entity.
    pub const SUBJECT_ENTITY_ID: &str = "subject_entity_id";
    /// What it was done to: the user.
    pub const SUBJECT_USER_ID: &str = "subject_user_id";
    /// Message key of the network audit.
    pub const MESSAGE_KEY: &str = "message_key";
    /// Details, a JSON object as text.
    pub const MESSAGE: &str = "message";
    /// State before, a JSON object as text.
    pub const PREVIOUS_STATE: &str = "previous_state";
    /// State after, a JSON object as text.
    pub const CURRENT_STATE: &str = "current_state";
    /// When a user or credential was made.
    pub const CREATED_AT: &str = "created_at";
    /// E-mail address of a user.
    pub const EMAIL_ADDRESS: &str = "email_address";
    /// Status of a user.
    pub const STATUS: &str = "status";
    /// Name of a user.
    pub const NAME: &str = "name";
    /// Role of a user.
    pub const ROLE: &str = "role";
    /// When a user was last changed.
    pub const CHANGED_AT: &str = "changed_at";
    /// User that holds an e-mail address.
    pub const USER_ID: &str = "user_id";
    /// Account of a credential.
    pub const ACCOUNT: &str = "account";
    /// Scopes of a credential.
    pub const SCOPES: &str = "scopes";
    /// Hashes of the secrets of a credential, newest first.
    pub const SECRET_HASHES: &str = "secret_hashes";
    /// When a credential was revoked.
    pub const REVOKED_AT: &str = "revoked_at";
    /// SHA-256 of the request that an idempotency record is of.
    pub const REQUEST_HASH: &str = "request_hash";
    /// Sort keys of the events that the request of an idempotency record recorded, in its order.
    pub const EVENT_SORT_KEYS: &str = "event_sort_keys";
    /// When the events of a day were counted; absent while its count is not to be relied on.
    pub const COUNTED_AT: &str = "counted_at";
    /// Events of a day in the category `users`.
    pub const USERS_COUNT: &str = "users_count";
    /// Events of a day in the category `userAccess`.
    pub const USER_ACCESS_COUNT: &str = "user_access_count";
    /// Events of a day about one user, by `<category>#<user id>`.
    pub const SUBJECT_COUNTS: &str = "subject_counts";
    /// Changes with every import into a day.
    pub const VERSION: &str = "version";
    /// When DynamoDB may delete an item, in seconds since 1970: the table's time to live.
    pub const EXPIRES_AT: &str = "expires_at";
}

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

/// What half of the network audit an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Category {
    /// Changes to users.
    Users,
    /// Use of access: log-ons and the like.
    UserAccess,
}

impl Category {
    /// Both, in the order of the docs.
    pub const ALL: [Self; 2] = [Self::Users, Self::UserAccess];

    /// The text in keys and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::UserAccess => "userAccess",
        }
    }

    /// Reads the text that [`Self::as_str`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
}

/// A secondary index; its range key is [`attribute::SK`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::ByType => "by-type",
            Self::ByEmail => "by-email",
            Self::ByCategory => "by-category",
            Self::BySubject => "by-subject",
        }
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

/// The address in lower case, escaped.
fn escaped(email: &EmailAddress) -> String {
    escaped_text(&email.folded())
}

/// `%` and `#` percent-encoded: free text cannot bring a separator into a key.
fn escaped_text(text: &str) -> String {
    text.replace('%', "%25").replace(SEPARATOR, "%23")
}

#[cfg(test)]
mod tests;
