//! `audit log restart`: begins a new log of rounds, which names the last signature of the one before.
//!
//! ```text
//! t0  the first entry of the new log is put: `restart/1`, with the last checkpoint
//! t1  the new log is entered in the list: from now on log-sign goes on with it
//! ```
//!
//! Stopped in between, it begins again: what was put at t0 is the same.

use super::key::logs;
use crate::connection::Connection;
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use log_sign::{Archive, Bucket, public_of};
use shared::process::clock;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::key::{Origin, PUBLIC_BYTES, VerifierKey};
use shared::proof::note::NOTE_BYTES_MAX;
use shared::proof::round::RoundEntry;
use shared::store::AuditStore;
use shared::store::usage::Usage;
use shared::table::item::{LogOfRounds, RoundItem};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What to go on from, and with which key.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where the last checkpoint is.
    #[command(flatten)]
    last: Last,
    /// Key that signs from now on: a verifier key, or the public key as `aws kms get-public-key --query PublicKey --output text` prints it;
    /// the same as before if absent
    #[arg(long, value_name = "KEY", value_parser = read_key)]
    key: Option<Public>,
    /// Do it: without this, only what would be done is shown
    #[arg(long)]
    yes: bool,
    /// The table
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Last {
    /// Bucket of the checkpoints (the stack's output `CheckpointBucketName`)
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// Folder of the checkpoints, as of `audit serve`: `.audit`
    #[arg(long, value_name = "DIR")]
    archive: Option<PathBuf>,
    /// The last checkpoint itself, where the archive is lost: the newest that anybody has
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy)]
struct Public([u8; PUBLIC_BYTES]);

fn read_key(text: &str) -> Result<Public, String> {
    if let Ok(key) = VerifierKey::parse(text) {
        return Ok(Public(*key.public()));
    }
    let spki = STANDARD.decode(text.trim()).ok();
    let public = spki.and_then(|spki| public_of(&spki)).map(Public);
    public.ok_or_else(|| "must be a verifier key, or an Ed25519 public key in base64 as KMS gives it".to_owned())
}

/// Begins the new log.
///
/// # Errors
/// The table or the archive cannot be read, there is no log to go on from, its last checkpoint is not found, or `--yes` is missing.
pub(super) async fn run(options: Options) -> Result<(), BoxError> {
    let Options { last, key, yes, connection } = options;
    let usage = Usage::default();
    let aws = if last.bucket.is_some() { Some(connection.aws().await) } else { None };
    let store = connection.open().await?;
    let logs = logs(&store, &usage).await?;
    let (Some(first), Some(before)) = (logs.first(), logs.last()) else { return Err("there is no log".into()) };
    let (checkpoint, note) = last.find(before, aws.as_ref()).await?;
    let log = next(first, before, key, note)?;
    let shown = format!(
        "The log {} ends at its checkpoint of {} rounds.\nThe log {} goes on from there. Whoever verifies needs its key from now on:\n{}",
        checkpoint.origin,
        checkpoint.size,
        log.key.origin(),
        log.key
    );
    say(&shown)?;
    if !yes {
        return Err("nothing was done: say --yes to do it; it cannot be undone".into());
    }
    open(&store, &log, checkpoint, &usage).await
}

impl Last {
    async fn find(
        self,
        log: &LogOfRounds,
        aws: Option<&aws_config::SdkConfig>,
    ) -> Result<(Checkpoint, String), BoxError> {
        let archive = match (self.checkpoint, self.bucket.zip(aws)) {
            (Some(file), _) => {
                let note = read_note(&file)?;
                let checkpoint = Checkpoint::open(&note, &log.key);
                let checkpoint = checkpoint.map_err(|fault| format!("{}: {fault}", file.display()))?;
                return Ok((checkpoint, note));
            }
            (None, Some((bucket, aws))) => Archive::Bucket(Bucket::new(aws_sdk_s3::Client::new(aws), bucket)),
            (None, None) => Archive::Folder(self.archive.unwrap_or_default()), // clap asks for one of them
        };
        let newest = archive.newest(log.generation, &log.key).await?;
        newest.checkpoint.ok_or_else(|| format!("the archive has no checkpoint of the log {}", log.key.origin()).into())
    }
}

fn read_note(file: &Path) -> Result<String, BoxError> {
    let cannot = |error| format!("{} cannot be read: {error}", file.display());
    let opened = std::fs::File::open(file).map_err(cannot)?;
    let mut note = String::new();
    opened.take(NOTE_BYTES_MAX as u64 + 1).read_to_string(&mut note).map_err(cannot)?;
    Ok(note)
}

/// The log that goes on from the last one: of the next generation, which its origin says.
fn next(first: &LogOfRounds, before: &LogOfRounds, key: Option<Public>, note: String) -> Result<LogOfRounds, BoxError> {
    let generation = before.generation.next().ok_or("there have been as many logs of rounds as there can be")?;
    let origin = Origin::parse(&format!("{}/{}", first.key.origin(), generation.number()))?;
    let public = key.map_or(*before.key.public(), |Public(public)| public);
    let key = VerifierKey::new(origin, public);
    Ok(LogOfRounds { generation, key, created_at: clock::now(), continues: Some(note) })
}

async fn open(store: &AuditStore, log: &LogOfRounds, last: Checkpoint, usage: &Usage) -> Result<(), BoxError> {
    let entry = RoundEntry::Restart(last);
    let round = RoundItem { index: 0, entry: entry.clone(), sealed: None };
    if !store.put_round(log.generation, &round, usage).await? {
        let there = store.rounds(log.generation, 0, 1, usage).await?.pop();
        if there.is_none_or(|there| there.entry != entry) {
            return Err("somebody else begins a new log at the same time, from another checkpoint".into());
        }
    }
    if !store.put_log_of_rounds(log, usage).await? {
        return Err("somebody else has begun a new log at the same time: see audit log status".into());
    }
    Ok(say("It has begun. The next call of log-sign makes its first round, of all accounts.")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_verifiers_and_as_kms_write_it() {
        let of = |text: &str| read_key(text).map(|Public(public)| (public[0], public[31]));
        let kms = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
        assert_eq!(of(kms), Ok((0x19, 0xe1)));
        let origin = Origin::parse("audit.example/log").expect("a name");
        assert_eq!(of(&VerifierKey::new(origin, [3; PUBLIC_BYTES]).to_string()), Ok((3, 3)));
        for bad in ["", "x", "MCowBQYDK2VwAyEA", "audit.example/log+00000000+AQ=="] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
