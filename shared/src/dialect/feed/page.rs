//! A page of the feed: read in pieces, so that neither its memory nor its text grows with the size of events.

use super::Reading;
use super::behind::is_behind;
use super::event::{Row, row_json};
use super::query::{FeedQuery, Format, LIMIT_MAX, Start};
use super::start::{Entries, Place};
use crate::dialect::trail::TrailError;
use crate::http::cursor::{Cursor, FeedCursor};
use crate::http::exchange::Answer;
use crate::log::entry::{Entry, EventRef};
use crate::log::hash::Hash;
use crate::store::{BATCH_GET_MAX, Logged, StoreError};
use lambda_http::http::StatusCode;
use lambda_http::http::header::{HeaderName, LINK};
use serde_json::json;

/// Most bytes of events in a page: Lambda's answers end at 6 MB, and the gateway's event puts a `\` before each quotation mark.
pub const PAGE_BYTES_MAX: usize = 4_000_000;

/// Most bytes of events that one request asks for, by the sizes that the log carries.
const PIECE_BYTES_MAX: usize = 1_000_000;

/// Most reads of the log for a page, while they meet no event: 9,100 entries about changed and removed events at least. Some
/// collectors take a page without events for the end, whatever its `next` says, and ask for the same page ever after.
const READS_MAX: usize = 10;

const X_NEXT: HeaderName = HeaderName::from_static("x-next");
const X_CHECKPOINT: HeaderName = HeaderName::from_static("x-checkpoint");
const X_BEHIND: HeaderName = HeaderName::from_static("x-behind");

/// A page.
#[derive(Debug)]
pub struct FeedPage {
    /// The events, each as one line of JSON.
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
        let mut rows = Rows::default();
        let wanted = wanted(&entries.logged, limit, query.limit);
        let mut at = 0;
        while at < wanted {
            let piece = piece(entries.logged.get(at..wanted).unwrap_or_default());
            let taken = rows.take(reading, query, piece).await?;
            at += taken;
            if taken < piece.len() {
                break;
            }
        }
        if at == 0 && wanted > 0 {
            return Err(StoreError::Unavailable("DynamoDB left all keys of a page unprocessed".into()).into());
        }
        let end = entries.cursor(at, place.position);
        Ok(Self { entries, passed: at, end, events: rows.events })
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

/// The first of these entries whose events one request may ask for: one at least.
fn piece(logged: &[Logged]) -> &[Logged] {
    let (mut events, mut bytes) = (0, 0);
    let fits = |logged: &&Logged| {
        events += usize::from(logged.entry.event().is_some());
        bytes += logged.item_bytes as usize;
        events <= BATCH_GET_MAX && bytes <= PIECE_BYTES_MAX
    };
    let fitting = logged.iter().take_while(fits).count();
    logged.get(..fitting.max(1)).unwrap_or(logged)
}

/// The event that an entry brought; none of an entry that is of no event, or of what was done to one.
fn brought(logged: &Logged) -> Option<(&EventRef, &Hash)> {
    match &logged.entry {
        Entry::Event(event, digest) => Some((event, digest)),
        Entry::Changed(..) | Entry::Removed(..) | Entry::BackfillBegin | Entry::BackfillEnd => None,
    }
}

/// The rows of a page so far.
#[derive(Default)]
struct Rows {
    events: Vec<String>,
    bytes: usize,
}

impl Rows {
    /// Takes the events of these entries, up to the first that DynamoDB did not get to or that does not fit any more. Returns how
    /// many entries it got past.
    async fn take(&mut self, reading: &Reading<'_>, query: &FeedQuery, piece: &[Logged]) -> Result<usize, StoreError> {
        let events: Vec<_> = piece.iter().filter_map(|logged| brought(logged).map(|(event, _)| event)).collect();
        let found = reading.store.events_at(&query.account, &events, reading.usage).await?;
        for (at, logged) in piece.iter().enumerate() {
            let Some((event, digest)) = brought(logged) else { continue };
            let place = (event.shard.clone(), event.sk.clone());
            if found.unprocessed.contains(&place) {
                return Ok(at);
            }
            let row = row_json(logged, event, &Row::of(found.items.get(&place), digest));
            if !self.events.is_empty() && self.bytes + row.len() > PAGE_BYTES_MAX {
                return Ok(at);
            }
            self.bytes += row.len();
            self.events.push(row);
        }
        Ok(piece.len())
    }
}

/// The answer with a page.
pub fn answer(query: &FeedQuery, page: &FeedPage) -> Answer {
    let next = page.has_more.then_some(&page.checkpoint);
    let answer = match query.format {
        Format::Json => {
            let head = format!("{{\"events\":[{}]", page.events.join(","));
            let rest = json!({ "next": next, "checkpoint": page.checkpoint, "behind": page.behind }).to_string();
            Answer::json(StatusCode::OK, head + "," + rest.trim_start_matches('{'))
        }
        Format::Ndjson => {
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
