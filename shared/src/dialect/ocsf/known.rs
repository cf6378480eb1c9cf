//! What each known event type is in OCSF: the 43 that are published, those of the directory, and two of the network audit.

use crate::process::ocsf_mapping::Meaning;
use crate::values::ocsf::{Activity, Class};

/// What is known of an event type.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The event type.
    pub event_type: &'static str,
    /// What was done.
    pub meaning: Meaning,
    /// What it was done to.
    pub about: About,
}

/// What an event is about, for the fields of OCSF that must name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// The account of a user: the subject's, or the principal's own where there is no subject.
    Own,
    /// The account of another user: the subject's. Without a subject, nobody knows whose.
    Another,
    /// A thing of that kind: the subject, or, without one, whichever it was.
    Thing(&'static str),
    /// The organisation: the account whose log it is.
    Organization,
    /// The subject, of whichever kind it says; the organisation where there is none.
    Subject,
}

const fn known(event_type: &'static str, activity: Activity, about: About) -> Known {
    Known { event_type, meaning: Meaning::of(activity), about }
}

const fn user(event_type: &'static str, id: u8, about: About) -> Known {
    known(event_type, Activity::known(Class::AccountChange, id), about)
}

const fn thing(event_type: &'static str, id: u8, kind: &'static str) -> Known {
    known(event_type, Activity::known(Class::EntityManagement, id), About::Thing(kind))
}

const fn logon(event_type: &'static str, id: u8) -> Known {
    known(event_type, Activity::known(Class::Authentication, id), About::Own)
}

/// Activities of Account Change, by what OCSF calls them.
mod account {
    pub(super) const CREATE: u8 = 1;
    pub(super) const ENABLE: u8 = 2;
    pub(super) const PASSWORD_CHANGE: u8 = 3;
    pub(super) const PASSWORD_RESET: u8 = 4;
    pub(super) const DISABLE: u8 = 5;
    pub(super) const MFA_FACTOR_ENABLE: u8 = 10;
    pub(super) const MFA_FACTOR_DISABLE: u8 = 11;
}

/// Activities of Entity Management, by what OCSF calls them.
mod entity {
    pub(super) const CREATE: u8 = 1;
    pub(super) const READ: u8 = 2;
    pub(super) const UPDATE: u8 = 3;
    pub(super) const DELETE: u8 = 4;
    pub(super) const ENABLE: u8 = 8;
    pub(super) const DISABLE: u8 = 9;
}

const API_KEY: &str = "API Key";
const LINKED_ACCOUNT: &str = "Linked Account";
const DESTINATION: &str = "Destination";
const INTEGRATION: &str = "Integration";
const CATEGORY: &str = "Category";
const REDACTION: &str = "Redaction of Unmapped Data";
const FIELD_MAPPING: &str = "Field Mapping";
const OVERRIDE: &str = "Common Model Override";
const WEBHOOK: &str = "Webhook";

/// The 43 published types in the order of the documentation, then those of the directory, then those of logging on.
#[rustfmt::skip]
pub const KNOWN: &[Known] = &[
    thing("CREATED_REMOTE_PRODUCTION_API_KEY", entity::CREATE, API_KEY),
    thing("DELETED_REMOTE_PRODUCTION_API_KEY", entity::DELETE, API_KEY),
    thing("CREATED_TEST_API_KEY", entity::CREATE, API_KEY),
    thing("DELETED_TEST_API_KEY", entity::DELETE, API_KEY),
    thing("REGENERATED_PRODUCTION_API_KEY", entity::UPDATE, API_KEY),
    thing("REGENERATED_WEBHOOK_SIGNATURE", entity::UPDATE, "Webhook Signature"),
    user("INVITED_USER", account::CREATE, About::Another),
    user("TWO_FACTOR_AUTH_ENABLED", account::MFA_FACTOR_ENABLE, About::Own),
    user("TWO_FACTOR_AUTH_DISABLED", account::MFA_FACTOR_DISABLE, About::Own),
    thing("DELETED_LINKED_ACCOUNT", entity::DELETE, LINKED_ACCOUNT),
    thing("DELETED_ALL_COMMON_MODELS_FOR_LINKED_ACCOUNT", entity::DELETE, "Common Models of a Linked Account"),
    thing("CREATED_DESTINATION", entity::CREATE, DESTINATION),
    thing("DELETED_DESTINATION", entity::DELETE, DESTINATION),
    thing("CHANGED_DESTINATION", entity::UPDATE, DESTINATION),
    thing("CHANGED_SCOPES", entity::UPDATE, "Scopes"),
    known("CHANGED_PERSONAL_INFORMATION", Activity::known(Class::EntityManagement, entity::UPDATE), About::Own),
    known("CHANGED_ORGANIZATION_SETTINGS", Activity::known(Class::EntityManagement, entity::UPDATE), About::Organization),
    thing("ENABLED_INTEGRATION", entity::ENABLE, INTEGRATION),
    thing("DISABLED_INTEGRATION", entity::DISABLE, INTEGRATION),
    thing("ENABLED_CATEGORY", entity::ENABLE, CATEGORY),
    thing("DISABLED_CATEGORY", entity::DISABLE, CATEGORY),
    user("CHANGED_PASSWORD", account::PASSWORD_CHANGE, About::Own),
    user("RESET_PASSWORD", account::PASSWORD_RESET, About::Own),
    thing("ENABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION", entity::ENABLE, REDACTION),
    thing("ENABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT", entity::ENABLE, REDACTION),
    thing("DISABLED_REDACT_UNMAPPED_DATA_FOR_ORGANIZATION", entity::DISABLE, REDACTION),
    thing("DISABLED_REDACT_UNMAPPED_DATA_FOR_LINKED_ACCOUNT", entity::DISABLE, REDACTION),
    thing("CREATED_INTEGRATION_WIDE_FIELD_MAPPING", entity::CREATE, FIELD_MAPPING),
    thing("CREATED_LINKED_ACCOUNT_FIELD_MAPPING", entity::CREATE, FIELD_MAPPING),
    thing("CHANGED_INTEGRATION_WIDE_FIELD_MAPPING", entity::UPDATE, FIELD_MAPPING),
    thing("CHANGED_LINKED_ACCOUNT_FIELD_MAPPING", entity::UPDATE, FIELD_MAPPING),
    thing("DELETED_INTEGRATION_WIDE_FIELD_MAPPING", entity::DELETE, FIELD_MAPPING),
    thing("DELETED_LINKED_ACCOUNT_FIELD_MAPPING", entity::DELETE, FIELD_MAPPING),
    thing("CREATED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE", entity::CREATE, OVERRIDE),
    thing("CHANGED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE", entity::UPDATE, OVERRIDE),
    thing("DELETED_LINKED_ACCOUNT_COMMON_MODEL_OVERRIDE", entity::DELETE, OVERRIDE),
    known("FORCED_LINKED_ACCOUNT_RESYNC", Activity::other(Class::EntityManagement), About::Thing(LINKED_ACCOUNT)),
    known("MUTED_ISSUE", Activity::other(Class::EntityManagement), About::Thing("Issue")),
    thing("GENERATED_MAGIC_LINK", entity::CREATE, "Magic Link"),
    thing("ENABLED_MERGE_WEBHOOK", entity::ENABLE, WEBHOOK),
    thing("DISABLED_MERGE_WEBHOOK", entity::DISABLE, WEBHOOK),
    thing("MERGE_WEBHOOK_TARGET_CHANGED", entity::UPDATE, WEBHOOK),
    thing("END_USER_CREDENTIALS_ACCESSED", entity::READ, "End User Credentials"),
    user("ACTIVATED_USER", account::ENABLE, About::Another),
    user("REACTIVATED_USER", account::ENABLE, About::Another),
    user("DEACTIVATED_USER", account::DISABLE, About::Another),
    logon("USER_LOGGED_ON", 1),
    logon("USER_LOGGED_OFF", 2),
];

impl Known {
    /// What is known of an event type; none of one that is not in [`KNOWN`].
    pub(super) fn of(event_type: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|known| known.event_type == event_type)
    }
}

impl About {
    /// What an event of a class is about, where nothing else is known of its type.
    pub(super) fn of(class: Class) -> Self {
        match class {
            Class::AccountChange | Class::Authentication => Self::Own,
            Class::EntityManagement => Self::Subject,
        }
    }
}
