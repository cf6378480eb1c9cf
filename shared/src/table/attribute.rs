//! The names of the attributes of the table. They are a compatibility promise.

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
