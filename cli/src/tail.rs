//! `audit tail`: the last events of an account, newest last, and then, if asked, those that come.

mod columns;
mod follow;

use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
use columns::Columns;
use follow::Follower;
use shared::dialect::trail::event_json;
use shared::event::filter::EventFilter;
use shared::event::{AuditEvent, TrailEvent};
use shared::process::clock;
use shared::store::StoreError;
use shared::store::query::EventQuery;
use shared::values::email::EmailAddress;
use shared::values::ids::{AccountId, EventType};
use shared::values::timestamp::{Moment, TimeRange, Timestamp};
use std::io::{self, Write as _};
use std::time::Duration;

/// Most events of the past that are shown.
const LINES_MAX: i64 = 10_000;

/// Which events, and how.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The account
    #[arg(long, value_parser = AccountId::parse)]
    account: AccountId,
    /// How many of the past to show, 10,000 at most
    #[arg(short = 'n', long, default_value_t = 10, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(0..=LINES_MAX))]
    lines: u32,
    /// Go on, and show what is recorded; one whose time is more than a minute past by then may be missed
    #[arg(short, long)]
    follow: bool,
    /// Seconds between looks at the table
    #[arg(long, default_value_t = 2, value_name = "SECONDS", requires = "follow", value_parser = clap::value_parser!(u16).range(1..))]
    interval: u16,
    /// Only events of this type
    #[arg(long, value_name = "TYPE", value_parser = EventType::parse)]
    event_type: Option<EventType>,
    /// Only events by the principal with this e-mail address
    #[arg(long, value_name = "ADDRESS", value_parser = EmailAddress::parse)]
    user_email: Option<EmailAddress>,
    /// Only events after this time; an ISO 8601 date or date-time, without a zone in UTC
    #[arg(long, value_name = "TIME", value_parser = first_after)]
    start_date: Option<Timestamp>,
    /// Print one JSON object a line, as in the results of GET /audit-trail
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Why it stops.
#[derive(Debug)]
enum Stop {
    /// Nothing more can be printed.
    Output(io::Error),
    /// The table cannot be read.
    Store(StoreError),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Prints the events, and does not return while it follows, unless nobody reads them any more.
///
/// # Errors
/// The table cannot be reached or read, or standard output not written.
pub async fn run(options: Options) -> Result<(), BoxError> {
    let filter = match (options.user_email, options.event_type) {
        (None, None) => EventFilter::All,
        (None, Some(event_type)) => EventFilter::Type(event_type),
        (Some(email), None) => EventFilter::Email(email),
        (Some(email), Some(event_type)) => EventFilter::EmailAndType(email, event_type),
    };
    let range = TimeRange { from: options.start_date.unwrap_or(Timestamp::MIN), to: None };
    let query = EventQuery { account: options.account, filter, range, as_of: None };
    let mut follower = Follower::new(options.connection.open().await?, query, clock::now());
    let mut printer = Printer { columns: (!options.json).then(Columns::default) };
    let interval = options.follow.then(|| Duration::from_secs(options.interval.into()));
    match tail(&mut follower, &mut printer, options.lines as usize, interval).await {
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()), // as `tail` in `tail -f | head`
        Err(Stop::Output(error)) => Err(error.into()),
        Err(Stop::Store(error)) => Err(error.into()),
        Ok(()) => Ok(()),
    }
}

async fn tail(
    follower: &mut Follower,
    printer: &mut Printer,
    lines: usize,
    interval: Option<Duration>,
) -> Result<(), Stop> {
    printer.print(&follower.last(lines, interval.is_some()).await?)?;
    let Some(interval) = interval else { return Ok(()) };
    loop {
        tokio::time::sleep(interval).await;
        match follower.poll(clock::now(), |events| printer.print(events)).await {
            Err(Stop::Store(error @ StoreError::Unavailable(_))) => {
                // What is missed now is seen at the next look.
                let _ = writeln!(io::stderr(), "audit: {}; trying again", crate::error_line(&error));
            }
            outcome => outcome?,
        }
    }
}

/// Prints events as JSON, or in columns.
struct Printer {
    columns: Option<Columns>,
}

impl Printer {
    fn print(&mut self, events: &[AuditEvent]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if let Some(columns) = &mut self.columns {
            columns.fit(events);
        }
        for event in events {
            match &self.columns {
                Some(columns) => writeln!(out, "{}", columns.line(event))?,
                None => writeln!(out, "{}", event_json(&TrailEvent::from(event)))?,
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
