//! `audit tail`: the last events of an account, newest last, and then, if asked, those that arrive.

mod columns;
mod filter;
mod follow;
mod listing;
mod reader;
mod shown;

use crate::feed::{Begin, Feed, StartFlags};
use crate::origin::{Origin, Reached};
use aws_sdk_dynamodb::error::BoxError;
use columns::Columns;
use filter::Filter;
use follow::{Follower, Stop};
use shared::values::email::EmailAddress;
use shared::values::ids::EventType;
use shared::values::timestamp::{Moment, Timestamp};
use shown::Shown;
use std::io::{self, Write as _};
use std::time::Duration;

/// Most events of the past that are shown.
const LINES_MAX: i64 = 10_000;

/// Events of the past that are shown to people, where they do not say.
const LINES: u32 = 10;

/// Wait at the end of the feed, where nobody says: requests to AWS cost.
const WAIT: Duration = Duration::from_secs(2);

/// Wait at the end of a feed on this machine.
const WAIT_LOCAL: Duration = Duration::from_millis(500);

/// Which events, and how.
#[derive(Debug, clap::Args)]
#[command(mut_arg("after", |after| after.requires("follow").conflicts_with("lines")))]
#[command(mut_arg("since", |since| since.requires("follow").conflicts_with("lines")))]
pub(crate) struct Options {
    #[command(flatten)]
    origin: Origin,
    /// How many of the past to show, 10,000 at most; 10 if not said, and none with --json --follow
    #[arg(short = 'n', long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=LINES_MAX))]
    lines: Option<u32>,
    /// Go on, and show each event that arrives, whenever it happened
    #[arg(short, long)]
    follow: bool,
    #[command(flatten)]
    start: StartFlags,
    /// Seconds between looks at the end of the feed; 2 if not said, and half a second on this machine
    #[arg(long, value_name = "SECONDS", requires = "follow", value_parser = clap::value_parser!(u16).range(1..))]
    interval: Option<u16>,
    /// Only events of this type
    #[arg(long, value_name = "TYPE", value_parser = EventType::parse)]
    event_type: Option<EventType>,
    /// Only events by the principal with this e-mail address
    #[arg(long, value_name = "ADDRESS", value_parser = EmailAddress::parse, allow_hyphen_values = true)]
    user_email: Option<EmailAddress>,
    /// Only events that happened after this time; an ISO 8601 date or date-time, without a zone in UTC
    #[arg(long, value_name = "TIME", value_parser = first_after)]
    start_date: Option<Timestamp>,
    /// Print one JSON object a line: as in the results of GET /audit-trail, with --follow as in GET /audit-trail/feed
    #[arg(long)]
    json: bool,
}

/// What is shown besides the filter.
struct Plan {
    /// How many of the last events.
    lines: usize,
    /// Whether and how it goes on.
    follow: Option<Follow>,
}

struct Follow {
    begin: Option<Begin>,
    wait: Duration,
}

/// Prints the events, and does not return while it follows, unless nobody reads them any more.
///
/// # Errors
/// The table or the service cannot be reached or read, there is no such account, or standard output cannot be written.
pub(crate) async fn run(options: Options) -> Result<(), BoxError> {
    let mut printer = Printer { columns: (!options.json).then(Columns::default) };
    let is_feed_alone = options.follow && options.json;
    if is_feed_alone && options.lines.is_some_and(|lines| lines > 0) {
        let instead = "leave --lines away, or begin further back with --after or --since";
        return Err(format!("--json --follow prints the feed, which the last events by time are not: {instead}").into());
    }
    let wait = if options.origin.is_local() { WAIT_LOCAL } else { WAIT };
    let wait = options.interval.map_or(wait, |seconds| Duration::from_secs(seconds.into()));
    let begin = options.start.begin();
    let shows_last = !is_feed_alone && begin.is_none();
    let plan = Plan {
        lines: if shows_last { options.lines.unwrap_or(LINES) as usize } else { 0 },
        follow: options.follow.then_some(Follow { begin, wait }),
    };
    let filter = Filter {
        event_type: options.event_type,
        user_email: options.user_email,
        from: options.start_date.unwrap_or(Timestamp::MIN),
    };
    let reached = options.origin.reach().await?;
    let ended = tokio::select! {
        ended = tail(&reached, filter, plan, &mut printer) => ended,
        () = reader::gone() => return Ok(()), // as `tail` in `tail -f | head -1`
    };
    match ended {
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => Ok(ended?),
    }
}

async fn tail(reached: &Reached, filter: Filter, plan: Plan, printer: &mut Printer) -> Result<(), Stop> {
    let feed = Feed::of(reached.clone());
    let Some(Follow { begin, wait }) = plan.follow else {
        return Ok(printer.print(&listing::last(reached, &filter, plan.lines).await?)?);
    };
    let mut follower = match begin {
        Some(begin) => Follower::from(feed, filter, wait, begin),
        None => {
            let mut follower = Follower::from_now(feed, filter.clone(), wait).await?;
            let last = listing::last(reached, &filter, plan.lines).await?;
            printer.print(&last)?;
            follower.pass_over(&last);
            follower
        }
    };
    follower.follow(|events| printer.print(events)).await
}

/// Prints events as JSON, or in columns.
struct Printer {
    columns: Option<Columns>,
}

impl Printer {
    fn print(&mut self, events: &[Shown]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if let Some(columns) = &mut self.columns {
            columns.fit(events);
        }
        for event in events {
            match &self.columns {
                Some(columns) => writeln!(out, "{}", columns.line(event))?,
                None => writeln!(out, "{}", event.json)?,
            }
        }
        out.flush()
    }
}

/// `start_date` itself is not in the range, as in the endpoint.
fn first_after(text: &str) -> Result<Timestamp, String> {
    let moment = Moment::parse_assuming_utc(text).map_err(|error| error.to_string())?;
    moment.next_ms().ok_or_else(|| "must be before the end of the year 9999".to_owned())
}
