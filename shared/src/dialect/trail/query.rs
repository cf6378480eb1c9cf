//! How a trail request is read: credential, category, filters, range, cursor.

use super::TrailError;
use crate::credential::{Credential, Scope};
use crate::event::filter::EventFilter;
use crate::http::cursor::{Cursor, Direction, Listing};
use crate::http::exchange::Exchange;
use crate::http::request::{Parameters, authorization, path_parameter};
use crate::input::faults::Faults;
use crate::store::query::{EventQuery, Order, Start};
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
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

/// Refuses a path whose category there is not; a path without one is good.
///
/// # Errors
/// [`TrailError::UnknownCategory`].
pub fn check_category(request: &Request) -> Result<(), TrailError> {
    let category = path_parameter(request, "category");
    if category.is_empty() || CATEGORIES.contains(&category.as_str()) {
        Ok(())
    } else {
        Err(TrailError::UnknownCategory)
    }
}

/// The account that the bearer token admits to.
///
/// # Errors
/// [`TrailError`], by variant.
pub async fn authenticate(exchange: &Exchange<'_>, request: &Request) -> Result<AccountId, TrailError> {
    Ok(admit(exchange, request, Scope::AuditRead).await?.account)
}

/// The credential that the bearer token is, if it has the scope.
///
/// # Errors
/// [`TrailError`], by variant.
pub async fn admit(exchange: &Exchange<'_>, request: &Request, scope: Scope) -> Result<Credential, TrailError> {
    let presented = authorization(request, &["Bearer"]).ok_or(TrailError::NoCredential)?;
    Ok(exchange.admit(&presented, scope).await?)
}

/// What is asked of the trail.
#[derive(Debug)]
pub struct TrailQuery {
    /// Which events.
    pub events: EventQuery,
    /// How many of them.
    pub page_size: usize,
    /// From where on.
    pub cursor: Option<(Cursor, EventSortKey)>,
    /// What the cursors of the answer belong to.
    pub listing: Listing,
}

impl TrailQuery {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`TrailError::Invalid`] with every fault; [`TrailError::InvalidCursor`].
    pub fn read(exchange: &Exchange<'_>, request: &Request, account: AccountId) -> Result<Self, TrailError> {
        let parameters = Parameters::read(request, &PARAMETERS)?;
        let mut faults = Faults::default();
        let range = range(&parameters, &mut faults);
        let event_type = parameters.optional("event_type", &mut faults, EventType::parse);
        let user_email = parameters.optional("user_email", &mut faults, EmailAddress::parse);
        let page_size = parameters.optional("page_size", &mut faults, page_size);
        let (page_size, range) = faults.or(Some((page_size.unwrap_or(PAGE_SIZE_DEFAULT), range)))?;
        let filter = match (user_email, event_type) {
            (None, None) => EventFilter::All,
            (None, Some(event_type)) => EventFilter::Type(event_type),
            (Some(email), None) => EventFilter::Email(email),
            (Some(email), Some(event_type)) => EventFilter::EmailAndType(email, event_type),
        };
        let events = EventQuery { account, filter, range };
        let listing = listing(exchange.endpoint, &events);
        let cursor = parameters.get("cursor").map(|text| position(text, &listing, range)).transpose()?;
        Ok(Self { events, page_size, cursor, listing })
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
        self.cursor.as_ref().map_or(Direction::Forwards, |(cursor, _)| cursor.direction)
    }

    /// Where the page begins.
    pub fn start(&self) -> Start {
        match &self.cursor {
            None => Start::Edge,
            Some((cursor, position)) if cursor.inclusive => Start::At(position.clone()),
            Some((_, position)) => Start::After(position.clone()),
        }
    }
}

/// `start_date` and `end_date` are both outside the range.
fn range(parameters: &Parameters, faults: &mut Faults) -> TimeRange {
    let after = parameters.optional("start_date", faults, Moment::parse_assuming_utc);
    let before = parameters.optional("end_date", faults, Moment::parse_assuming_utc);
    let from = match after.as_ref().map(Moment::next_ms) {
        None => Timestamp::MIN,
        Some(Some(from)) => from,
        Some(None) => {
            faults.push("start_date", "must be before the last millisecond of the year 9999");
            Timestamp::MAX
        }
    };
    if let (Some(after), Some(before)) = (&after, &before)
        && !before.is_after(after)
    {
        faults.push("end_date", "must be later than start_date");
    }
    // Events between a start and an end within one millisecond are none, which an empty range says.
    let to = before.as_ref().and_then(Moment::ceil).map(|to| to.max(from));
    TimeRange { from, to }
}

fn page_size(text: &str) -> Result<usize, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let size = text.parse().ok().filter(|size| digits && (1..=PAGE_SIZE_MAX).contains(size));
    size.ok_or_else(|| format!("must be a whole number from 1 to {PAGE_SIZE_MAX}"))
}

/// The page size is not part of it: it may change from page to page, the filters may not.
fn listing(endpoint: &str, events: &EventQuery) -> Listing {
    let partition = events.partition();
    let (from, to) = events.sort_key_bounds();
    let event_type = events.type_to_filter().map(EventType::as_str).unwrap_or_default();
    Listing::new(endpoint, &events.account)
        .with("partition", &partition.pk)
        .with("event_type", event_type)
        .with("from", &from)
        .with("to", &to)
}

fn position(text: &str, listing: &Listing, range: TimeRange) -> Result<(Cursor, EventSortKey), TrailError> {
    let cursor = Cursor::decode(text, listing).map_err(|_| TrailError::InvalidCursor)?;
    let position = EventSortKey::parse(&cursor.sort_key).filter(|position| range.contains(position.created_at));
    let position = position.ok_or(TrailError::InvalidCursor)?;
    Ok((cursor, position))
}
