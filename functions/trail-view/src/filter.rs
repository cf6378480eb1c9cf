//! What the form of the list asks for, and the query that answers it within what the session shows.

use crate::guest::Guest;
use lambda_http::Request;
use shared::dialect::trail::TrailQuery;
use shared::http::cursor::{Cursor, Listing, TrailCursor, TrailFilters};
use shared::http::request::Parameters;
use shared::input::faults::Faults;
use shared::store::query::EventQuery;
use shared::values::category::Category;
use shared::values::day::Day;
use shared::values::email::EmailAddress;
use shared::values::ids::{EventType, UserId};
use shared::viewer::bounds::{BoundsError, EventBounds};

/// Events on a page.
pub(crate) const PAGE_SIZE: usize = 50;

/// The fields of the form.
pub(crate) const FIELDS: [&str; 6] = ["event_type", "user_email", "category", "user_id", "from", "to"];

const PARAMETERS: [&str; 7] = ["event_type", "user_email", "category", "user_id", "from", "to", "cursor"];

/// What was asked, in the words of who asked, to show it again beside what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Given(Vec<(&'static str, String)>);

impl Given {
    /// The text of a field; empty if nothing was given.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| *given == name).map_or("", |(_, value)| value.as_str())
    }

    /// Whether anything is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A query of the list.
#[derive(Debug)]
pub(crate) struct ListQuery {
    /// What is asked for beyond what the session shows anyway: what the links of the page carry on.
    pub(crate) asked: EventBounds,
    /// What is shown.
    pub(crate) bounds: EventBounds,
    /// The query of the trail.
    pub(crate) trail: TrailQuery,
}

/// Reads the form. A browser sends a field that nobody filled in too, and empty.
///
/// # Errors
/// [`Faults`], each under its field.
pub(crate) fn read(request: &Request, guest: &Guest) -> (Given, Result<ListQuery, Faults>) {
    let parameters = match Parameters::read(request, &PARAMETERS) {
        Ok(parameters) => parameters,
        Err(faults) => return (Given::default(), Err(faults)),
    };
    let field = |name: &'static str| Some((name, parameters.get(name)?.trim().to_owned()));
    let given = FIELDS.into_iter().filter_map(field).filter(|(_, text)| !text.is_empty());
    let given = Given(given.collect());
    let query = asked(&given).and_then(|asked| within(guest, asked, parameters.get("cursor")));
    (given, query)
}

fn asked(given: &Given) -> Result<EventBounds, Faults> {
    let mut faults = Faults::default();
    let day = |text: &str| Day::parse(text).ok_or("must be a date, such as 2026-11-26");
    let category = |text: &str| Category::parse(text).ok_or("must be users or userAccess");
    let bounds = EventBounds {
        event_type: parsed(given, "event_type", &mut faults, EventType::parse),
        user_email: parsed(given, "user_email", &mut faults, EmailAddress::parse),
        category: parsed(given, "category", &mut faults, category),
        user_id: parsed(given, "user_id", &mut faults, UserId::parse),
        from: parsed(given, "from", &mut faults, day),
        to: parsed(given, "to", &mut faults, day),
    };
    if bounds.from.zip(bounds.to).is_some_and(|(from, to)| to < from) {
        faults.push("to", "must not be before the first day");
    }
    faults.or(Some(bounds))
}

fn parsed<T, E: ToString>(
    given: &Given,
    name: &str,
    faults: &mut Faults,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Option<T> {
    let text = Some(given.get(name)).filter(|text| !text.is_empty())?;
    parse(text).map_err(|error| faults.push(name, error.to_string())).ok()
}

/// The query that shows no more than the session does.
fn within(guest: &Guest, asked: EventBounds, cursor: Option<&str>) -> Result<ListQuery, Faults> {
    let outside = || Faults::of("filter", "asks for more than this view shows");
    let bounds = guest.bounds.narrowed(&asked).ok_or_else(outside)?;
    let filter = bounds.filter().map_err(|error| match error {
        BoundsError::UserWithoutCategory => Faults::of("user_id", error.to_string()),
        BoundsError::CategoryWithOthers => Faults::of("category", error.to_string()),
    })?;
    let account = guest.session.account.clone();
    let filters = TrailFilters {
        range: bounds.range(),
        event_type: bounds.event_type.clone(),
        user_email: bounds.user_email.clone(),
    };
    let listing = Listing::new(env!("CARGO_PKG_NAME"), &account)
        .with("category", bounds.category.map_or("", Category::as_str))
        .with("user_id", bounds.user_id.as_ref().map_or("", UserId::as_str));
    let cursor = cursor.map(|text| continued(text, &listing, &filters)).transpose()?;
    let events = EventQuery { account, filter, range: bounds.range(), as_of: None };
    let trail = TrailQuery { events, page_size: PAGE_SIZE, cursor, filters, listing, page_url: None };
    Ok(ListQuery { asked, bounds, trail })
}

fn continued(text: &str, listing: &Listing, filters: &TrailFilters) -> Result<TrailCursor, Faults> {
    match Cursor::decode(text, listing) {
        Ok(Cursor::Trail(cursor))
            if cursor.filters == *filters && filters.range.contains(cursor.position.created_at) =>
        {
            Ok(cursor)
        }
        _ => Err(Faults::of("cursor", "is not of this list: begin with its first page")), // whatever else it is
    }
}

/// The query of a URL that asks for this: `?event_type=…&from=…`; nothing if nothing is asked for.
pub(crate) fn query(asked: &EventBounds, cursor: Option<&str>) -> String {
    let fields = [
        ("event_type", asked.event_type.as_ref().map(ToString::to_string)),
        ("user_email", asked.user_email.as_ref().map(|email| email.as_str().to_owned())),
        ("category", asked.category.map(|category| category.as_str().to_owned())),
        ("user_id", asked.user_id.as_ref().map(ToString::to_string)),
        ("from", asked.from.map(|day| day.to_string())),
        ("to", asked.to.map(|day| day.to_string())),
        ("cursor", cursor.map(ToOwned::to_owned)),
    ];
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    let query = query.finish();
    if query.is_empty() { query } else { format!("?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_carries_what_was_asked_and_no_empty_field() {
        assert_eq!(query(&EventBounds::default(), None), "");
        let asked = EventBounds {
            user_email: EmailAddress::parse("a+b@example.com").ok(),
            from: Day::parse("2026-11-01"),
            ..EventBounds::default()
        };
        assert_eq!(query(&asked, Some("x")), "?user_email=a%2Bb%40example.com&from=2026-11-01&cursor=x");
    }

    #[test]
    fn every_fault_of_the_form_is_named() {
        let given = |fields: &[(&'static str, &str)]| {
            Given(fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
        };
        let faults = asked(&given(&[("event_type", "a"), ("category", "x"), ("from", "2026-11-02"), ("to", "1")]));
        let named: Vec<_> = faults.expect_err("faults").iter().map(|fault| fault.field.clone()).collect();
        assert_eq!(named, ["event_type", "category", "to"]);
        assert!(asked(&given(&[("from", "2026-11-02"), ("to", "2026-11-01")])).is_err());
        assert!(asked(&given(&[("from", "2026-11-02"), ("to", "2026-11-02")])).is_ok());
    }
}
