//! Writes exports and proofs of logs of several sizes, for verifiers that others wrote: `make_verified DIR`.
//!
//! ```text
//! DIR/key                              the verifier key of all of them
//! DIR/<entries>-<rounds>/export/       what `audit export --proofs` writes of the account `acme`
//! DIR/<entries>-<rounds>/proofs/       proof files: of positions, of the head, of the head in an earlier round, of nobody's head
//! ```
//!
//! Two have names instead of sizes: `restarted` begins with an entry that names another log, and `nobody` is the export of an account
//! without a head.

use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::proof::tile::WIDTH;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::path::Path;
use tests::proofs::{MadeLog, made_event};

/// Origin of [`MadeLog::filled`].
const ORIGIN: &str = "example.com/log";

/// Entries and rounds: at the edges of tiles, and of a tree that is three tiles high.
const SIZES: [(u64, u64); 6] = [(1, 1), (2, 2), (255, 3), (WIDTH, 7), (257, 300), (70_000, 2)];

/// Most entries that are made with their events, which takes longer.
const WITH_EVENTS_MAX: u64 = 1_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = std::env::args().nth(1).ok_or("usage: make_verified DIR")?;
    let directory = Path::new(&directory);
    let account = |id| AccountId::parse(id).map_err(|_| "an account id has letters");
    let (acme, nobody) = (account("acme")?, account("nobody")?);
    for (entries, rounds) in SIZES {
        let log = made(&acme, entries, rounds);
        let at = directory.join(format!("{entries}-{rounds}"));
        log.export(&acme).write(&at.join("export"))?;
        write_proofs(&log, &acme, &nobody, &at.join("proofs"))?;
    }
    let log = restarted(&acme);
    log.export(&acme).write(&directory.join("restarted/export"))?;
    log.export(&nobody).write(&directory.join("nobody/export"))?;
    std::fs::write(directory.join("key"), log.key().to_string())?;
    Ok(())
}

fn made(account: &AccountId, entries: u64, rounds: u64) -> MadeLog {
    if entries <= WITH_EVENTS_MAX {
        return MadeLog::filled(account, entries, rounds);
    }
    let mut log = MadeLog::new(ORIGIN);
    for round in 1..=rounds {
        for number in entries * (round - 1) / rounds..entries * round / rounds {
            let at = made_event::recorded_at(number).to_string();
            let event = EventRef::new("00", &made_event::sk(number), Some(&at));
            log.append(account, Entry::Event(event, Hash::of(&[&number.to_be_bytes()])), None);
        }
        log.seal(minute(round));
    }
    log
}

/// A log that goes on from one of two rounds.
fn restarted(account: &AccountId) -> MadeLog {
    let before = MadeLog::filled(account, 3, 2);
    let mut log = MadeLog::new(ORIGIN);
    log.restart(before.checkpoint(2));
    for number in 0..3 {
        log.record(account, &made_event::item(account, number));
    }
    log.seal(minute(1));
    log
}

fn minute(number: u64) -> Timestamp {
    Timestamp::from_epoch_ms(made_event::recorded_at(0).epoch_ms() + number as i64 * 60_000)
        .expect("some minutes after the first event")
}

fn write_proofs(log: &MadeLog, account: &AccountId, nobody: &AccountId, at: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(at)?;
    let size = log.account(account).entries.len() as u64;
    let mut positions = vec![0, size / 2, WIDTH - 1, WIDTH, size - 1];
    positions.retain(|position| *position < size);
    positions.dedup();
    for position in positions {
        std::fs::write(at.join(format!("position-{position}")), log.proof(account, position).to_string())?;
    }
    std::fs::write(at.join("head"), log.head(account, log.size()).to_string())?;
    std::fs::write(at.join("head-of-earlier-round"), log.head(account, log.size().div_ceil(2)).to_string())?;
    std::fs::write(at.join("head-of-nobody"), log.head(nobody, log.size()).to_string())
}
