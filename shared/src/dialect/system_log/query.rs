//! How a request for the system log is read.

use super::SystemLogError;
use super::filter::Filter;
use super::links::Links;
use super::stretch::{End, Walk};
use crate::dialect::feed::Start;
use crate::http::cursor::{Cursor, Direction, Listing, SystemLogCursor};
use crate::http::exchange::Exchange;
use crate::http::request::Parameters;
use crate::input::faults::Faults;
use crate::values::ids::AccountId;
use crate::values::timestamp::{Moment, TimeError, Timestamp};
use lambda_http::Request;

/// Events in a page, where the request does not say.
pub const LIMIT_DEFAULT: usize = 100;
/// Most events in a page.
pub const LIMIT_MAX: usize = 1_000;

/// How long before its end a range begins, where the request does not say, in milliseconds: 7 days, as the vendor's.
const RANGE_MS: i64 = 7 * 24 * 3_600_000;

/// The parameters, in the vendor's order.
const PARAMETERS: [&str; 7] = ["since", "until", "after", "filter", "q", "limit", "sortOrder"];

/// What is asked of the system log.
#[derive(Debug)]
pub struct SystemLogQuery {
    /// The account whose log it is.
    pub account: AccountId,
    /// How many events.
    pub limit: usize,
    pub(super) walk: Walk,
    pub(super) filter: Filter,
    /// What the tokens of the answer belong to.
    pub(super) listing: Listing,
    /// The links of the answer; none if it is not known what URL was asked.
    pub(super) links: Option<Links>,
}

impl SystemLogQuery {
    /// Reads the parameters. A token wins over the start of a range, which may stand beside it.
    ///
    /// # Errors
    /// [`SystemLogError::Invalid`] with every fault; [`SystemLogError::Filter`].
    pub fn read(exchange: &Exchange<'_>, request: &Request, account: AccountId) -> Result<Self, SystemLogError> {
        let parameters = Parameters::read(request, &PARAMETERS)?;
        let mut faults = Faults::default();
        let limit = parameters.optional("limit", &mut faults, limit);
        let given = Given::read(&parameters, &mut faults);
        faults.or(Some(()))?;
        let filter = parameters.get("filter").map(Filter::parse).transpose()?.unwrap_or_default();
        let listing = Listing::new(exchange.endpoint, &account).with("filter", &filter.to_string());
        let walk = match parameters.get("after") {
            None => given.begun(exchange.now)?,
            Some(token) => given.continued(token, &listing)?,
        };
        let links = Links::of(request, &PARAMETERS, &parameters);
        Ok(Self { account, limit: limit.unwrap_or(LIMIT_DEFAULT), walk, filter, listing, links })
    }
}

/// The range and its order, as far as they were given.
struct Given {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    order: Option<Direction>,
}

impl Given {
    fn read(parameters: &Parameters, faults: &mut Faults) -> Self {
        let given = Self {
            since: parameters.optional("since", faults, time),
            until: parameters.optional("until", faults, time),
            order: parameters.optional("sortOrder", faults, order),
        };
        if parameters.get("q").is_some() {
            faults.push("q", "is not supported: filter is, by eventType, actor.id, actor.alternateId and target.id");
        }
        given
    }

    /// The walk that begins here. Without an end it is polling, and goes on for ever; the other way round it ends now.
    fn begun(&self, now: Timestamp) -> Result<Walk, Faults> {
        if self.since.zip(self.until).is_some_and(|(since, until)| since > until) {
            return Err(Faults::of("since", "must not be later than until"));
        }
        let before = |until: Timestamp| until.plus_ms(-RANGE_MS).unwrap_or(Timestamp::MIN);
        let since = |until| self.since.unwrap_or_else(|| before(until));
        Ok(match (self.order.unwrap_or(Direction::Forwards), self.until) {
            (Direction::Forwards, None) => {
                let start = self.since.map_or(Start::Beginning, Start::Since);
                Walk::Ascending { start, until: None }
            }
            (Direction::Forwards, Some(until)) => {
                Walk::Ascending { start: Start::Since(since(until)), until: Some(until) }
            }
            (Direction::Backwards, until) => {
                let from = until.map_or(End::Now, End::Until);
                Walk::Descending { from, since: since(until.unwrap_or(now)) }
            }
        })
    }

    /// The walk that the token goes on with. What stands beside it must not say otherwise.
    fn continued(&self, token: &str, listing: &Listing) -> Result<Walk, Faults> {
        let other = || {
            Faults::of("after", "must be a token that this endpoint gave, with the same filter, until and sortOrder")
        };
        let cursor = match Cursor::decode(token, listing) {
            Ok(Cursor::SystemLog(cursor)) => cursor,
            _ => return Err(other()), // whatever else it is
        };
        let is_ordered = |order| self.order.is_none_or(|given| given == order);
        match cursor {
            SystemLogCursor::Ascending { at, until } if is_ordered(Direction::Forwards) => {
                let is_same = until.is_none() || self.until.is_none() || until == self.until;
                let walk = Walk::Ascending { start: Start::Cursor(at), until: until.or(self.until) };
                if is_same { Ok(walk) } else { Err(other()) }
            }
            SystemLogCursor::Descending { at, since } if is_ordered(Direction::Backwards) => {
                Ok(Walk::Descending { from: End::Cursor(at), since })
            }
            SystemLogCursor::Ascending { .. } | SystemLogCursor::Descending { .. } => Err(other()),
        }
    }
}

/// The first whole millisecond that is not before the time given, which is UTC if it has no zone: XSIAM sends none.
fn time(text: &str) -> Result<Timestamp, TimeError> {
    Ok(Moment::parse_assuming_utc(text)?.ceil_or_last())
}

fn order(text: &str) -> Result<Direction, &'static str> {
    match text {
        "ASCENDING" => Ok(Direction::Forwards),
        "DESCENDING" => Ok(Direction::Backwards),
        _ => Err("must be ASCENDING or DESCENDING"), // there is no other
    }
}

fn limit(text: &str) -> Result<usize, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse().ok().filter(|limit| digits && (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| format!("must be a whole number from 1 to {LIMIT_MAX}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_fixed(text).expect("a time")
    }

    fn begun(since: Option<&str>, until: Option<&str>, order: Option<Direction>) -> Walk {
        let given = Given { since: since.map(at), until: until.map(at), order };
        given.begun(at("2026-05-10T00:00:00.000Z")).expect("a walk")
    }

    #[test]
    fn a_range_without_an_end_is_polled_from_its_start_or_the_beginning() {
        let since = "2026-05-01T00:00:00.000Z";
        assert_eq!(begun(None, None, None), Walk::Ascending { start: Start::Beginning, until: None });
        let polled = Walk::Ascending { start: Start::Since(at(since)), until: None };
        assert_eq!(begun(Some(since), None, Some(Direction::Forwards)), polled);
    }

    #[test]
    fn a_range_with_an_end_begins_7_days_before_it() {
        let until = "2026-05-08T00:00:00.000Z";
        let start = Start::Since(at("2026-05-01T00:00:00.000Z"));
        assert_eq!(begun(None, Some(until), None), Walk::Ascending { start, until: Some(at(until)) });
        let descending = Some(Direction::Backwards);
        let since = at("2026-05-01T00:00:00.000Z");
        assert_eq!(begun(None, Some(until), descending), Walk::Descending { from: End::Until(at(until)), since });
        let since = at("2026-05-03T00:00:00.000Z");
        assert_eq!(begun(None, None, descending), Walk::Descending { from: End::Now, since });
        let early = "1970-01-02T00:00:00.000Z";
        let walk = Walk::Ascending { start: Start::Since(Timestamp::MIN), until: Some(at(early)) };
        assert_eq!(begun(None, Some(early), None), walk);
    }

    #[test]
    fn a_time_is_honoured_to_the_last_digit_and_is_utc_without_a_zone() {
        for (text, first) in [
            ("2026-05-01T09:30:00.123Z", "2026-05-01T09:30:00.123Z"),
            ("2026-05-01T09:30:00.1230001Z", "2026-05-01T09:30:00.124Z"),
            ("2026-05-01T11:30:00.123456+02:00", "2026-05-01T09:30:00.124Z"),
            ("2026-05-01T09:30:00.667000", "2026-05-01T09:30:00.667Z"),
            ("2026-05-01", "2026-05-01T00:00:00.000Z"),
        ] {
            assert_eq!(time(text), Ok(at(first)), "{text}");
        }
        for bad in ["", "yesterday", "1777627800", "2026-05-01T25:00:00Z"] {
            assert!(time(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_limit_is_from_1_to_1000_and_an_order_one_of_two() {
        assert_eq!((limit("1"), limit("1000")), (Ok(1), Ok(1_000)));
        for bad in ["", "0", "1001", "-1", "+1", "x", "1.0"] {
            assert_eq!(limit(bad), Err("must be a whole number from 1 to 1000".to_owned()));
        }
        assert_eq!(order("DESCENDING"), Ok(Direction::Backwards));
        assert_eq!(order("descending"), Err("must be ASCENDING or DESCENDING"));
    }
}
