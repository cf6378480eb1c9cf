//! The names of the attributes of the table, each once: the constants, and the fields of the rows of [`super::item`], come from
//! this list and from the one of what an [event](crate::event::attributes) has. They are a compatibility promise.

use crate::event::attributes::event_attributes;

macro_rules! attributes {
    ($($(#[$doc:meta])* $constant:ident $name:ident)*) => {
        $($(#[$doc])* pub const $constant: &str = stringify!($name);)*

        /// The same names, called as the fields of a row are: a row cannot have a field that is not in the list.
        #[expect(non_upper_case_globals, reason = "they are called as fields are")]
        #[expect(dead_code, reason = "what is only written, as the partition keys of the indexes are, is no field of a row")]
        pub(super) mod field {
            pub(in crate::table) use super::event_field::*;

            $(pub(in crate::table) const $name: &str = stringify!($name);)*
        }
    };
}

macro_rules! of_events {
    (unlisted { $($unlisted:ident)* } listed { $($listed:ident)* } objects { $($object:ident)* }) => {
        #[expect(non_upper_case_globals, reason = "they are called as fields are")]
        mod event_field {
            $(pub(in crate::table) const $unlisted: &str = stringify!($unlisted);)*
            $(pub(in crate::table) const $listed: &str = stringify!($listed);)*
            $(pub(in crate::table) const $object: &str = stringify!($object);)*
        }
    };
}
event_attributes!(of_events);

/// When an event was written, by our own clock.
pub const RECORDED_AT: &str = field::recorded_at;
/// What happened.
pub const EVENT_TYPE: &str = field::event_type;
/// Who did it: id.
pub const PRINCIPAL_ID: &str = field::principal_id;
/// Who did it: e-mail address.
pub const PRINCIPAL_EMAIL: &str = field::principal_email;
/// Who did it: role.
pub const PRINCIPAL_ROLE: &str = field::principal_role;
/// What it was done to: category.
pub const SUBJECT_CATEGORY: &str = field::subject_category;
/// What it was done to: the user.
pub const SUBJECT_USER_ID: &str = field::subject_user_id;
/// State after, a JSON object as text.
pub const CURRENT_STATE: &str = field::current_state;

attributes! {
    /// Partition key of the table.
    PK pk
    /// Sort key of the table and of every index.
    SK sk
    /// Partition key of `by-type`.
    TYPE_PK type_pk
    /// Partition key of `by-email`.
    EMAIL_PK email_pk
    /// Partition key of `by-category`.
    CATEGORY_PK category_pk
    /// Partition key of `by-subject`.
    SUBJECT_PK subject_pk
    /// When a user, credential, destination, session, viewer link or log of rounds was made.
    CREATED_AT created_at
    /// E-mail address of a user.
    EMAIL_ADDRESS email_address
    /// Status of a user or a destination.
    STATUS status
    /// Name of a user.
    NAME name
    /// Role of a user.
    ROLE role
    /// When a user or a destination was last changed.
    CHANGED_AT changed_at
    /// User that holds an e-mail address.
    USER_ID user_id
    /// Account of a credential, a session or a viewer link.
    ACCOUNT account
    /// Scopes of a credential.
    SCOPES scopes
    /// Hashes of the secrets of a credential, newest first.
    SECRET_HASHES secret_hashes
    /// When a credential was revoked.
    REVOKED_AT revoked_at
    /// SHA-256 of the request that an idempotency record is of.
    REQUEST_HASH request_hash
    /// Client id of the credential that a request was sent with, or that a session or viewer link was made with.
    CLIENT_ID client_id
    /// Sort keys of the events that the request of an idempotency record recorded, in its order.
    EVENT_SORT_KEYS event_sort_keys
    /// When the events of a day were counted; absent while its count is not to be relied on.
    COUNTED_AT counted_at
    /// Events of a day in all, those without a subject among them.
    EVENTS_COUNT events_count
    /// Events of a day in the category `users`.
    USERS_COUNT users_count
    /// Events of a day in the category `userAccess`.
    USER_ACCESS_COUNT user_access_count
    /// Events of a day about one user, by `<category>#<user id>`.
    SUBJECT_COUNTS subject_counts
    /// Changes with every import into a day.
    VERSION version
    /// 16 random bytes that keep the hashes of an event's attributes from telling what they are of.
    SALT salt
    /// In place of the salt of a redacted event: for each attribute that is left, what its hash is made with.
    SALTS salts
    /// Of a redacted event: the attributes that are gone, and their hashes.
    REDACTED redacted
    /// Entries of the log: a bundle, each behind its length.
    ENTRIES entries
    /// Sizes of the events' items, four bytes each, big-endian.
    SIZES sizes
    /// How many entries an item of a log has, or how many events a log has of a day.
    COUNT count
    /// When entries were put in the log.
    APPENDED_AT appended_at
    /// Newest creation time of a change in the log so far, in seconds since 1970.
    NEWEST newest
    /// Hash of a full subtree.
    HASH hash
    /// What hides the heads in the map of a round.
    PAD pad
    /// The last run at or before a round that wrote all heads.
    SNAPSHOT snapshot
    /// In how many parts a run wrote heads.
    PARTS parts
    /// From when on a round has left marks of grown logs for the next one.
    DIRTY_FROM dirty_from
    /// Heads of accounts: each its account, size and root.
    HEADS heads
    /// Whether the heads are those of all accounts, not only those that changed.
    WHOLE whole
    /// A checkpoint, as it was signed.
    CHECKPOINT checkpoint
    /// Name of a log of rounds.
    ORIGIN origin
    /// The key that a log of rounds is verified with.
    VERIFIER_KEY verifier_key
    /// The last checkpoint of the log of rounds that another one goes on from.
    CONTINUES continues
    /// Accounts whose log has grown.
    ACCOUNTS accounts
    /// Sum of the hashes of a day's events.
    SUM sum
    /// Whether a day of the log has grown since it was compared, or the table was never compared whole.
    PENDING pending
    /// The position up to which a log is reconciled, or below which a destination has acknowledged everything.
    POSITION position
    /// What a session of a browser shows: everything, if somebody signed in, or what a link is bound to.
    ACCESS access
    /// First day that a viewer link shows.
    FROM_DAY from_day
    /// Last day that a viewer link shows.
    TO_DAY to_day
    /// Origins whose frames may show a viewer link.
    ORIGINS origins
    /// When a session or a viewer link is over.
    ENDS_AT ends_at
    /// When a session was ended before its time.
    ENDED_AT ended_at
    /// When a viewer link was opened.
    SPENT_AT spent_at
    /// How often somebody tried to sign in.
    ATTEMPTS attempts
    /// Kind of a destination.
    KIND kind
    /// Format in which events are sent to a destination.
    FORMAT format
    /// Where webhooks are posted to.
    URL url
    /// Secrets that webhooks are signed with, newest first.
    SECRETS secrets
    /// Headers of webhooks, each `<name>: <value>`.
    HEADERS headers
    /// Whether the receiver of webhooks may have an address that is not public.
    ALLOWS_PRIVATE allows_private
    /// Bucket of a destination.
    BUCKET bucket
    /// What the names of a destination's objects begin with.
    PREFIX prefix
    /// Time for which events are gathered into one object, in seconds.
    WINDOW_S window_s
    /// Event bus of a destination.
    BUS bus
    /// Why a destination is paused.
    STATUS_WHY status_why
    /// Position behind what is being sent to a destination.
    RANGE_END range_end
    /// Which call works on a destination.
    LEASE lease
    /// Until when others wait for that call.
    LEASED_UNTIL leased_until
    /// Since when a destination has not taken anything.
    FAILING_SINCE failing_since
    /// Tries in a row that have failed.
    FAILURES failures
    /// Why the last one did.
    FAILURE failure
    /// When it is tried again.
    NEXT_TRY_AT next_try_at
    /// When a destination last acknowledged something.
    DELIVERED_AT delivered_at
    /// Time that the last parcel took, in milliseconds.
    TOOK_MS took_ms
    /// When DynamoDB may delete an item, in seconds since 1970: the table's time to live.
    EXPIRES_AT expires_at
}
