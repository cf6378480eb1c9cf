//! How a trail request is read: credential, category, filters, range, cursor.

use super::TrailError;
use crate::credential::{Credential, Scope};
use crate::event::filter::EventFilter;
use crate::http::asked_url::asked_url;
use crate::http::cursor::{Cursor, Direction, Listing, TrailCursor, TrailFilters};
use crate::http::exchange::Exchange;
use crate::http::request::{Parameters, authorization, path_parameter};
use crate::input::faults::Faults;
use crate::store::query::{EventQuery, Order, Start};
use crate::values::email::EmailAddress;
use crate::values::ids::{AccountId, EventType};
use crate::values::timestamp::{Moment, TimeRange, Timestamp};
use lambda_http::Request;

/// Events in a page, where the request does not say.
pub const PAGE_SIZE_DEFAULT: usize = 50;
/// Most events in a page.
pub const PAGE_SIZE_MAX: usize = 100;

/// The categories whose clients may call; none changes the answer.
pub const CATEGORIES: [&str; 10] =
    ["accounting", "ats", "calendar", "chat", "crm", "email", "filestorage", "hris", "knowledgebase", "ticketing"];

const PARAMETERS: [&str; 6] = ["cursor", "start_date", "end_date", "event_type", "page_size", "user_email"];

/// Refuses a path whose category does not exist; a path that has no place for one is good.
///
/// # Errors
/// [`TrailError::UnknownCategory`].
pub fn check_category(request: &Request) -> Result<(), TrailError> {
    match path_parameter(request, "category").as_deref() {
        None => Ok(()),
        Some(category) if CATEGORIES.contains(&category) => Ok(()),
        Some(_) => Err(TrailError::UnknownCategory),
    }
}

/// The credential that the bearer token is, if it is good and has the scope.
///
/// # Errors
/// [`TrailError`], by variant.
pub async fn authenticate(exchange: &Exchange<'_>, request: &Request, scope: Scope) -> Result<Credential, TrailError> {
    let presented = authorization(request, &["Bearer"]).ok_or(TrailError::NoCredential)?;
    Ok(exchange.authenticate(&presented, scope).await?)
}

/// What is asked of the trail.
#[derive(Debug)]
pub struct TrailQuery {
    /// Which events.
    pub events: EventQuery,
    /// How many of them.
    pub page_size: usize,
    /// From where on.
    pub cursor: Option<TrailCursor>,
    /// What the cursors of the answer carry on.
    pub filters: TrailFilters,
    /// What the cursors of the answer belong to.
    pub listing: Listing,
    /// What a URL of a page begins with, up to its cursor; none if it is not known what URL was asked.
    pub page_url: Option<String>,
}

impl TrailQuery {
    /// Reads the parameters. A cursor continues its own query: a filter that is sent beside it must be that of the query.
    ///
    /// # Errors
    /// [`TrailError::Invalid`] with every fault; [`TrailError::InvalidCursor`].
    pub fn read(exchange: &Exchange<'_>, request: &Request, account: AccountId) -> Result<Self, TrailError> {
        let parameters = Parameters::read(request, &PARAMETERS)?;
        let mut faults = Faults::default();
        let given = Given::read(&parameters, &mut faults);
        let page_size_given = parameters.optional("page_size", &mut faults, page_size);
        let page_size = faults.or(Some(page_size_given.unwrap_or(PAGE_SIZE_DEFAULT)))?;
        let listing = Listing::new(exchange.endpoint, &account);
        let cursor = parameters.get("cursor").map(|text| continued(text, &listing, &given)).transpose()?;
        let filters = cursor.as_ref().map_or_else(|| given.filters(), |cursor| cursor.filters.clone());
        let events = EventQuery { account, filter: filter(&filters), range: filters.range, as_of: None };
        let page_url = asked_url(request).map(|url| match page_size_given {
            None => format!("{url}?cursor="),
            Some(size) => format!("{url}?page_size={size}&cursor="),
        });
        Ok(Self { events, page_size, cursor, filters, listing, page_url })
    }

    /// The order of the walk: newest first, unless it goes back.
    pub fn order(&self) -> Order {
        match self.direction() {
            Direction::Forwards => Order::Descending,
            Direction::Backwards => Order::Ascending,
        }
    }

    /// The way that the walk goes.
    pub fn direction(&self) -> Direction {
        self.cursor.as_ref().map_or(Direction::Forwards, |cursor| cursor.direction)
    }

    /// Where the page begins.
    pub fn start(&self) -> Start {
        match &self.cursor {
            None => Start::Edge,
            Some(cursor) if cursor.inclusive => Start::At(cursor.position.clone()),
            Some(cursor) => Start::After(cursor.position.clone()),
        }
    }
}

/// The filters of one request.
struct Given {
    after: Option<Moment>,
    before: Option<Moment>,
    event_type: Option<EventType>,
    user_email: Option<EmailAddress>,
}

impl Given {
    fn read(parameters: &Parameters, faults: &mut Faults) -> Self {
        let after = parameters.optional("start_date", faults, Moment::parse_assuming_utc);
        let before = parameters.optional("end_date", faults, Moment::parse_assuming_utc);
        if after.as_ref().is_some_and(|after| after.next_ms().is_none()) {
            faults.push("start_date", "must be before the last millisecond of the year 9999");
        }
        if let (Some(after), Some(before)) = (&after, &before)
            && !before.is_after(after)
        {
            faults.push("end_date", "must be later than start_date");
        }
        let event_type = parameters.optional("event_type", faults, EventType::parse);
        let user_email = parameters.optional("user_email", faults, EmailAddress::parse);
        Self { after, before, event_type, user_email }
    }

    /// The first millisecond after `start_date`, which is outside the range.
    fn from(&self) -> Timestamp {
        self.after.as_ref().map_or(Timestamp::MIN, |after| after.next_ms().unwrap_or(Timestamp::MAX))
    }

    /// `end_date`, which is outside the range. Events between a start and an end within one millisecond are none, which an
    /// empty range says.
    fn to(&self, from: Timestamp) -> Option<Timestamp> {
        self.before.as_ref().and_then(Moment::ceil).map(|to| to.max(from))
    }

    fn filters(&self) -> TrailFilters {
        let from = self.from();
        let range = TimeRange { from, to: self.to(from) };
        TrailFilters { range, event_type: self.event_type.clone(), user_email: self.user_email.clone() }
    }

    /// Whether each of them is that of the other query.
    fn agrees_with(&self, TrailFilters { range, event_type, user_email }: &TrailFilters) -> bool {
        let folded = |email: &EmailAddress| email.folded();
        (self.after.is_none() || self.from() == range.from)
            && (self.before.is_none() || self.to(range.from) == range.to)
            && (self.event_type.is_none() || self.event_type == *event_type)
            && (self.user_email.is_none() || self.user_email.as_ref().map(folded) == user_email.as_ref().map(folded))
    }
}

fn filter(TrailFilters { event_type, user_email, .. }: &TrailFilters) -> EventFilter {
    match (user_email.clone(), event_type.clone()) {
        (None, None) => EventFilter::All,
        (None, Some(event_type)) => EventFilter::Type(event_type),
        (Some(email), None) => EventFilter::Email(email),
        (Some(email), Some(event_type)) => EventFilter::EmailAndType(email, event_type),
    }
}

fn page_size(text: &str) -> Result<usize, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let size = text.parse().ok().filter(|size| digits && (1..=PAGE_SIZE_MAX).contains(size));
    size.ok_or_else(|| format!("must be a whole number from 1 to {PAGE_SIZE_MAX}"))
}

/// The cursor, if it is one of the trail, stands in its own range, and is of the query that the filters beside it describe.
fn continued(text: &str, listing: &Listing, beside: &Given) -> Result<TrailCursor, TrailError> {
    match Cursor::decode(text, listing) {
        Ok(Cursor::Trail(cursor))
            if cursor.filters.range.contains(cursor.position.created_at) && beside.agrees_with(&cursor.filters) =>
        {
            Ok(cursor)
        }
        _ => Err(TrailError::InvalidCursor), // whatever else it is
    }
}
