//! `audit verify`: whether a history is the one that was sealed. It needs an export and a key, and asks nobody; with `--url` it makes
//! the export first.

mod shown;

use crate::commands::export::with_proofs;
use crate::exit::Exit;
use crate::service::Service;
use crate::terminal::{error_line, say};
use audit_verify::files::{Folder, given_text};
use audit_verify::{MAX_AGE_MINUTES, Question, Report, Unusable};
use aws_sdk_dynamodb::error::BoxError;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use shared::process::clock;
use shared::proof::file::FILE_BYTES_MAX;
use shared::proof::key::VerifierKey;
use shared::values::timestamp::Moment;
use std::path::PathBuf;

/// Longest file of a key, in bytes.
const KEY_BYTES_MAX: usize = 4_096;

/// The exit code of input that nothing can be said of.
const UNUSABLE: u8 = 2;

/// What to verify, and with what.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Directory that `audit export DIR --proofs` wrote
    #[arg(value_name = "DIR", required_unless_present_any = ["proof", "url"])]
    directory: Option<PathBuf>,
    /// Verify one event in a proof file instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["directory", "url", "checkpoint", "at", "max_age"])]
    proof: Option<PathBuf>,
    /// Verify what a running service has, such as <http://127.0.0.1:3000>: it is exported to a folder that goes again
    #[arg(long, value_name = "URL", requires = "token", conflicts_with = "directory")]
    url: Option<String>,
    /// Token of a credential with the scope audit:read; it says of which account
    #[arg(long, env = "AUDIT_TOKEN", hide_env_values = true, allow_hyphen_values = true)]
    token: Option<String>,
    /// The key of the log, or a file of it; `audit log key` prints it
    #[arg(long, value_name = "VKEY", allow_hyphen_values = true)]
    key: String,
    /// File that was kept from an earlier day: a checkpoint, or the `account/head` of an export
    #[arg(long, value_name = "OLD")]
    checkpoint: Option<PathBuf>,
    /// Time by which the newest seal is measured; now if not given
    #[arg(long, value_name = "TIME", value_parser = Moment::parse_assuming_utc)]
    at: Option<Moment>,
    /// How old the newest seal may be then, in minutes
    #[arg(long, value_name = "MINUTES", default_value_t = MAX_AGE_MINUTES)]
    max_age: u32,
    /// Print JSON: `{"verdict","origin","account","sealed_at","rounds","entries","events","counts","findings"}`, or `{"error"}`
    #[arg(long)]
    json: bool,
}

/// Verifies, and says what came out.
///
/// # Errors
/// Exit code 1: something is not as it was sealed. 2: the input cannot be used, or the service not be read. 3: the newest seal is too
/// old.
pub(crate) async fn run(mut options: Options) -> Result<(), BoxError> {
    let folder = match &options.url {
        None => None,
        Some(url) => {
            let service = Service::new(url, options.token.as_deref().unwrap_or_default())?;
            let folder = tempfile::tempdir()?;
            let exported = with_proofs(&service, folder.path()).await;
            exported.map_err(|error| Exit { code: UNUSABLE, said: error_line(error.as_ref()) })?;
            options.directory = Some(folder.path().to_owned());
            Some(folder)
        }
    };
    let shown = options.show();
    drop(folder);
    shown
}

impl Options {
    fn show(&self) -> Result<(), BoxError> {
        match self.verified() {
            Ok(report) => {
                say(&if self.json { serde_json::to_string(&report)? } else { shown::text(&report) })?;
                match report.exit_code() {
                    0 => Ok(()),
                    code => Err(Exit { code, said: shown::sum(&report) }.into()),
                }
            }
            Err(unusable) => {
                if self.json {
                    say(&json!({ "error": unusable.to_string() }).to_string())?;
                }
                Err(Exit { code: UNUSABLE, said: unusable.to_string() }.into())
            }
        }
    }

    fn verified(&self) -> Result<Report, Unusable> {
        let key = key(&self.key)?;
        if let Some(proof) = &self.proof {
            return audit_verify::verify_proof(&given_text(proof, FILE_BYTES_MAX)?, &key);
        }
        let earlier = self.checkpoint.as_ref().map(|path| given_text(path, FILE_BYTES_MAX)).transpose()?;
        let at = self.at.as_ref().map_or_else(clock::now, Moment::floor);
        let question = Question { key: &key, earlier: earlier.as_deref(), at, max_age_minutes: self.max_age };
        let files = Folder::new(self.directory.clone().unwrap_or_default());
        let bar = bar();
        let report = audit_verify::verify(&files, question, &|done, bytes| {
            bar.set_length(bytes);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        report
    }
}

/// A bar on standard error, where that is a terminal.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}  {eta} left");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The key that a text is, or that is in the file of that name.
fn key(given: &str) -> Result<VerifierKey, Unusable> {
    let fault = match VerifierKey::parse(given) {
        Ok(key) => return Ok(key),
        Err(fault) => fault,
    };
    let path = PathBuf::from(given);
    if !path.exists() {
        return Err(Unusable::new("--key", fault));
    }
    VerifierKey::parse(&given_text(&path, KEY_BYTES_MAX)?).map_err(|fault| Unusable::new(given, fault))
}
