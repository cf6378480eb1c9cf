//! `audit tail`: the last events of an account, newest last, and then, if asked, those that come.

mod columns;
mod follow;
mod reader;
mod shown;
mod source;

use crate::accounts;
use crate::connection::Connection;
use crate::service::Service;
use crate::terminal::error_line;
use aws_sdk_dynamodb::error::BoxError;
use columns::Columns;
use follow::{Follower, Stop};
use shared::event::filter::EventFilter;
use shared::process::clock;
use shared::store::query::EventQuery;
use shared::values::email::EmailAddress;
use shared::values::ids::{AccountId, EventType};
use shared::values::timestamp::{Moment, TimeRange, Timestamp};
use shown::Shown;
use source::{ServiceTrail, Source};
use std::io::{self, Write as _};
use std::time::Duration;

/// Most events of the past that are shown.
const LINES_MAX: i64 = 10_000;

/// Which events, and how.
#[derive(Debug, clap::Args)]
#[command(mut_arg("table", |table| table.required_unless_present_any(["url"])))]
pub(crate) struct Options {
    /// Base URL of the service to ask, such as <http://127.0.0.1:3000>; the token says for which account
    #[arg(long, help_heading = "Service", requires = "token")]
    #[arg(conflicts_with_all = ["account", "local", "endpoint_url", "profile", "region"])]
    url: Option<String>,
    /// Token of a credential with the scope audit:read
    #[arg(long, help_heading = "Service", env = "AUDIT_TOKEN", hide_env_values = true, allow_hyphen_values = true)]
    token: Option<String>,
    /// The account whose events to read, straight in the table
    #[arg(long, help_heading = "Table", value_parser = AccountId::parse, required_unless_present = "url", allow_hyphen_values = true)]
    account: Option<AccountId>,
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
    #[arg(long, value_name = "ADDRESS", value_parser = EmailAddress::parse, allow_hyphen_values = true)]
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

/// Prints the events, and does not return while it follows, unless nobody reads them any more.
///
/// # Errors
/// The table or the service cannot be reached or read, there is no such account, or standard output cannot be written.
pub(crate) async fn run(options: Options) -> Result<(), BoxError> {
    let interval = options.follow.then(|| Duration::from_secs(options.interval.into()));
    let mut printer = Printer { columns: (!options.json).then(Columns::default) };
    let lines = options.lines as usize;
    let from = options.start_date.unwrap_or(Timestamp::MIN);
    let mut follower = Follower::new(source(options).await?, from, clock::now());
    let ended = tokio::select! {
        ended = tail(&mut follower, &mut printer, lines, interval) => ended,
        () = reader::gone() => return Ok(()), // as `tail` in `tail -f | head -1`
    };
    match ended {
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => Ok(ended?),
    }
}

/// Where the events come from.
async fn source(options: Options) -> Result<Source, BoxError> {
    let account = match (options.url, options.account) {
        (Some(url), _) => {
            let service = Service::new(&url, &options.token.unwrap_or_default())?;
            let trail = ServiceTrail::new(service, options.event_type, options.user_email);
            return Ok(Source::Service(Box::new(trail)));
        }
        (None, Some(account)) => account,
        (None, None) => return Err("give --url or --account".into()), // clap has asked for one
    };
    let filter = match (options.user_email, options.event_type) {
        (None, None) => EventFilter::All,
        (None, Some(event_type)) => EventFilter::Type(event_type),
        (Some(email), None) => EventFilter::Email(email),
        (Some(email), Some(event_type)) => EventFilter::EmailAndType(email, event_type),
    };
    let store = options.connection.open().await?;
    accounts::must_exist(&store, &account).await?;
    let range = TimeRange { from: Timestamp::MIN, to: None }; // each look says from when on
    Ok(Source::Table(Box::new(store), Box::new(EventQuery { account, filter, range, as_of: None })))
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
            Err(stop) if stop.may_pass() => {
                // What is missed now is seen at the next look.
                let _ = writeln!(io::stderr(), "audit: {}; trying again", error_line(&stop));
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
