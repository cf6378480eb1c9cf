//! What it was done to, where that is no user's account.

use super::known::About;
use super::user::{User, is_of_directory};
use crate::dialect::feed::{EventObject, FeedMarker};
use crate::values::ids::AccountId;
use serde::Serialize;
use std::borrow::Cow;

/// OCSF's `managed_entity`, which needs a name, a uid, a user or an organisation.
#[derive(Debug, Default, Serialize)]
pub(super) struct Entity<'a> {
    type_id: u8,
    #[serde(rename = "type")]
    kind: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org: Option<Organization<'a>>,
}

#[derive(Debug, Serialize)]
struct Organization<'a> {
    uid: &'a str,
}

const USER: u8 = 2;
const ORGANIZATION: u8 = 4;
const OTHER: u8 = 99;

impl<'a> Entity<'a> {
    /// What an event is about.
    pub(super) fn of(about: About, event: &EventObject<'a>, account: &'a AccountId) -> Self {
        let subject = event.subject.as_ref();
        match (about, subject) {
            (About::Own | About::Another, _) => Self::of_user(user_of(about, event, account)),
            (About::Organization, _) | (About::Subject, None) => Self::of_organization(account),
            (About::Subject, Some(subject)) if is_of_directory(subject) => {
                Self::of_user(User::of_subject(event, subject, account))
            }
            (About::Subject, Some(subject)) => {
                Self::of_thing(subject.entity_key.unwrap_or("Unknown"), subject.entity_id)
            }
            (About::Thing(kind), subject) => Self::of_thing(kind, subject.and_then(|subject| subject.entity_id)),
        }
    }

    /// The event that cannot be shown.
    pub(super) fn of_marker(marker: &FeedMarker<'a>) -> Self {
        Self::of_thing("Audit Event", Some(marker.id))
    }

    /// Without an id, the kind is the name: all that is known of it.
    fn of_thing(kind: &'a str, uid: Option<&'a str>) -> Self {
        let name = uid.is_none().then_some(kind.into());
        Self { type_id: OTHER, kind: kind.into(), uid, name, ..Self::default() }
    }

    /// Its uid and name are those of the user.
    fn of_user(user: User<'a>) -> Self {
        Self {
            type_id: USER,
            kind: "User".into(),
            uid: user.uid,
            name: user.name.clone(),
            user: Some(user),
            ..Self::default()
        }
    }

    fn of_organization(account: &'a AccountId) -> Self {
        let uid = account.as_str();
        Self {
            type_id: ORGANIZATION,
            kind: "Organization".into(),
            uid: Some(uid),
            org: Some(Organization { uid }),
            ..Self::default()
        }
    }
}

/// The user whose account an event is about.
pub(super) fn user_of<'a>(about: About, event: &EventObject<'a>, account: &'a AccountId) -> User<'a> {
    let own = || User::of_principal(&event.principal, account);
    match (&event.subject, about) {
        (Some(subject), _) => User::of_subject(event, subject, account),
        (None, About::Own) => own().unwrap_or_else(|| User::unknown(account)),
        (None, About::Another | About::Thing(_) | About::Organization | About::Subject) => User::unknown(account),
    }
}
