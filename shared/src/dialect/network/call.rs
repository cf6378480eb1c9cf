//! How a network audit request is read, and answered with a page of its chain.

use super::chain::{PAGE_SIZE, allow, page_size};
use super::{NetworkError, csv};
use crate::credential::Scope;
use crate::event::AuditEvent;
use crate::event::filter::EventFilter;
use crate::http::cursor::{Cursor, Listing, NetworkCursor};
use crate::http::exchange::{Answer, Exchange};
use crate::http::request::{Parameters, authorization, has_empty_segment, path_parameter};
use crate::input::faults::Faults;
use crate::process::auth::AuthError;
use crate::store::query::{EventPage, EventQuery, Order, Rest, Start};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, UserId};
use crate::values::timestamp::{Moment, TimeRange, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{CONTENT_DISPOSITION, HeaderName};

/// More records than can ever be counted for one chain, so that no sum of such numbers overflows.
const RECORDS_MAX: u64 = u32::MAX as u64;

const TOTAL_RECORDS: HeaderName = HeaderName::from_static("totalrecords");
const NEXT_FROM_DATE: HeaderName = HeaderName::from_static("nextfromdate");
const NEXT_CONTINUATION_TOKEN: HeaderName = HeaderName::from_static("nextcontinuationtoken");

const PARAMETERS: [&str; 3] = ["fromDate", "toDate", "nextContinuationToken"];

/// The account of the token, if it is the one in the path.
///
/// # Errors
/// [`NetworkError`], by variant.
pub(super) async fn authenticate(exchange: &Exchange<'_>, request: &Request) -> Result<AccountId, NetworkError> {
    let presented = authorization(request, &["VBrick", "Bearer"]).ok_or(AuthError::Refused("none given"))?;
    let account = exchange.authenticate(&presented, Scope::AuditRead).await?.account;
    if path_parameter(request, "accountId").as_deref() == Some(account.as_str()) {
        Ok(account)
    } else {
        Err(AuthError::Refused("account of another").into())
    }
}

/// The user in the path.
///
/// # Errors
/// [`NetworkError::Invalid`] if it is not an id.
pub(super) fn user_id(request: &Request) -> Result<UserId, NetworkError> {
    let text = path_parameter(request, "userId").unwrap_or_default();
    UserId::parse(&text).map_err(|error| Faults::of("userId", error.to_string()).into())
}

/// Refuses a path in which a segment is empty: `…/users/` is a path of one user whose id got lost, and not of all users.
///
/// # Errors
/// [`NetworkError::Invalid`].
pub(super) fn check_path(request: &Request) -> Result<(), NetworkError> {
    if has_empty_segment(request) { Err(Faults::of("path", "must have no empty segment").into()) } else { Ok(()) }
}

/// What is asked of the network audit.
#[derive(Debug)]
pub(super) struct NetworkCall {
    /// Which records; on a later page of a chain, from its position on.
    events: EventQuery,
    /// Where the page begins.
    start: Start,
    /// End of the range, not in it.
    to: Timestamp,
    /// When the chain began.
    began: Timestamp,
    /// Records of the chain, and those sent so far, on its later pages.
    counted: Option<Counted>,
    /// What the tokens of the answer belong to.
    listing: Listing,
}

/// How far a chain has got.
#[derive(Debug, Clone, Copy)]
struct Counted {
    total: u64,
    sent: u64,
}

impl NetworkCall {
    /// Reads the parameters.
    ///
    /// # Errors
    /// [`NetworkError::Invalid`] with every fault.
    pub(super) fn read(
        exchange: &Exchange<'_>,
        request: &Request,
        account: AccountId,
        filter: EventFilter,
    ) -> Result<Self, NetworkError> {
        let parameters = Parameters::read(request, &PARAMETERS)?;
        let events = EventQuery { account, filter, range: TimeRange::ALL, as_of: None };
        let listing = Listing::new(exchange.endpoint, &events.account).with("partition", &events.partition().pk);
        let mut faults = Faults::default();
        let range = range(&parameters, &mut faults);
        let chain = parameters.optional("nextContinuationToken", &mut faults, |text| token(text, &listing));
        if let (Some((_, to)), Some(chain)) = (range, &chain)
            && to != chain.to
        {
            faults.push("toDate", format!("must stay what it was on the first page: {}", chain.to));
        }
        let (from, to) = faults.or(range)?;
        let (from, start) = start(from, chain.as_ref().map(|chain| &chain.position));
        let began = chain.as_ref().map_or(exchange.now, |chain| chain.began);
        let counted = chain.map(|NetworkCursor { total, sent, .. }| Counted { total, sent });
        let events = EventQuery { range: TimeRange { from, to: Some(to) }, as_of: Some(began), ..events };
        Ok(Self { events, start, to, began, counted, listing })
    }

    /// Answers with the page.
    ///
    /// # Errors
    /// [`NetworkError`], by variant.
    pub(super) async fn answer(&self, exchange: &Exchange<'_>) -> Result<Answer, NetworkError> {
        let size = self.counted.map_or(PAGE_SIZE, |Counted { total, sent }| page_size(sent, total));
        let (store, usage) = (exchange.store(), &exchange.usage);
        let page = store.page(&self.events, Order::Ascending, &self.start, size, usage).await?;
        let counted = match (self.counted, &page.rest) {
            (Some(counted), _) => counted,
            (None, Rest::Nothing) => Counted { total: page.events.len() as u64, sent: 0 },
            // The range is counted once, where a chain begins. What has been read is there, whatever the count says.
            (None, Rest::Event(_) | Rest::Unknown(_)) => {
                let seen: Vec<_> = page.events.iter().map(AuditEvent::sort_key).collect();
                let total = store.count(&self.events, &seen, usage).await?;
                Counted { total: total.max(page.events.len() as u64 + 1), sent: 0 }
            }
        };
        Ok(self.page(page, counted))
    }

    fn page(&self, mut page: EventPage, Counted { total, sent }: Counted) -> Answer {
        let more = page.rest != Rest::Nothing;
        let allowance = allow(page.events.len(), more, sent, total);
        if let Some(held_back) = page.events.get(allowance.rows) {
            page.rest = Rest::Event(held_back.sort_key());
            page.events.truncate(allowance.rows);
        }
        let last = page.events.last().map(AuditEvent::sort_key);
        let next = match page.rest {
            Rest::Nothing => None,
            Rest::Event(next) => last.map(|last| (last, next.created_at)),
            Rest::Unknown(position) => Some((position.clone(), position.created_at)),
        };
        let rows = page.events.len();
        let answer = Answer {
            status: StatusCode::OK,
            content_type: "text/csv; charset=utf-8",
            headers: Vec::new(),
            body: csv::render(&page.events).into(),
            items: rows,
        };
        let answer = answer.with_header(TOTAL_RECORDS, allowance.total).with_header(CONTENT_DISPOSITION, "attachment");
        match next {
            None => answer,
            Some((position, next_from)) => {
                let counted = Counted { total: allowance.total, sent: sent + rows as u64 };
                answer
                    .with_header(NEXT_FROM_DATE, next_from)
                    .with_header(NEXT_CONTINUATION_TOKEN, self.token(position, counted))
            }
        }
    }

    fn token(&self, position: EventSortKey, Counted { total, sent }: Counted) -> String {
        let (to, began) = (self.to, self.began);
        Cursor::Network(NetworkCursor { position, to, began, total, sent }).encode(&self.listing)
    }
}

/// Where a page begins, and the start of its range: at `fromDate`, or behind the position of its token if that is later. A
/// client that sends the `nextFromDate` that came with the token is at the token's position.
fn start(from: Timestamp, position: Option<&EventSortKey>) -> (Timestamp, Start) {
    match position {
        Some(position) if position.created_at >= from => (position.created_at, Start::After(position.clone())),
        Some(_) | None => (from, Start::Edge),
    }
}

/// `fromDate` is in the range, `toDate` is not.
fn range(parameters: &Parameters, faults: &mut Faults) -> Option<(Timestamp, Timestamp)> {
    let from = parameters.required("fromDate", faults, Moment::parse_zoned);
    let to = parameters.required("toDate", faults, Moment::parse_zoned);
    let (from, to) = (from?, to?);
    if !to.is_after(&from) {
        faults.push("toDate", "must be later than fromDate");
    }
    Some((from.ceil_or_last(), to.ceil_or_last()))
}

fn token(text: &str, listing: &Listing) -> Result<NetworkCursor, &'static str> {
    match Cursor::decode(text, listing) {
        // A chain that goes on has not reached its total. Anybody can make a token, so its numbers are checked like its times.
        Ok(Cursor::Network(chain))
            if chain.sent < chain.total && chain.total <= RECORDS_MAX && chain.position.created_at < chain.to =>
        {
            Ok(chain)
        }
        _ => Err("must be the nextContinuationToken of an earlier page of the same records"), // whatever else it is
    }
}
