//! How a request for the feed is read.

use crate::dialect::trail::TrailError;
use crate::http::asked_url::asked_url;
use crate::http::cursor::{Cursor, FeedCursor, Listing};
use crate::http::exchange::Exchange;
use crate::http::request::{Parameters, header};
use crate::input::faults::Faults;
use crate::values::format::Format;
use crate::values::ids::AccountId;
use crate::values::timestamp::{Moment, Timestamp};
use lambda_http::Request;
use lambda_http::http::header::ACCEPT;

/// Events in a page, where the request does not say.
pub const LIMIT_DEFAULT: usize = 100;
/// Most events in a page.
pub const LIMIT_MAX: usize = 1_000;

/// How far ahead of our clock `since` may be, in milliseconds: as far as an event may be.
const AHEAD_MS_MAX: i64 = 60_000;

/// Most digits of a position.
pub(in crate::dialect) const POSITION_DIGITS_MAX: usize = 16;

const PARAMETERS: [&str; 6] = ["cursor", "after", "since", "from", "limit", "format"];
const NDJSON: &str = "application/x-ndjson";

/// What is asked of the feed.
#[derive(Debug)]
pub struct FeedQuery {
    /// The account whose feed it is.
    pub account: AccountId,
    /// Where to begin.
    pub start: Start,
    /// How many events.
    pub limit: usize,
    /// What each event is written as.
    pub format: Format,
    /// In which form the page is answered.
    pub form: Form,
    /// What the cursors of the answer belong to.
    pub(super) listing: Listing,
    /// What a URL of a page begins with, up to its cursor; none if it is not known what URL was asked.
    pub(super) page_url: Option<String>,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One object: `{"events", "next", "checkpoint", "behind"}`.
    Json,
    /// An event a line; the rest is in headers.
    Ndjson,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// Where an earlier answer says.
    Cursor(FeedCursor),
    /// Behind that position.
    After(u64),
    /// At the first event that was put in the log at that time or later.
    Since(Timestamp),
    /// Behind the last event that there is now.
    Now,
    /// At the first event.
    Beginning,
}

impl FeedQuery {
    /// A query for the feed of an account, for who reads it in the table itself. The cursors of its pages are those that the
    /// endpoint gives.
    pub fn of(account: AccountId, start: Start, limit: usize) -> Self {
        let listing = listing(&account);
        Self { account, start, limit, format: Format::Audit, form: Form::Json, listing, page_url: None }
    }

    /// The same query, for events in another format. Cursors do not depend on it: one is good in every format.
    #[must_use]
    pub fn in_format(self, format: Format) -> Self {
        Self { format, ..self }
    }

    /// A query that goes on where an answer said, as [`Self::of`] begins one.
    ///
    /// # Errors
    /// [`TrailError::InvalidCursor`] if the text is no cursor of this account's feed.
    pub fn continued(account: AccountId, cursor: &str, limit: usize) -> Result<Self, TrailError> {
        let start = cursor_start(cursor, &listing(&account))?;
        Ok(Self::of(account, start, limit))
    }

    /// Reads the parameters. A cursor wins over every other start, which may stand beside it: pollers that are configured and not
    /// written send both.
    ///
    /// # Errors
    /// [`TrailError::Invalid`] with every fault; [`TrailError::InvalidCursor`].
    pub fn read(exchange: &Exchange<'_>, request: &Request, account: AccountId) -> Result<Self, TrailError> {
        let parameters = Parameters::read(request, &PARAMETERS)?;
        let mut faults = Faults::default();
        let limit_given = parameters.optional("limit", &mut faults, limit);
        let format_given = parameters.optional("format", &mut faults, Format::parse);
        let started = started(&parameters, exchange.now, &mut faults);
        let started = faults.or(Some(started))?;
        let listing = listing(&account);
        let start = match parameters.get("cursor") {
            None => started,
            Some(text) => cursor_start(text, &listing)?,
        };
        let page_url = asked_url(request).map(|url| page_url(&url, limit_given, format_given));
        let (limit, format) = (limit_given.unwrap_or(LIMIT_DEFAULT), format_given.unwrap_or_default());
        Ok(Self { account, start, limit, format, form: form(request), listing, page_url })
    }
}

/// What the URL of another page of the same walk begins with: what was given besides where to begin stays.
fn page_url(url: &str, limit: Option<usize>, format: Option<Format>) -> String {
    let limit = limit.map(|limit| format!("limit={limit}&")).unwrap_or_default();
    let format = format.map(|format| format!("format={}&", format.as_str())).unwrap_or_default();
    format!("{url}?{limit}{format}cursor=")
}

fn listing(account: &AccountId) -> Listing {
    Listing::new("audit-trail-feed", account)
}

fn cursor_start(text: &str, listing: &Listing) -> Result<Start, TrailError> {
    match Cursor::decode(text, listing) {
        Ok(Cursor::Feed(cursor)) => Ok(Start::Cursor(cursor)),
        _ => Err(TrailError::InvalidCursor), // whatever else it is
    }
}

/// The start that the request gives besides a cursor.
fn started(parameters: &Parameters, now: Timestamp, faults: &mut Faults) -> Start {
    let after = parameters.optional("after", faults, after);
    let since = parameters.optional("since", faults, |text| since(text, now));
    let from = parameters.optional("from", faults, |text| match text {
        "now" => Ok(Start::Now),
        _ => Err("must be now"), // there is no other word
    });
    let given: Vec<_> = ["after", "since", "from"].into_iter().filter(|name| parameters.get(name).is_some()).collect();
    if let [first, others @ ..] = given.as_slice()
        && parameters.get("cursor").is_none()
    {
        others.iter().for_each(|name| faults.push(*name, format!("must not be given besides {first}")));
    }
    let after = after.map(|after| after.map_or(Start::Beginning, Start::After));
    after.or(since.map(Start::Since)).or(from).unwrap_or(Start::Beginning)
}

fn limit(text: &str) -> Result<usize, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let limit = text.parse().ok().filter(|limit| digits && (1..=LIMIT_MAX).contains(limit));
    limit.ok_or_else(|| format!("must be a whole number from 1 to {LIMIT_MAX}"))
}

/// The position behind which to begin; none for `-1`, the beginning.
fn after(text: &str) -> Result<Option<u64>, &'static str> {
    let is_position = (1..=POSITION_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match text {
        "-1" => Ok(None),
        _ if is_position => text.parse().map(Some).map_err(|_| "must be a position"),
        _ => Err("must be a position, a whole number, or -1 for the beginning"), // neither
    }
}

fn since(text: &str, now: Timestamp) -> Result<Timestamp, String> {
    let since = Moment::parse_zoned(text).map_err(|error| error.to_string())?;
    let latest = now.plus_ms(AHEAD_MS_MAX).unwrap_or(Timestamp::MAX);
    since.ceil().filter(|since| *since <= latest).ok_or_else(|| format!("must not be later than now, {now}"))
}

/// NDJSON for who accepts it by name, JSON for everyone else.
fn form(request: &Request) -> Form {
    let accept = header(request, ACCEPT.as_str()).unwrap_or_default();
    let is_ndjson = |range: &str| {
        let mut parts = range.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(NDJSON));
        named && !parts.any(|parameter| matches!(parameter, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    };
    if accept.split(',').any(is_ndjson) { Form::Ndjson } else { Form::Json }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_a_whole_number_and_minus_one_is_the_beginning() {
        assert_eq!(after("-1"), Ok(None));
        assert_eq!(after("0"), Ok(Some(0)));
        assert_eq!(after("9999999999999999"), Ok(Some(9_999_999_999_999_999)));
        for bad in ["", "-2", "1.5", "x", "+1", " 1", "10000000000000000"] {
            assert!(after(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn a_page_links_to_the_next_one_in_the_same_format() {
        let url = |limit, format| page_url("https://x/audit-trail/feed", limit, format);
        assert_eq!(url(None, None), "https://x/audit-trail/feed?cursor=");
        assert_eq!(url(Some(7), None), "https://x/audit-trail/feed?limit=7&cursor=");
        assert_eq!(url(Some(7), Some(Format::Ocsf)), "https://x/audit-trail/feed?limit=7&format=ocsf&cursor=");
    }

    #[test]
    fn a_limit_is_from_1_to_1000() {
        assert_eq!((limit("1"), limit("1000")), (Ok(1), Ok(1_000)));
        for bad in ["", "0", "1001", "-1", "+1", "x", "1.0"] {
            assert_eq!(limit(bad), Err("must be a whole number from 1 to 1000".to_owned()));
        }
    }

    #[test]
    fn a_time_is_honoured_to_the_last_digit_and_not_ahead() {
        let now = Timestamp::parse_fixed("2026-11-25T21:40:00.000Z").expect("a time");
        let read = |text| since(text, now).map(|at| at.to_string());
        assert_eq!(read("2026-11-25T21:39:59.0001Z").as_deref(), Ok("2026-11-25T21:39:59.001Z"));
        assert_eq!(read("2026-11-25T23:41:00+02:00").as_deref(), Ok("2026-11-25T21:41:00.000Z"));
        let late = "must not be later than now, 2026-11-25T21:40:00.000Z".to_owned();
        assert_eq!(read("2026-11-25T21:41:00.001Z"), Err(late));
        for bad in ["", "2026-11-25", "2026-11-25T21:39:59", "yesterday", "1764106800"] {
            assert!(since(bad, now).is_err(), "{bad:?} was accepted");
        }
    }
}
