//! A page of the system log, and its answer.

use super::SystemLogError;
use super::event::LogEvent;
use super::links::Next;
use super::query::{LIMIT_MAX, SystemLogQuery};
use super::stretch::{Stretch, Walk};
use crate::dialect::feed::{Reading, Row};
use crate::dialect::rows::{Brought, Room, Rows};
use crate::http::cursor::{Cursor, FeedCursor};
use crate::http::exchange::Answer;
use lambda_http::http::StatusCode;
use lambda_http::http::header::LINK;

/// Most reads of the log for a page, while they bring no event that is shown: 10,000 entries. The official client and some collectors
/// take a page without events for the end, whatever its link says.
const READS_MAX: usize = 10;

/// Most bytes of events in an answer. Each quotation mark of a text within a text has a `\` before it already, and gets two more in what
/// Lambda passes on, which ends at 6 MB.
const EVENTS_BYTES_MAX: usize = 3_000_000;

/// A page.
#[derive(Debug)]
pub struct SystemLogPage {
    /// The events, each as JSON.
    pub events: Vec<String>,
    /// Where it leads.
    pub next: Next,
}

/// Reads a page: one request for the log, and one for each 100 events or megabyte of them; the start of a range takes a few more. Where
/// no entry brings an event that is shown, it reads on.
///
/// # Errors
/// [`SystemLogError`], by variant.
pub async fn page(reading: &Reading<'_>, query: &SystemLogQuery) -> Result<SystemLogPage, SystemLogError> {
    let entries_max = if query.filter.is_empty() { query.limit } else { LIMIT_MAX };
    let mut read = Read::at(&query.walk, entries_max, reading, query).await?;
    let mut passed = read.passed;
    for _ in 1..READS_MAX {
        if !read.events.is_empty() || !read.has_more {
            break;
        }
        read = Read::at(&query.walk.going_on(read.end), LIMIT_MAX, reading, query).await?;
        passed += read.passed;
    }
    let next = match (query.walk.is_polling(), read.has_more) {
        (true, false) if passed == 0 => Next::Same,
        (true, _) | (false, true) => Next::Page(Cursor::SystemLog(query.walk.cursor(read.end)).encode(&query.listing)),
        (false, false) => Next::End,
    };
    Ok(SystemLogPage { events: read.events, next })
}

/// Entries of the log, and the events of some of them.
struct Read {
    events: Vec<String>,
    /// How many of the entries it got past.
    passed: usize,
    /// Where the next one begins.
    end: FeedCursor,
    /// Whether the range has more there.
    has_more: bool,
}

impl Read {
    /// Reads so many entries from there on, and of the events that they brought those that the page shows, as many as it may have.
    async fn at(
        walk: &Walk,
        entries_max: usize,
        reading: &Reading<'_>,
        query: &SystemLogQuery,
    ) -> Result<Self, SystemLogError> {
        let stretch = Stretch::read(walk, entries_max, reading, &query.account).await?;
        let room = Room { lines: query.limit, bytes: EVENTS_BYTES_MAX };
        let row = |brought: &Brought<'_>| shown(brought, query);
        let entries = stretch.entries(entries_max);
        let rows = Rows::read_into(room, reading.store, &query.account, entries, row, reading.usage).await?;
        let (end, has_more) = (stretch.place_behind(rows.passed), stretch.has_more_behind(rows.passed));
        Ok(Self { events: rows.lines, passed: rows.passed, end, has_more })
    }
}

/// The event as the page shows it; none if the filter does not take it.
fn shown(brought: &Brought<'_>, query: &SystemLogQuery) -> Option<String> {
    let row = Row::of(brought.item, brought.digest);
    let event = LogEvent::of(brought.logged, brought.event, &row);
    query.filter.takes(&event).then(|| event.to_json())
}

/// The answer with a page.
pub fn answer(query: &SystemLogQuery, page: &SystemLogPage) -> Answer {
    let answer = Answer::json(StatusCode::OK, format!("[{}]", page.events.join(",")));
    let answer = Answer { items: page.events.len(), ..answer };
    match &query.links {
        None => answer,
        Some(links) => answer.with_header(LINK, links.header(&page.next)),
    }
}
