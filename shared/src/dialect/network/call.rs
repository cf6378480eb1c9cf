//! How a network audit request is read, and answered with a page of its chain.

use super::chain::allow;
use super::{NetworkError, csv};
use crate::credential::Scope;
use crate::event::filter::EventFilter;
use crate::http::cursor::{Chain, Cursor, Direction, Listing};
use crate::http::exchange::{Answer, Exchange};
use crate::http::request::{Parameters, authorization, path_parameter};
use crate::input::faults::Faults;
use crate::process::auth::AuthError;
use crate::store::query::{EventPage, EventQuery, Order, Rest, Start};
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{AccountId, UserId};
use crate::values::timestamp::{Moment, TimeRange, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::HeaderName;

/// Most records in a page.
pub const PAGE_SIZE: usize = 100;

/// More records than can ever be counted for one chain, so that no sum of such numbers overflows.
const RECORDS_MAX: u64 = u32::MAX as u64;

const TOTAL_RECORDS: HeaderName = HeaderName::from_static("totalrecords");
const NEXT_FROM_DATE: HeaderName = HeaderName::from_static("nextfromdate");
const NEXT_CONTINUATION_TOKEN: HeaderName = HeaderName::from_static("nextcontinuationtoken");

const PARAMETERS: [&str; 3] = ["fromDate", "toDate", "nextContinuationToken"];

/// The account that the token admits to, if it is the one in the path.
///
/// # Errors
/// [`NetworkError`], by variant.
pub(super) async fn authenticate(exchange: &Exchange<'_>, request: &Request) -> Result<AccountId, NetworkError> {
    let presented = authorization(request, &["VBrick", "Bearer"]).ok_or(AuthError::Refused("none given"))?;
    let account = exchange.authenticate(&presented, Scope::AuditRead).await?;
    if path_parameter(request, "accountId") == account.as_str() {
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
    UserId::parse(&path_parameter(request, "userId")).map_err(|error| Faults::of("userId", error.to_string()).into())
}

/// What is asked of the network audit.
#[derive(Debug)]
pub(super) struct NetworkCall {
    /// Which records; on a later page of a chain, from its position on.
    events: EventQuery,
    /// End of the range, not in it.
    to: Timestamp,
    /// The chain, and its position.
    chain: Option<(Chain, EventSortKey)>,
    /// What the tokens of the answer belong to.
    listing: Listing,
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
        let events = EventQuery { account, filter, range: TimeRange::ALL };
        let listing = Listing::new(exchange.endpoint, &events.account).with("partition", &events.partition().pk);
        let mut faults = Faults::default();
        let range = range(&parameters, &mut faults);
        let chain = parameters.optional("nextContinuationToken", &mut faults, |text| position(text, &listing));
        let chained_to = chain.as_ref().map(|(chain, _)| chain.to);
        if let (Some((_, to)), Some(chained_to)) = (range, chained_to)
            && to != chained_to
        {
            faults.push("toDate", format!("must stay what it was on the first page: {chained_to}"));
        }
        let (from, to) = faults.or(range)?;
        // On a later page the token says where to go on, not fromDate.
        let from = chain.as_ref().map_or(from, |(_, position)| position.created_at);
        let events = EventQuery { range: TimeRange { from, to: Some(to) }, ..events };
        Ok(Self { events, to, chain, listing })
    }

    /// Answers with the page.
    ///
    /// # Errors
    /// [`NetworkError`], by variant.
    pub(super) async fn answer(&self, exchange: &Exchange<'_>) -> Result<Answer, NetworkError> {
        let start = self.chain.as_ref().map_or(Start::Edge, |(_, position)| Start::After(position.clone()));
        let (store, usage) = (exchange.store(), &exchange.usage);
        let page = store.page(&self.events, Order::Ascending, &start, PAGE_SIZE, usage).await?;
        let (sent, total) = match (&self.chain, &page.rest) {
            (Some((chain, _)), _) => (chain.sent, chain.total),
            (None, Rest::Nothing) => (0, page.events.len() as u64),
            // The range is counted once, where a chain begins. What has been read is there, whatever the count says.
            (None, Rest::Event(_) | Rest::Unknown(_)) => {
                let counted = store.count(&self.events, usage).await?;
                (0, counted.max(page.events.len() as u64 + 1))
            }
        };
        Ok(self.page(page, sent, total))
    }

    fn page(&self, mut page: EventPage, sent: u64, total: u64) -> Answer {
        let more = page.rest != Rest::Nothing;
        let allowance = allow(page.events.len(), more, sent, total);
        if let Some(held_back) = page.events.get(allowance.rows) {
            page.rest = Rest::Event(held_back.sort_key());
            page.events.truncate(allowance.rows);
        }
        let last = page.events.last().map(crate::event::AuditEvent::sort_key);
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
            body: csv::render(&page.events),
            items: rows,
        };
        let answer = answer.with_header(TOTAL_RECORDS, allowance.total);
        match next {
            None => answer,
            Some((position, next_from)) => {
                let chain = Chain { to: self.to, total: allowance.total, sent: sent + rows as u64 };
                answer
                    .with_header(NEXT_FROM_DATE, next_from)
                    .with_header(NEXT_CONTINUATION_TOKEN, self.token(&position, chain))
            }
        }
    }

    fn token(&self, position: &EventSortKey, chain: Chain) -> String {
        let cursor = Cursor {
            direction: Direction::Forwards,
            sort_key: position.to_string(),
            inclusive: false,
            behind: true,
            chain: Some(chain),
        };
        cursor.encode(&self.listing).expect("an event's sort key fits into a token")
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

fn position(text: &str, listing: &Listing) -> Result<(Chain, EventSortKey), &'static str> {
    let accepted = "must be the nextContinuationToken of an earlier page of the same records";
    let cursor = Cursor::decode(text, listing).map_err(|_| accepted)?;
    let (chain, position) = cursor.chain.zip(EventSortKey::parse(&cursor.sort_key)).ok_or(accepted)?;
    // A chain that goes on has not reached its total. Anybody can make a token, so its numbers are checked like its times.
    let possible = chain.sent < chain.total && chain.total <= RECORDS_MAX && position.created_at < chain.to;
    if possible { Ok((chain, position)) } else { Err(accepted) }
}
