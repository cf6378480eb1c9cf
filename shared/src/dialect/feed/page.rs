//! A page of the feed: read in pieces, so that neither its memory nor its text grows with the size of events.

use super::Reading;
use super::behind::is_behind;
use super::event::{FeedRow, Row};
use super::query::{FeedQuery, Form, LIMIT_MAX, Start};
use super::start::{Entries, Place};
use crate::dialect::formats::{self, Context};
use crate::dialect::rows::{Brought, Rows, brought};
use crate::dialect::trail::TrailError;
use crate::http::cursor::{Cursor, FeedCursor};
use crate::http::exchange::Answer;
use crate::store::Logged;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{HeaderName, LINK};
use serde_json::json;

/// Most reads of the log for a page, while they meet no event: together, more than 9,000 entries about changed and removed events. Some
/// collectors take a page without events for the end, whatever its `next` says, and ask for the same page ever after.
const READS_MAX: usize = 10;

const X_NEXT: HeaderName = HeaderName::from_static("x-next");
const X_CHECKPOINT: HeaderName = HeaderName::from_static("x-checkpoint");
const X_BEHIND: HeaderName = HeaderName::from_static("x-behind");

/// A page.
#[derive(Debug)]
pub struct FeedPage {
    /// The events in the format that was asked for, each as one line of JSON.
    pub events: Vec<String>,
    /// Where the page behind it begins; it can be kept for ever.
    pub checkpoint: String,
    /// Whether there is something there now.
    pub has_more: bool,
    /// Whether the log itself lags behind the table.
    pub behind: bool,
}

/// Reads a page: one request for the log, one for each 100 events or megabyte of them, and at the end of the feed at most two
/// that see whether the log is behind. Where the log has no event among as many entries as the page may have, it reads on.
///
/// # Errors
/// [`TrailError`], by variant.
pub async fn page(reading: &Reading<'_>, query: &FeedQuery) -> Result<FeedPage, TrailError> {
    let mut read = Read::at(&query.start, query.limit, reading, query).await?;
    for _ in 1..READS_MAX {
        if !read.events.is_empty() || !read.has_more() {
            break;
        }
        read = Read::at(&Start::Cursor(read.end), LIMIT_MAX, reading, query).await?;
    }
    let has_more = read.has_more();
    let behind = !has_more && is_behind(reading, &query.account, &read.entries).await?;
    let checkpoint = Cursor::Feed(read.end).encode(&query.listing);
    Ok(FeedPage { events: read.events, checkpoint, has_more, behind })
}

/// Entries of the log, and the events of some of them.
struct Read {
    entries: Entries,
    /// How many of the entries it got past.
    passed: usize,
    /// Where the next one begins.
    end: FeedCursor,
    events: Vec<String>,
}

impl Read {
    /// Reads so many entries from that start on, and the events that they brought, as many as the page may have.
    async fn at(start: &Start, limit: usize, reading: &Reading<'_>, query: &FeedQuery) -> Result<Self, TrailError> {
        let place = Place::of(start, reading, &query.account).await?;
        let entries = place.entries(limit, reading, &query.account).await?;
        let wanted = entries.logged.get(..wanted(&entries.logged, limit, query.limit)).unwrap_or_default();
        let context = Context { account: &query.account, mapping: reading.mapping };
        let row = |brought: &Brought<'_>| {
            let row = FeedRow::of(brought.logged, brought.event, &Row::of(brought.item, brought.digest));
            formats::line(&row, query.format, &context)
        };
        let rows = Rows::read(reading.store, &query.account, wanted, row, reading.usage).await?;
        let end = entries.cursor(rows.passed, place.position);
        Ok(Self { entries, passed: rows.passed, end, events: rows.lines })
    }

    fn has_more(&self) -> bool {
        self.passed < self.entries.logged.len()
    }
}

/// How many of these entries a page takes: so many at most, and no more than have that many events.
fn wanted(logged: &[Logged], entries_max: usize, events_max: usize) -> usize {
    let mut events = logged.iter().enumerate().filter(|(_, logged)| brought(logged).is_some());
    let last = events.nth(events_max.saturating_sub(1)).map_or(logged.len(), |(at, _)| at + 1);
    last.min(entries_max)
}

/// The answer with a page.
pub fn answer(query: &FeedQuery, page: &FeedPage) -> Answer {
    let next = page.has_more.then_some(&page.checkpoint);
    let answer = match query.form {
        Form::Json => {
            let head = format!("{{\"events\":[{}]", page.events.join(","));
            let rest = json!({ "next": next, "checkpoint": page.checkpoint, "behind": page.behind }).to_string();
            Answer::json(StatusCode::OK, head + "," + rest.trim_start_matches('{'))
        }
        Form::Ndjson => {
            let body = page.events.iter().map(|event| format!("{event}\n")).collect();
            let answer = Answer { content_type: "application/x-ndjson", ..Answer::json(StatusCode::OK, body) };
            let answer = answer.with_header(X_CHECKPOINT, &page.checkpoint).with_header(X_BEHIND, page.behind);
            match next {
                None => answer,
                Some(next) => answer.with_header(X_NEXT, next),
            }
        }
    };
    let answer = Answer { items: page.events.len(), ..answer };
    match query.page_url.as_ref().zip(next) {
        None => answer,
        Some((url, next)) => answer.with_header(LINK, format!("<{url}{next}>; rel=\"next\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::entry::Entry;
    use crate::log::hash::Hash;
    use crate::table::digest::event_ref;
    use crate::table::item::Item;
    use crate::values::timestamp::Timestamp;

    /// Entries at positions from 0 on: `e` brought an event, `-` did not.
    fn logged(kinds: &str) -> Vec<Logged> {
        let event = event_ref("00", "2020-07-24T03:26:02.000Z#e-1", &Item::new());
        let entry = |kind| match kind {
            'e' => Entry::Event(event.clone(), Hash::of(&[])),
            _ => Entry::BackfillBegin, // as good as any that is of no event
        };
        let logged = |(position, kind)| Logged {
            position,
            appended_at: Timestamp::parse_fixed("2020-07-24T03:26:04.000Z").expect("a time"),
            entry: entry(kind),
            item_bytes: 0,
            item_first: 0,
        };
        (0..).zip(kinds.chars()).map(logged).collect()
    }

    #[test]
    fn a_page_takes_as_many_entries_as_it_may_and_as_many_as_have_its_events() {
        assert_eq!(wanted(&logged(""), 2, 2), 0);
        assert_eq!(wanted(&logged("eee"), 2, 2), 2);
        assert_eq!(wanted(&logged("---"), 2, 2), 2);
        assert_eq!(wanted(&logged("--e-ee--"), 1_000, 2), 5);
        assert_eq!(wanted(&logged("--e-ee--"), 1_000, 3), 6);
        assert_eq!(wanted(&logged("--e-ee--"), 1_000, 4), 8);
    }
}
