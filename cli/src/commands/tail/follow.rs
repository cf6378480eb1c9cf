//! Shows the last events of a trail, and then each one that arrives, whenever it happened.
//!
//! What arrives is read in the feed, position by position, from a place that is taken before the last events are listed:
//!
//! ```text
//! t0  the end of the feed is taken, at position 17
//! t1  an event is recorded, and gets position 17
//! t2  the last events are listed: it is one of them, and shown
//! t3  the feed is read from 17 on: it is passed over, because the listing showed it
//! ```
//!
//! So nothing falls between the two, and nothing is shown twice. No clock and no order of times is in it.

use super::filter::Filter;
use super::listing::ListingError;
use super::shown::Shown;
use crate::feed::{Begin, Feed, FeedError, Row};
use crate::terminal::error_line;
use shared::dialect::feed::LIMIT_MAX;
use std::collections::HashSet;
use std::io::{self, Write as _};
use std::time::Duration;

/// Wait after a first failure that may pass; each further one is twice as long.
const AGAIN: Duration = Duration::from_secs(1);

/// Longest wait after a failure.
const AGAIN_MAX: Duration = Duration::from_secs(30);

/// Why it stops.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    /// Nothing more can be printed.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// The last events cannot be read.
    #[error(transparent)]
    Listing(#[from] ListingError),
    /// The feed cannot be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
}

/// A feed that is followed, and how far.
pub(super) struct Follower {
    feed: Feed,
    filter: Filter,
    /// How long it waits at the end of the feed before it asks again.
    wait: Duration,
    next: Begin,
    /// Lines of the feed that were read when its end was taken.
    read: Vec<String>,
    /// The events of the listing that the feed has not given yet: when each happened, and its id.
    listed: HashSet<(String, String)>,
    is_behind: bool,
}

impl Follower {
    /// Follows from that place on.
    pub(super) fn from(feed: Feed, filter: Filter, wait: Duration, next: Begin) -> Self {
        Self { feed, filter, wait, next, read: Vec::new(), listed: HashSet::new(), is_behind: false }
    }

    /// Follows from the end that the feed has now.
    pub(super) async fn from_now(feed: Feed, filter: Filter, wait: Duration) -> Result<Self, FeedError> {
        let page = feed.page(&Begin::Now, LIMIT_MAX).await?;
        let next = Begin::Cursor(page.checkpoint);
        Ok(Self { read: page.events, ..Self::from(feed, filter, wait, next) }) // what arrived at that moment
    }

    /// Passes over these events, once each: they were shown.
    pub(super) fn pass_over(&mut self, listed: &[Shown]) {
        self.listed.extend(listed.iter().map(Shown::identity));
    }

    /// Shows what arrives, for ever.
    pub(super) async fn follow(&mut self, mut show: impl FnMut(&[Shown]) -> io::Result<()>) -> Result<(), Stop> {
        let read = std::mem::take(&mut self.read);
        show(&self.shown(read)?)?;
        let mut again = AGAIN;
        loop {
            let page = match self.feed.page(&self.next, LIMIT_MAX).await {
                Ok(page) => page,
                Err(error) if error.may_pass() => {
                    say(&format!("{}; trying again", error_line(&error)));
                    tokio::time::sleep(again).await;
                    again = (again * 2).min(AGAIN_MAX);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            again = AGAIN;
            show(&self.shown(page.events)?)?;
            self.next = Begin::Cursor(page.checkpoint);
            self.tell_of_lag(page.behind);
            if !page.has_more {
                tokio::time::sleep(self.wait).await;
            }
        }
    }

    fn shown(&mut self, lines: Vec<String>) -> Result<Vec<Shown>, FeedError> {
        let mut shown = Vec::with_capacity(lines.len());
        for line in lines {
            let row = Row::read(&line)?;
            if !self.filter.passes(&row) {
                continue;
            }
            let event = Shown::of_feed(&row, &line);
            if self.listed.is_empty() || !self.listed.remove(&event.identity()) {
                shown.push(event);
            }
        }
        Ok(shown)
    }

    /// Says when the log begins to lag behind the table, and when it does no more.
    fn tell_of_lag(&mut self, is_behind: bool) {
        if is_behind != self.is_behind {
            self.is_behind = is_behind;
            say(match is_behind {
                true => "the log lags: the table has events that are not in it yet, and are shown once they are",
                false => "the log lags no more",
            });
        }
    }
}

fn say(what: &str) {
    let _ = writeln!(io::stderr(), "audit: {what}"); // that nobody reads it is no reason to stop
}
