//! `audit record`: records one event, through the service's endpoint or straight into the table.

mod endpoint;
mod flags;

use crate::connection::Connection;
use aws_sdk_dynamodb::error::BoxError;
use endpoint::Endpoint;
use flags::EventFlags;
use shared::event::input::{EVENT_BYTES_MAX, EventInput, Reach};
use shared::event::recorder::Recorder;
use shared::input::faults::Faults;
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::Put;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::slice;

/// The event, and where to record it.
#[derive(Debug, clap::Args)]
#[command(mut_arg("table", |table| table.required_unless_present_any(["url"])))]
pub struct Options {
    /// File with the event, one JSON object; - is standard input. Without it, the flags below are the event
    #[arg(conflicts_with = "EventFlags")]
    file: Option<PathBuf>,
    #[command(flatten)]
    flags: EventFlags,
    /// Base URL of the service, such as <http://127.0.0.1:3000>; the token says into which account
    #[arg(long, help_heading = "Service", requires = "token")]
    #[arg(conflicts_with_all = ["account", "local", "endpoint_url", "profile", "region"])]
    url: Option<String>,
    /// Token of a credential with the scope events:write
    #[arg(long, help_heading = "Service", env = "AUDIT_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Account to record into, straight in the table
    #[arg(long, help_heading = "Table", value_parser = AccountId::parse, required_unless_present = "url")]
    account: Option<AccountId>,
    #[command(flatten)]
    connection: Connection,
    /// Print `{"id","created_at"}`
    #[arg(long)]
    json: bool,
}

/// What was recorded.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Recorded {
    id: String,
    created_at: String,
}

/// Records the event, and prints its id and time.
///
/// # Errors
/// The event is bad or conflicts with what is there, or the file, the service or the table cannot be used.
pub async fn run(options: Options) -> Result<(), BoxError> {
    let text = match &options.file {
        Some(file) => read(file).map_err(|error| format!("{}: {error}", file.display()))?,
        None => options.flags.to_json()?,
    };
    let input = EventInput::parse(&text)?;
    let recorded = match (options.url, options.account) {
        (Some(url), _) => Endpoint::new(&url, &options.token.unwrap_or_default())?.record(&text).await?,
        (None, Some(account)) => put(&options.connection.open().await?, &account, input).await?,
        (None, None) => return Err("give --url or --account".into()), // clap has asked for one
    };
    print(&recorded, options.json)
}

/// The text of a file: one byte more than the largest event at most, which is enough to refuse it.
fn read(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    let bytes_max = EVENT_BYTES_MAX as u64 + 1;
    if file.as_os_str() == "-" {
        io::stdin().lock().take(bytes_max).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(file)?.take(bytes_max).read_to_string(&mut text)?;
    }
    Ok(text)
}

/// Writes the event. It is an operator's, who may import too: it may be of any age.
async fn put(store: &AuditStore, account: &AccountId, input: EventInput) -> Result<Recorded, BoxError> {
    let now = clock::now();
    let created_at = input.created_at_or(now);
    Reach::Import.admit(created_at, now).map_err(|message| Faults::of("created_at", message))?;
    let id = input.id_or_derived(account, now);
    let event = input.into_event(id, created_at, now).with_recorder(Recorder::Import);
    let put = store.put_each(account, slice::from_ref(&event), &Usage::default()).await?;
    match put.first().ok_or("the store said nothing of the event")? {
        Put::New | Put::Already => Ok(Recorded { id: event.id.to_string(), created_at: event.created_at.to_string() }),
        Put::Conflict(_) => {
            let at = format!("an event with the id {} and the time {} is there", event.id, event.created_at);
            Err(format!("conflict: {at}, with other content; it was left as it is").into())
        }
    }
}

fn print(recorded: &Recorded, json: bool) -> Result<(), BoxError> {
    let Recorded { id, created_at } = recorded;
    let text =
        if json { serde_json::to_string(recorded)? } else { format!("id          {id}\ncreated_at  {created_at}") };
    Ok(writeln!(io::stdout(), "{text}")?)
}
