//! An event of OCSF as a whole: class, activity, times, and where it came from.

use super::entity::{Entity, user_of};
use super::known::{About, Known};
use super::metadata::Metadata;
use super::unmapped::Unmapped;
use super::user::User;
use crate::dialect::feed::FeedEvent;
use crate::process::ocsf_mapping::{Meaning, OcsfMapping};
use crate::values::ids::AccountId;
use crate::values::ocsf::{Activity, Class, Status};
use serde::Serialize;
use std::net::IpAddr;

const CATEGORY_UID: u8 = 3;
const CATEGORY_NAME: &str = "Identity & Access Management";

/// An event. Each number is accompanied by its name, as consumers show it.
#[derive(Debug, Serialize)]
pub(super) struct OcsfEvent<'a> {
    category_uid: u8,
    category_name: &'static str,
    class_uid: u16,
    class_name: &'static str,
    activity_id: u8,
    activity_name: &'a str,
    /// The class's number times 100, and the activity's.
    type_uid: u32,
    type_name: String,
    severity_id: u8,
    severity: &'static str,
    status_id: u8,
    status: &'static str,
    /// Milliseconds since 1970.
    time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src_endpoint: Option<Endpoint>,
    #[serde(flatten)]
    target: Target<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    observables: Vec<Observable>,
    unmapped: Unmapped<'a>,
}

#[derive(Debug, Serialize)]
struct Actor<'a> {
    user: User<'a>,
}

#[derive(Debug, Serialize)]
struct Endpoint {
    ip: IpAddr,
}

/// What a class must name.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Target<'a> {
    /// Account Change.
    Account { user: User<'a> },
    /// Authentication, which needs a service: the one of the account.
    Logon { user: User<'a>, service: Service<'a> },
    /// Entity Management.
    Entity { entity: Entity<'a> },
}

#[derive(Debug, Serialize)]
pub(super) struct Service<'a> {
    uid: &'a str,
}

/// A value that stands somewhere in the event, for consumers that look for one wherever it is.
#[derive(Debug, Serialize)]
struct Observable {
    name: &'static str,
    type_id: u8,
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
}

/// What stands beside the target.
pub(super) struct Told<'a> {
    /// What was done.
    pub(super) meaning: Meaning,
    /// The source's own name of it, for an activity that OCSF has no name for.
    pub(super) source_name: &'a str,
    /// When it happened, in milliseconds since 1970.
    pub(super) time: i64,
    pub(super) message: Option<&'a str>,
    pub(super) metadata: Metadata<'a>,
    pub(super) target: Target<'a>,
    pub(super) unmapped: Unmapped<'a>,
}

/// What an event type is, and what its events are about: as the operator says, or as is known, or else something that was done to
/// the subject.
fn meaning(event_type: Option<&str>, mapping: &OcsfMapping) -> (Meaning, About) {
    let known = event_type.and_then(Known::of);
    match (event_type.and_then(|event_type| mapping.get(event_type)), known) {
        (Some(mapped), Some(known)) if mapped.activity.class() == known.meaning.activity.class() => {
            (mapped, known.about)
        }
        (Some(mapped), _) => (mapped, About::of(mapped.activity.class())),
        (None, Some(known)) => (known.meaning, known.about),
        (None, None) => {
            let done = Meaning::of(Activity::other(Class::EntityManagement));
            (Meaning { status: Status::Unknown, ..done }, About::of(Class::EntityManagement))
        }
    }
}

/// The event as one of OCSF.
pub(super) fn of_event<'a>(event: &FeedEvent<'a>, account: &'a AccountId, mapping: &OcsfMapping) -> OcsfEvent<'a> {
    let FeedEvent { position: _, appended_at: _, event: object } = event;
    let (meaning, about) = meaning(object.event_type, mapping);
    let user = || user_of(about, object, account);
    let target = match meaning.activity.class() {
        Class::AccountChange => Target::Account { user: user() },
        Class::Authentication => Target::Logon { user: user(), service: Service { uid: account.as_str() } },
        Class::EntityManagement => Target::Entity { entity: Entity::of(about, object, account) },
    };
    let told = Told {
        meaning,
        source_name: object.event_type.unwrap_or("Unknown"),
        time: object.created_at.epoch_ms(),
        message: object.event_description,
        metadata: Metadata::of_event(event, account),
        target,
        unmapped: Unmapped::of_event(event),
    };
    let address = object.principal.ip_address.and_then(|text| text.parse::<IpAddr>().ok());
    let ip = address.filter(|ip| !ip.is_unspecified()); // `::` says that there is none
    let actor = User::of_principal(&object.principal, account).map(|user| Actor { user });
    let bare = told.into_event();
    let observables = observables(actor.as_ref(), ip, &bare.target);
    OcsfEvent { actor, src_endpoint: ip.map(|ip| Endpoint { ip }), observables, ..bare }
}

impl<'a> Told<'a> {
    /// The event, without who did it and from where.
    pub(super) fn into_event(self) -> OcsfEvent<'a> {
        let Meaning { activity, status, severity } = self.meaning;
        let class = activity.class();
        OcsfEvent {
            category_uid: CATEGORY_UID,
            category_name: CATEGORY_NAME,
            class_uid: class.uid(),
            class_name: class.caption(),
            activity_id: activity.id(),
            activity_name: if activity.is_other() { self.source_name } else { activity.caption() },
            type_uid: u32::from(class.uid()) * 100 + u32::from(activity.id()),
            type_name: format!("{}: {}", class.caption(), activity.caption()),
            severity_id: severity as u8,
            severity: severity.caption(),
            status_id: status as u8,
            status: status.caption(),
            time: self.time,
            message: self.message,
            metadata: self.metadata,
            actor: None,
            src_endpoint: None,
            target: self.target,
            observables: Vec::new(),
            unmapped: self.unmapped,
        }
    }
}

fn observables(actor: Option<&Actor<'_>>, ip: Option<IpAddr>, target: &Target<'_>) -> Vec<Observable> {
    let address = |name, user: Option<&User<'_>>| {
        let value = user.and_then(|user| user.email_addr.as_deref())?;
        Some(Observable { name, type_id: 5, kind: "Email Address", value: value.to_owned() })
    };
    let of_target = match target {
        Target::Account { user } | Target::Logon { user, service: _ } => address("user.email_addr", Some(user)),
        Target::Entity { entity } => address("entity.user.email_addr", entity.user.as_ref()),
    };
    let of_endpoint =
        ip.map(|ip| Observable { name: "src_endpoint.ip", type_id: 2, kind: "IP Address", value: ip.to_string() });
    let of_actor = address("actor.user.email_addr", actor.map(|actor| &actor.user));
    [of_endpoint, of_actor, of_target].into_iter().flatten().collect()
}
