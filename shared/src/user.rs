//! A dashboard user: someone who can be let in, and whether they are.

pub mod change;
pub mod event;

use crate::event::Role;
use crate::event::input::{NAME_LENGTH_MAX, one_of, parse_with, role, text};
use crate::input::faults::{Faults, Reader};
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, UserId};
use crate::values::timestamp::{Moment, Timestamp};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use strum::VariantArray as _;

/// A dashboard user: one row of an account's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardUser {
    /// Its id, made by us or given by an import. It never changes.
    pub id: UserId,
    /// When it was made, here or, for an imported user, where it came from.
    pub created_at: Timestamp,
    /// The address as it was given; no two users of an account have the same, however it is spelled.
    pub email_address: EmailAddress,
    /// Whether it is let in.
    pub status: UserStatus,
    /// The name that people know it by.
    pub name: Option<String>,
    /// Its role. It grants nothing here; events of what the user does in the directory show it.
    pub role: Option<Role>,
    /// When it was last changed, which no two of its changes share. An imported user that nobody has changed since has none.
    pub changed_at: Option<Timestamp>,
}

/// Whether a user is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum UserStatus {
    /// The user was invited, and has not come yet.
    Invited,
    /// The user has come, and is let in.
    Active,
    /// The user is not let in any more, but may be again.
    Deactivated,
}

impl UserStatus {
    /// All three, in the order of a user's life.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The text on the wire and in the table, such as `invited`.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Reads the text that [`Self::as_str`] writes, and no other.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl DashboardUser {
    /// Parses the JSON of one user, as `audit import users` reads it.
    ///
    /// Shape: `{"id"?, "email_address", "status", "created_at", "name"?, "role"?}`; a field that is `null` counts as absent.
    /// Without an id, it is derived from the account and the address, so that the same line is always the same user.
    ///
    /// # Errors
    /// [`Faults`]: every field that is missing, unknown, of the wrong type or out of its bound.
    pub fn parse(text_of_user: &str, account: &AccountId) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut reader = Reader::open("user", text_of_user, &mut faults);
        let id = reader.optional("id", |value| parse_with(value, UserId::parse));
        let email_address = reader.required("email_address", |value| parse_with(value, EmailAddress::parse));
        let status = reader.required("status", status);
        let created_at = reader.required("created_at", |value| parse_with(value, Moment::parse_zoned));
        let name = reader.optional("name", |value| text(value, NAME_LENGTH_MAX));
        let role = reader.optional("role", role);
        reader.finish();
        let user = || {
            let email_address = email_address?;
            let id = match id {
                Some(id) => id,
                None => derived_id(account, &email_address)?,
            };
            Some(Self {
                id,
                created_at: created_at?.floor(),
                email_address,
                status: status?,
                name,
                role,
                changed_at: None,
            })
        };
        faults.or(user())
    }
}

/// `usr_` and 24 hex digits of the SHA-256 of account and address.
fn derived_id(account: &AccountId, email: &EmailAddress) -> Option<UserId> {
    let digest = Sha256::digest(format!("{account}#{}", email.folded()));
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    UserId::parse(&format!("usr_{hex}")).ok()
}

pub(crate) fn status(value: &RawValue) -> Result<UserStatus, String> {
    one_of(value, UserStatus::ALL, UserStatus::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<DashboardUser, String> {
        let account = AccountId::parse("acme").expect("an account id");
        DashboardUser::parse(text, &account).map_err(|faults| faults.to_string())
    }

    #[test]
    fn a_user_without_an_id_always_gets_the_same_one() {
        let line = r#"{"email_address":"Ada@example.com","status":"invited","created_at":"2020-07-24T03:26:02Z"}"#;
        let (first, again) = (parse(line), parse(&line.replace("Ada@", "ada@")));
        assert_eq!(first.as_ref().map(|user| user.id.as_str().len()), Ok(28));
        assert_eq!(first.map(|user| user.id), again.map(|user| user.id));
    }

    #[test]
    fn faults_name_the_field_and_what_is_accepted() {
        let said = parse(r#"{"email_address":"x","status":"gone","created_at":"2020-07-24","age":7}"#);
        assert_eq!(
            said,
            Err("email_address must be an e-mail address of at most 254 bytes, such as ada@example.com (in a URL, + is \
                 written %2B); status must be one of invited, active, deactivated; created_at must be a \
                 date-time with a zone, such as 2018-04-10T16:20:56.829Z or 2018-04-10T18:20:56+02:00 (in a URL, + is \
                 written %2B); age is not a known field"
                .to_owned())
        );
    }
}
