//! Users: who did it, and whom it was done to.

use crate::dialect::feed::{EventObject, FeedPrincipal, FeedSubject};
use crate::event::Role;
use crate::event::recorder::DIRECTORY_ENTITY_KEY;
use crate::values::ids::AccountId;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// OCSF's `user`, which needs a name, a uid or an account.
#[derive(Debug, Default, Serialize)]
pub(super) struct User<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email_addr: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_id: Option<u8>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// The account of the log, where nothing else tells who it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<Account<'a>>,
}

#[derive(Debug, Serialize)]
struct Account<'a> {
    uid: &'a str,
}

/// What a state of the directory says of a user.
#[derive(Default, Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    email_address: Option<Cow<'a, str>>,
}

impl<'a> User<'a> {
    /// The principal; none of one of which nothing is left.
    pub(super) fn of_principal(principal: &FeedPrincipal<'a>, account: &'a AccountId) -> Option<Self> {
        let FeedPrincipal { id, name, email, role, ip_address: _ } = principal;
        if id.is_none() && name.is_none() && email.is_none() && role.is_none() {
            return None;
        }
        let (type_id, kind) = role.map(kind).unzip();
        let user = Self { uid: *id, type_id, kind, ..Self::named(name.map(Into::into), email.map(Into::into)) };
        Some(user.or_of(account))
    }

    /// The user that the subject of an event is.
    pub(super) fn of_subject(event: &EventObject<'a>, subject: &FeedSubject<'a>, account: &'a AccountId) -> Self {
        let state = event.current_state.or(event.previous_state).filter(|_| is_of_directory(subject));
        let state: State<'a> = state.and_then(|state| serde_json::from_str(state.get()).ok()).unwrap_or_default();
        Self { uid: subject.user_id, ..Self::named(state.name, state.email_address) }.or_of(account)
    }

    /// A user of the account of whom nothing is known.
    pub(super) fn unknown(account: &'a AccountId) -> Self {
        Self::default().or_of(account)
    }

    /// Where there is no name, the address is one.
    fn named(name: Option<Cow<'a, str>>, email: Option<Cow<'a, str>>) -> Self {
        let email_addr = email.clone().filter(|email| is_address_of_ocsf(email));
        Self { name: name.or(email), email_addr, ..Self::default() }
    }

    fn or_of(self, account: &'a AccountId) -> Self {
        let is_known = self.name.is_some() || self.uid.is_some();
        Self { account: (!is_known).then(|| Account { uid: account.as_str() }), ..self }
    }
}

/// Whether a subject is a user of the directory.
pub(super) fn is_of_directory(subject: &FeedSubject<'_>) -> bool {
    subject.entity_key == Some(DIRECTORY_ENTITY_KEY)
}

fn kind(role: Role) -> (u8, &'static str) {
    match role {
        Role::Developer | Role::Member => (1, "User"),
        Role::Admin => (2, "Admin"),
        Role::System => (3, "System"),
        Role::Api => (4, "Service"),
        Role::MergeTeam => (99, "MERGE_TEAM"),
        Role::Support => (99, "SUPPORT"),
    }
}

/// Whether OCSF takes the address: its pattern for `email_t` knows ASCII alone, and a domain with a dot.
pub(super) fn is_address_of_ocsf(address: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric();
    let is_local = |byte: u8| is_plain(byte) || b"!#$%&'*+,-./=?^_`{|}~".contains(&byte);
    let Some((local, domain)) = address.split_once('@') else { return false };
    let Some((first, rest)) = domain.split_once('.') else { return false };
    let parts_are_there = ![local, first, rest].contains(&"");
    let first_is_plain = first.bytes().all(|byte| is_plain(byte) || byte == b'-');
    parts_are_there
        && local.bytes().all(is_local)
        && first_is_plain
        && rest.bytes().all(|byte| is_plain(byte) || matches!(byte, b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_the_pattern_of_ocsf_takes() {
        for good in ["a@b.c", "ada.l+x/y,z@example.co.uk", "a@b-1.c-d", "a@b..", "{|}@x.y"] {
            assert!(is_address_of_ocsf(good), "{good:?} was refused");
        }
        for bad in
            ["", "a", "@b.c", "a@b", "a@.c", "a@b.", "zoë@example.com", "a@exämple.com", "a@[192.0.2.1]", "a b@c.d"]
        {
            assert!(!is_address_of_ocsf(bad), "{bad:?} was accepted");
        }
        assert!(!is_address_of_ocsf("a@b@c.d") && !is_address_of_ocsf("a:b@c.d"));
    }
}
