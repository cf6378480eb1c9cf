//! A dashboard user as an item.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, keyed, put, put_optional};
use crate::event::Role;
use crate::table::attribute;
use crate::table::key;
use crate::user::{DashboardUser, UserStatus};
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, UserId};
use crate::values::timestamp::Timestamp;

/// The user as an item.
pub fn encode_user(account: &AccountId, user: &DashboardUser) -> Item {
    let mut item = keyed(key::user(account, &user.id));
    put(&mut item, attribute::CREATED_AT, user.created_at.to_string());
    put(&mut item, attribute::EMAIL_ADDRESS, user.email_address.as_str());
    put(&mut item, attribute::STATUS, user.status.as_str());
    put_optional(&mut item, attribute::NAME, user.name.as_deref());
    put_optional(&mut item, attribute::ROLE, user.role.map(Role::as_str));
    put_optional(&mut item, attribute::CHANGED_AT, user.changed_at.map(|at| at.to_string()));
    item
}

row!(
    /// A user.
    UserRow { created_at, email_address, status, name, role, changed_at }
);

/// The user that an item is.
///
/// # Errors
/// [`ItemError`] naming the first attribute that is missing or malformed.
pub fn decode_user(item: Item) -> Result<DashboardUser, ItemError> {
    let row = UserRow::open(item)?;
    let key = &row.key;
    Ok(DashboardUser {
        id: UserId::parse(&key.sk).map_err(|_| error(key, attribute::SK, "is malformed"))?,
        created_at: row.created_at.parsed(key, |text| Timestamp::parse_fixed(&text))?,
        email_address: row.email_address.parsed(key, EmailAddress::from_stored)?,
        status: row.status.parsed(key, |text| UserStatus::parse(&text))?,
        name: row.name.optional(key)?,
        role: row.role.optional_parsed(key, |text| Role::parse(&text))?,
        changed_at: row.changed_at.optional_parsed(key, |text| Timestamp::parse_fixed(&text))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_reads_back() {
        let account = AccountId::parse("acme").expect("an account id");
        let line = r#"{"id":"u-1","email_address":"Ada@example.com","status":"active","created_at":"2020-07-24T03:26:02Z",
            "name":"Ada","role":"MEMBER"}"#;
        let user = DashboardUser::parse(line, &account).expect("a user");
        assert_eq!(decode_user(encode_user(&account, &user)), Ok(user.clone()));

        let changed = DashboardUser { changed_at: Some(Timestamp::MAX), ..user };
        let item = encode_user(&account, &changed);
        assert_eq!(item["changed_at"].as_s().map(String::as_str), Ok("9999-12-31T23:59:59.999Z"));
        assert_eq!(decode_user(item), Ok(changed));
    }
}
