//! A page of the feed: read in pieces, so that neither its memory nor its text grows with the size of events.

use super::Reading;
use super::behind::is_behind;
use super::event::{Row, row_json};
use super::query::{FeedQuery, Format};
use super::start::Place;
use crate::dialect::trail::TrailError;
use crate::http::cursor::Cursor;
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
/// that see whether the log is behind.
///
/// # Errors
/// [`TrailError`], by variant.
pub async fn page(reading: &Reading<'_>, query: &FeedQuery) -> Result<FeedPage, TrailError> {
    let place = Place::of(&query.start, reading, &query.account).await?;
    let entries = place.entries(query.limit, reading, &query.account).await?;
    let mut page = Rows::default();
    let wanted = entries.logged.len().min(query.limit);
    let mut at = 0;
    while at < wanted {
        let piece = piece(entries.logged.get(at..wanted).unwrap_or_default());
        let taken = page.take(reading, query, piece).await?;
        at += taken;
        if taken < piece.len() {
            break;
        }
    }
    if at == 0 && wanted > 0 {
        return Err(StoreError::Unavailable("DynamoDB left all keys of a page unprocessed".into()).into());
    }
    let has_more = at < entries.logged.len();
    let behind = !has_more && is_behind(reading, &query.account, &entries).await?;
    let checkpoint = Cursor::Feed(entries.cursor(at, place.position)).encode(&query.listing);
    Ok(FeedPage { events: page.events, checkpoint, has_more, behind })
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
