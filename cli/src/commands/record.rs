//! `audit record`: records one event, through the service's endpoint or straight into the table.

mod endpoint;
mod flags;

use crate::given_event::{fault_line, written_event};
use crate::given_file::no_utf_8;
use crate::origin::{Origin, Reached};
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use endpoint::Receipt;
use flags::EventFlags;
use shared::event::input::{EVENT_BYTES_MAX, EventInput};
use shared::input::json::without_byte_order_mark;
use shared::process::clock;
use shared::store::AuditStore;
use shared::store::Put;
use shared::store::usage::Usage;
use shared::values::ids::AccountId;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::slice;

/// The event, and where to record it.
#[derive(Debug, clap::Args)]
#[command(mut_arg("token", |token| token.help("Token of a credential with the scope events:write")))]
#[command(mut_arg("account", |account| account.help("Account to record into, straight in the table")))]
pub(crate) struct Options {
    /// File with the event, one JSON object; - is standard input. Without it, the flags below are the event
    #[arg(conflicts_with = "EventFlags")]
    file: Option<PathBuf>,
    /// Print `{"id","created_at"}`
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    flags: EventFlags,
    /// Make the account if there is none
    #[arg(long, help_heading = "Table", conflicts_with = "url")]
    create_account: bool,
    #[command(flatten)]
    origin: Origin,
}

/// Records the event, and prints its id and time.
///
/// # Errors
/// The event is bad or conflicts with what is there, or the file, the service or the table cannot be used.
pub(crate) async fn run(options: Options) -> Result<(), BoxError> {
    let text = match &options.file {
        Some(file) => read(file).map_err(|error| format!("{}: {error}", file.display()))?,
        None => options.flags.to_json()?,
    };
    let text = without_byte_order_mark(&text);
    let input = EventInput::parse(text).map_err(|faults| match &options.file {
        Some(file) => fault_line(&file.display().to_string(), None, text, &faults.to_string()),
        None => faults.to_string(),
    })?;
    let recorded = match options.origin.reach_to_write(options.create_account).await? {
        Reached::Service(service) => endpoint::record(&service, text).await?,
        Reached::Table(store, account) => put(&store, &account, input).await?,
    };
    print(&recorded, options.json)
}

/// The text of a file: one byte more than the largest event at most, which is enough to refuse it.
fn read(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    let bytes_max = EVENT_BYTES_MAX as u64 + 1;
    if file.as_os_str() == "-" {
        io::stdin().lock().take(bytes_max).read_to_end(&mut bytes)?;
    } else {
        std::fs::File::open(file)?.take(bytes_max).read_to_end(&mut bytes)?;
    }
    let refused = |why| io::Error::new(io::ErrorKind::InvalidData, why);
    match no_utf_8(&bytes) {
        Some(what) => Err(refused(what)),
        // Its size will be the fault, and not a letter that was cut in two.
        None if bytes.len() as u64 == bytes_max => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        None => String::from_utf8(bytes).map_err(|_| refused("must be UTF-8")),
    }
}

/// Writes the event into the table.
async fn put(store: &AuditStore, account: &AccountId, input: EventInput) -> Result<Receipt, BoxError> {
    let now = clock::now();
    let event = written_event(input, account, now)?;
    let put = store.put_each(account, slice::from_ref(&event), &Usage::default()).await?;
    match put.first().ok_or("the store said nothing of the event")? {
        Put::New | Put::Already => Ok(Receipt { id: event.id.to_string(), created_at: event.created_at.to_string() }),
        Put::Conflict(_) => {
            let at = format!("an event with the id {} and the time {} is there", event.id, event.created_at);
            Err(format!("conflict: {at}, with other content; it was left as it is").into())
        }
    }
}

fn print(recorded: &Receipt, json: bool) -> Result<(), BoxError> {
    let Receipt { id, created_at } = recorded;
    let text =
        if json { serde_json::to_string(recorded)? } else { format!("id          {id}\ncreated_at  {created_at}") };
    Ok(say(&text)?)
}
