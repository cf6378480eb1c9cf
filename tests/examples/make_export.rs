//! Writes what `audit export --proofs` would, for verifiers to be tried on: `make_export DIR EVENTS ROUNDS`.
//!
//! The account is `acme`, the log `example.com/log`, and its verifier key is written to `DIR.key`. A proof of position 0 is written to
//! `DIR.proof`.

use shared::values::ids::AccountId;
use std::path::PathBuf;
use tests::proofs::MadeLog;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "make_export DIR EVENTS ROUNDS";
    let directory = PathBuf::from(arguments.next().ok_or(usage)?);
    let events = arguments.next().ok_or(usage)?.parse()?;
    let rounds = arguments.next().ok_or(usage)?.parse()?;
    let account = AccountId::parse("acme").map_err(|_| "acme is an account id")?;
    let log = MadeLog::filled(&account, events, rounds);
    log.export(&account).write(&directory)?;
    std::fs::write(directory.with_extension("key"), format!("{}\n", log.key()))?;
    if events > 0 {
        std::fs::write(directory.with_extension("proof"), log.proof(&account, 0).to_string())?;
    }
    Ok(())
}
