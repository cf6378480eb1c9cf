//! `audit export`: the events of an account, in the order in which they arrived, as NDJSON, CSV, OCSF or
//! CloudEvents, to a file or standard output.
//!
//! A page is read, written, and forgotten, so memory does not grow with the account. What is left if it stops anywhere says
//! [`target`]. With `--proofs` it is a directory for `audit verify` instead: [`proofs`].

mod checkpoint;
mod format;
mod packing;
mod plan;
mod proofs;
mod tally;
mod target;
mod text;

use crate::feed::{Begin, Feed, FeedError, StartFlags};
use crate::ocsf_mapping;
use crate::origin::Origin;
use crate::service::Service;
use crate::stop_signal::stop_signal;
use crate::terminal::error_line;
use aws_sdk_dynamodb::error::BoxError;
use format::Format;
use plan::Plan;
use shared::dialect::feed::{FeedPage, LIMIT_MAX};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use tally::Tally;
use target::Target;
use text::text;

/// Pages between two checkpoints, of [`LIMIT_MAX`] events or 4 MB at most: what is done again after it was killed.
const PAGES_A_PART: u32 = 10;

/// Which events, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Directory to write with --proofs; it must not be there yet, or be empty
    #[arg(value_name = "DIR", requires = "proofs")]
    directory: Option<PathBuf>,
    /// Write the log with its proofs, and the events as they are stored, for `audit verify`
    #[arg(long, requires_all = ["directory", "url"], conflicts_with_all = ["format", "ocsf_mapping", "output", "checkpoint", "after", "since"])]
    proofs: bool,
    #[command(flatten)]
    start: StartFlags,
    /// What a line is; without it, csv for a file named *.csv or *.csv.gz, ndjson otherwise
    #[arg(long)]
    format: Option<Format>,
    /// JSON file that says what your event types are in OCSF, for --format ocsf; a service has its own
    #[arg(long, value_name = "FILE", conflicts_with = "url", requires = "format")]
    ocsf_mapping: Option<PathBuf>,
    /// File to write, packed if its name ends in .gz; - is standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// File that keeps how far it is: run it again, and it goes on behind what is in the output
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    origin: Origin,
}

/// Writes the events, and prints what became of them on standard error.
///
/// # Errors
/// The options do not go together, the table or the service cannot be read, or a file cannot be written. Also where all that
/// there is was written, but events of the account are missing, were altered, or are not in its log yet.
pub(crate) async fn run(options: Options) -> Result<(), BoxError> {
    if let Some(directory) = options.directory {
        return proofs::run(&directory, options.origin.reach().await?).await;
    }
    if options.ocsf_mapping.is_some() && options.format != Some(Format::Ocsf) {
        return Err("--ocsf-mapping is for --format ocsf".into());
    }
    let mapping = ocsf_mapping::read(options.ocsf_mapping.as_deref())?;
    let plan = Plan::of(options.output, options.checkpoint, options.format)?;
    let begin = plan.begin().or_else(|| options.start.begin()).unwrap_or(Begin::Beginning);
    let feed = Feed::of(options.origin.reach().await?).in_format(plan.format.of_feed(), mapping);
    let first = feed.page(&begin, LIMIT_MAX).await.map_err(|error| plan.blamed(error))?;
    let end = if io::stderr().is_terminal() { feed.end().await? } else { None };
    let mut export = Export { feed, format: plan.format, target: plan.open()?, tally: Tally::new(plan.format, end) };
    let ended = export.write_all(first, pin!(stop_signal()?)).await;
    let name = plan.name();
    match ended {
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            export.tally.clear();
            Ok(()) // as in `audit export | head -1`
        }
        Err(stop) => {
            export.tally.print();
            let left = export.target.left(&name);
            Err(format!("{} ({left})", error_line(&stop)).into())
        }
        Ok(End { is_behind }) => {
            export.tally.print();
            export.tally.judge(&name, is_behind)
        }
    }
}

/// Writes what `--proofs` writes to a folder that is there. Events that are missing are for `audit verify` to name.
///
/// # Errors
/// The service cannot be read or answers with something else, or a file cannot be written.
pub(crate) async fn with_proofs(service: &Service, folder: &Path) -> Result<(), BoxError> {
    proofs::fill(service, folder).await
}

/// Why it stops before the end.
#[derive(Debug, thiserror::Error)]
enum Stop {
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// The feed cannot be read.
    #[error(transparent)]
    Feed(#[from] FeedError),
    /// Whoever started it wants it to.
    #[error("stopped")]
    Asked,
}

/// All that there is was written.
struct End {
    /// The table has events that the log does not have yet.
    is_behind: bool,
}

/// An export under way.
struct Export {
    feed: Feed,
    format: Format,
    target: Target,
    tally: Tally,
}

impl Export {
    /// Writes this page and all behind it. Where it stops early, what was written so far is kept if the target can.
    async fn write_all(&mut self, first: FeedPage, mut asked: Pin<&mut impl Future<Output = ()>>) -> Result<End, Stop> {
        let (mut page, mut pages) = (first, 0);
        loop {
            if self.target.is_empty() {
                self.target.write(self.format.head().as_bytes())?;
            }
            let text = text(self.format, &page.events, &mut self.tally)?;
            self.target.write(text.as_bytes())?;
            pages += 1;
            if !page.has_more {
                self.target.finish(&page.checkpoint)?;
                return Ok(End { is_behind: page.behind });
            }
            if pages % PAGES_A_PART == 0 {
                self.target.save(&page.checkpoint)?;
            }
            let begin = Begin::Cursor(page.checkpoint.clone());
            let next = tokio::select! {
                next = self.feed.page(&begin, LIMIT_MAX) => next.map_err(Stop::Feed),
                () = asked.as_mut() => Err(Stop::Asked),
            };
            match next {
                Ok(next) => page = next,
                Err(stop) => {
                    self.target.save(&page.checkpoint)?;
                    return Err(stop);
                }
            }
        }
    }
}
