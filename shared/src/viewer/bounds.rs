//! Which events a page for people shows: what its form asks for, and what a viewer link is bound to, are of one type.

use crate::event::AuditEvent;
use crate::event::filter::EventFilter;
use crate::event::redacted::RedactedEvent;
use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::email::EmailAddress;
use crate::values::ids::{EventType, UserId};
use crate::values::timestamp::{TimeRange, Timestamp};

/// What events must have to be shown; a field that is absent asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventBounds {
    /// The type that they have.
    pub event_type: Option<EventType>,
    /// The e-mail address of the principal, however it is spelled.
    pub user_email: Option<EmailAddress>,
    /// The half of the network audit that they are in.
    pub category: Option<Category>,
    /// The user whom they are about.
    pub user_id: Option<UserId>,
    /// The first day, in UTC.
    pub from: Option<Day>,
    /// The last day, in UTC, which belongs to the range.
    pub to: Option<Day>,
}

/// Why no index answers what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoundsError {
    /// A user without a category: the index by user is one by category too.
    #[error("must be given together with a category")]
    UserWithoutCategory,
    /// A type or an address beside a category.
    #[error("cannot be combined with an event type or an e-mail address")]
    CategoryWithOthers,
}

impl EventBounds {
    /// The filter whose index has the events.
    ///
    /// # Errors
    /// [`BoundsError`] if there is no such index.
    pub fn filter(&self) -> Result<EventFilter, BoundsError> {
        match (self.event_type.clone(), self.user_email.clone(), self.category, self.user_id.clone()) {
            (None, None, None, None) => Ok(EventFilter::All),
            (Some(event_type), None, None, None) => Ok(EventFilter::Type(event_type)),
            (None, Some(email), None, None) => Ok(EventFilter::Email(email)),
            (Some(event_type), Some(email), None, None) => Ok(EventFilter::EmailAndType(email, event_type)),
            (None, None, Some(category), None) => Ok(EventFilter::Category(category)),
            (None, None, Some(category), Some(user_id)) => Ok(EventFilter::Subject(category, user_id)),
            (_, _, None, Some(_)) => Err(BoundsError::UserWithoutCategory),
            (Some(_), _, Some(_), _) | (_, Some(_), Some(_), _) => Err(BoundsError::CategoryWithOthers),
        }
    }

    /// From the first instant of the first day to the first instant after the last one.
    pub fn range(&self) -> TimeRange {
        let from = self.from.map_or(Timestamp::MIN, Day::start);
        TimeRange { from, to: self.to.and_then(Day::end).map(|to| to.max(from)) }
    }

    /// What shows no more than these bounds and no more than is asked for; none if nothing could be in both.
    #[must_use]
    pub fn narrowed(&self, asked: &Self) -> Option<Self> {
        let folded = |email: &EmailAddress| email.folded();
        let are_one = |own: &EmailAddress, asked: &EmailAddress| folded(own) == folded(asked);
        let narrowed = Self {
            event_type: both(&self.event_type, &asked.event_type, PartialEq::eq)?,
            user_email: both(&self.user_email, &asked.user_email, are_one)?,
            category: both(&self.category, &asked.category, PartialEq::eq)?,
            user_id: both(&self.user_id, &asked.user_id, PartialEq::eq)?,
            from: self.from.max(asked.from),
            to: [self.to, asked.to].into_iter().flatten().min(),
        };
        let is_empty = narrowed.from.zip(narrowed.to).is_some_and(|(from, to)| to < from);
        (!is_empty).then_some(narrowed)
    }

    /// Whether an event is one of those.
    pub fn contain(&self, event: &AuditEvent) -> bool {
        let (details, subject) = (&event.details, event.details.subject.as_ref());
        self.contain_said(&Said {
            created_at: event.created_at,
            event_type: Some(details.event_type.as_str()),
            user_email: details.principal.email.clone(),
            category: subject.map(|subject| subject.category),
            user_id: subject.map(|subject| subject.user_id.as_str()),
        })
    }

    /// Whether a redacted event is one of those, as far as it still says: what is gone is in no bound.
    pub fn contain_redacted(&self, event: &RedactedEvent) -> bool {
        self.contain_said(&Said {
            created_at: event.key.created_at,
            event_type: event.left.event_type.as_deref(),
            user_email: event
                .left
                .principal_email
                .as_deref()
                .and_then(|email| EmailAddress::from_stored(email.to_owned())),
            category: event.left.subject_category.as_deref().and_then(Category::parse),
            user_id: event.left.subject_user_id.as_deref(),
        })
    }

    fn contain_said(&self, said: &Said<'_>) -> bool {
        let folded = |email: &EmailAddress| email.folded();
        self.range().contains(said.created_at)
            && self.event_type.as_ref().is_none_or(|event_type| said.event_type == Some(event_type.as_str()))
            && self
                .user_email
                .as_ref()
                .is_none_or(|email| said.user_email.as_ref().map(folded).as_deref() == Some(folded(email).as_str()))
            && self.category.is_none_or(|category| said.category == Some(category))
            && self.user_id.as_ref().is_none_or(|user| said.user_id == Some(user.as_str()))
    }
}

/// What an event says of itself that bounds are about.
struct Said<'a> {
    created_at: Timestamp,
    event_type: Option<&'a str>,
    user_email: Option<EmailAddress>,
    category: Option<Category>,
    user_id: Option<&'a str>,
}

/// The value that both ask for: none inside if neither does, and none at all if they ask for two.
fn both<T: Clone>(own: &Option<T>, asked: &Option<T>, are_one: impl Fn(&T, &T) -> bool) -> Option<Option<T>> {
    match (own, asked) {
        (Some(own), Some(asked)) => are_one(own, asked).then(|| Some(own.clone())),
        (Some(one), None) | (None, Some(one)) => Some(Some(one.clone())),
        (None, None) => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;
    use crate::values::ids::EventId;

    fn bounds(fields: &[(&str, &str)]) -> EventBounds {
        let field = |name: &str| fields.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
        EventBounds {
            event_type: field("type").map(|text| EventType::parse(text).expect("a type")),
            user_email: field("email").map(|text| EmailAddress::parse(text).expect("an address")),
            category: field("category").map(|text| Category::parse(text).expect("a category")),
            user_id: field("user").map(|text| UserId::parse(text).expect("a user id")),
            from: field("from").map(|text| Day::parse(text).expect("a day")),
            to: field("to").map(|text| Day::parse(text).expect("a day")),
        }
    }

    fn event() -> AuditEvent {
        let at = Timestamp::parse_fixed("2020-07-24T03:26:02.000Z").expect("a time");
        let text = r#"{"event_type":"INVITED_USER","event_description":"Invited","principal":{"email":"Ada@example.com",
            "role":"ADMIN","ip_address":"192.0.2.1"},"subject":{"category":"users","entity_key":"K","entity_id":"x",
            "user_id":"u-1"}}"#;
        EventInput::parse(text).expect("an event").into_event(EventId::parse("e-1").expect("an id"), at, at)
    }

    #[test]
    fn what_an_index_answers_is_a_filter_and_the_rest_says_why_not() {
        let of = |fields: &[(&str, &str)]| bounds(fields).filter();
        assert_eq!(of(&[("from", "2020-07-24")]), Ok(EventFilter::All));
        let (ada, kind) = (("email", "ada@example.com"), ("type", "INVITED_USER"));
        assert!(matches!(of(&[kind]), Ok(EventFilter::Type(_))));
        assert!(matches!(of(&[ada]), Ok(EventFilter::Email(_))));
        assert!(matches!(of(&[ada, kind]), Ok(EventFilter::EmailAndType(..))));
        let (users, user) = (("category", "users"), ("user", "u-1"));
        assert_eq!(of(&[users]), Ok(EventFilter::Category(Category::Users)));
        assert!(matches!(of(&[users, user]), Ok(EventFilter::Subject(Category::Users, _))));
        assert_eq!(of(&[user]), Err(BoundsError::UserWithoutCategory));
        assert_eq!(of(&[user, kind]), Err(BoundsError::UserWithoutCategory));
        assert_eq!(of(&[users, kind]), Err(BoundsError::CategoryWithOthers));
        assert_eq!(of(&[users, user, ada]), Err(BoundsError::CategoryWithOthers));
    }

    #[test]
    fn the_last_day_belongs_to_the_range() {
        let range = bounds(&[("from", "2020-07-24"), ("to", "2020-07-24")]).range();
        let at = |text: &str| Timestamp::parse_fixed(text).expect("a time");
        assert_eq!(range.from, at("2020-07-24T00:00:00.000Z"));
        assert_eq!(range.to, Some(at("2020-07-25T00:00:00.000Z")));
        assert_eq!(bounds(&[]).range(), TimeRange::ALL);
        assert_eq!(bounds(&[("to", "9999-12-31")]).range().to, None, "no instant comes after it");
    }

    #[test]
    fn bounds_can_be_narrowed_and_never_widened() {
        let own = bounds(&[("email", "Ada@Example.com"), ("from", "2020-02-01"), ("to", "2020-02-20")]);
        let narrowed = |fields: &[(&str, &str)]| own.narrowed(&bounds(fields));
        assert_eq!(narrowed(&[]), Some(own.clone()));
        assert_eq!(narrowed(&[("email", "ada@example.com")]), Some(own.clone()));
        let wider = narrowed(&[("from", "2020-01-01"), ("to", "2020-12-31")]);
        assert_eq!(wider, Some(own.clone()), "days outside are left out");
        let inside = narrowed(&[("type", "A"), ("from", "2020-02-10")]).expect("some");
        assert_eq!((inside.event_type.is_some(), inside.from), (true, Day::parse("2020-02-10")));
        assert_eq!(narrowed(&[("email", "grace@example.com")]), None);
        assert_eq!(narrowed(&[("from", "2020-02-21")]), None, "the range would be empty");
        assert_eq!(narrowed(&[("to", "2020-01-31")]), None);
    }

    #[test]
    fn bounds_hold_an_event_that_has_all_of_it() {
        let contain = |fields: &[(&str, &str)]| bounds(fields).contain(&event());
        for inside in [
            &[][..],
            &[("type", "INVITED_USER")],
            &[("email", "ADA@example.com")],
            &[("category", "users"), ("user", "u-1")],
            &[("from", "2020-07-24"), ("to", "2020-07-24")],
        ] {
            assert!(contain(inside), "{inside:?}");
        }
        for outside in [
            ("type", "OTHER"),
            ("email", "a@example.com"),
            ("category", "userAccess"),
            ("user", "u-2"),
            ("from", "2020-07-25"),
            ("to", "2020-07-23"),
        ] {
            assert!(!contain(&[outside]), "{outside:?}");
        }
    }
}
