//! The words of OCSF that an event type can be mapped to: classes and their activities, statuses, severities.
//!
//! Source: <https://schema.ocsf.io/1.8.0/classes/account_change>, `authentication`, `entity_management`; version 1.7 has the same.

use strum::VariantArray as _;

/// The class of an event: all three are of the category Identity & Access Management.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A user account was changed: 3001.
    AccountChange,
    /// A user logged on or off, or tried to: 3002.
    Authentication,
    /// A thing that is managed was changed, read or removed: 3004.
    EntityManagement,
}

/// What was done, as OCSF classifies it: a class, and one of the activities that it has.
///
/// Shape: `account_change.password_reset`, both names as OCSF has them, in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    class: Class,
    id: u8,
    caption: &'static str,
}

/// Whether what was tried succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
#[repr(u8)]
pub enum Status {
    /// The event does not tell.
    Unknown = 0,
    /// It succeeded.
    Success = 1,
    /// It failed.
    Failure = 2,
}

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
#[repr(u8)]
pub enum Severity {
    /// Nobody needs to act.
    Informational = 1,
    /// Someone may decide whether to act.
    Low = 2,
    /// Someone should act, at leisure.
    Medium = 3,
    /// Someone should act at once.
    High = 4,
    /// Someone should act at once, and much is at stake.
    Critical = 5,
    /// Something failed that cannot be repaired.
    Fatal = 6,
}

/// The id of the activity that no class has a name for; the event says by itself what was done then.
const OTHER: u8 = 99;

const ACCOUNT_CHANGE: &[(u8, &str)] = &[
    (1, "Create"),
    (2, "Enable"),
    (3, "Password Change"),
    (4, "Password Reset"),
    (5, "Disable"),
    (6, "Delete"),
    (7, "Attach Policy"),
    (8, "Detach Policy"),
    (9, "Lock"),
    (10, "MFA Factor Enable"),
    (11, "MFA Factor Disable"),
    (12, "Unlock"),
    (OTHER, "Other"),
];

const AUTHENTICATION: &[(u8, &str)] = &[
    (1, "Logon"),
    (2, "Logoff"),
    (3, "Authentication Ticket"),
    (4, "Service Ticket Request"),
    (5, "Service Ticket Renew"),
    (6, "Preauth"),
    (7, "Account Switch"),
    (OTHER, "Other"),
];

const ENTITY_MANAGEMENT: &[(u8, &str)] = &[
    (1, "Create"),
    (2, "Read"),
    (3, "Update"),
    (4, "Delete"),
    (5, "Move"),
    (6, "Enroll"),
    (7, "Unenroll"),
    (8, "Enable"),
    (9, "Disable"),
    (10, "Activate"),
    (11, "Deactivate"),
    (12, "Suspend"),
    (13, "Resume"),
    (OTHER, "Other"),
];

impl Class {
    /// The three, in the order of their numbers.
    pub const ALL: [Self; 3] = [Self::AccountChange, Self::Authentication, Self::EntityManagement];

    /// Its number, `class_uid`.
    pub fn uid(self) -> u16 {
        match self {
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
        }
    }

    /// Its name for people, `class_name`.
    pub fn caption(self) -> &'static str {
        match self {
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
        }
    }

    /// What can be done in it.
    pub fn activities(self) -> impl Iterator<Item = Activity> {
        self.table().iter().map(move |&(id, caption)| Activity { class: self, id, caption })
    }

    const fn table(self) -> &'static [(u8, &'static str)] {
        match self {
            Self::AccountChange => ACCOUNT_CHANGE,
            Self::Authentication => AUTHENTICATION,
            Self::EntityManagement => ENTITY_MANAGEMENT,
        }
    }
}

impl Activity {
    /// The activity of a class with that number, which must be there: for tables, where the compiler sees to it.
    pub const fn known(class: Class, id: u8) -> Self {
        let mut table = class.table();
        while let [(known, caption), rest @ ..] = table {
            if *known == id {
                return Self { class, id, caption };
            }
            table = rest;
        }
        panic!("the class has no such activity")
    }

    /// What was done in a class that has no name for it.
    pub const fn other(class: Class) -> Self {
        Self { class, id: OTHER, caption: "Other" }
    }

    /// Reads `<class>.<activity>`.
    ///
    /// # Errors
    /// What would be accepted, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let class = text.split_once('.').map_or(text, |(class, _)| class);
        let Some(class) = Class::ALL.into_iter().find(|known| in_lower_case(known.caption()) == class) else {
            let classes = Class::ALL.map(|class| in_lower_case(class.caption()));
            return Err(format!("must be <class>.<activity>, where the class is one of {}", classes.join(", ")));
        };
        class.activities().find(|activity| activity.name() == text).ok_or_else(|| {
            let names: Vec<_> = class.activities().map(Self::name).collect();
            format!("must be one of {}", names.join(", "))
        })
    }

    /// The text that [`Self::parse`] reads.
    pub fn name(self) -> String {
        format!("{}.{}", in_lower_case(self.class.caption()), in_lower_case(self.caption))
    }

    /// The class that it is an activity of.
    pub const fn class(self) -> Class {
        self.class
    }

    /// Its number in its class, `activity_id`.
    pub fn id(self) -> u8 {
        self.id
    }

    /// Its name for people; `Other` where OCSF has none.
    pub fn caption(self) -> &'static str {
        self.caption
    }

    /// Whether OCSF has no name for it.
    pub fn is_other(self) -> bool {
        self.id == OTHER
    }
}

fn in_lower_case(caption: &str) -> String {
    caption.to_ascii_lowercase().replace(' ', "_")
}

impl Status {
    /// All, in the order of their numbers.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name in a mapping: `success`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Its name for people.
    pub fn caption(self) -> &'static str {
        match self {
            Self::Unknown => "Unknown",
            Self::Success => "Success",
            Self::Failure => "Failure",
        }
    }
}

impl Severity {
    /// All, in the order of their numbers.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Its name in a mapping: `informational`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Its name for people.
    pub fn caption(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
            Self::Critical => "Critical",
            Self::Fatal => "Fatal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_reads_back_and_has_its_number() {
        for (text, class, id) in [
            ("account_change.create", 3001, 1),
            ("account_change.mfa_factor_disable", 3001, 11),
            ("authentication.logon", 3002, 1),
            ("authentication.account_switch", 3002, 7),
            ("entity_management.resume", 3004, 13),
            ("entity_management.other", 3004, 99),
        ] {
            let activity = Activity::parse(text).expect("an activity");
            assert_eq!((activity.class().uid(), activity.id(), activity.name().as_str()), (class, id, text));
        }
    }

    #[test]
    fn what_is_no_activity_is_told_what_is() {
        let said =
            "must be <class>.<activity>, where the class is one of account_change, authentication, entity_management";
        for bad in ["", "create", "user_access.create", "Account_Change.create", ".create", "account change.create"] {
            assert_eq!(Activity::parse(bad), Err(said.to_owned()), "{bad:?}");
        }
        let said = "must be one of authentication.logon, authentication.logoff, authentication.authentication_ticket, \
                    authentication.service_ticket_request, authentication.service_ticket_renew, authentication.preauth, \
                    authentication.account_switch, authentication.other";
        for bad in ["authentication", "authentication.", "authentication.create", "authentication.logon.x"] {
            assert_eq!(Activity::parse(bad), Err(said.to_owned()), "{bad:?}");
        }
    }
}
