//! An export: the checkpoint held against the key, the log of rounds against the checkpoint, the account's head against a round of
//! that log, and the account's log against its head.

use crate::checkpoint::{self, Tree};
use crate::tiles::{self, Folder};
use crate::{Refused, proof};
use std::path::Path;
use tlog_tiles::TileHashReader;

/// What of it is whole.
pub fn verify(path: &Path, key: &str) -> Result<String, Refused> {
    let rounds = within("checkpoint", checkpoint::open(&std::fs::read(path.join("checkpoint"))?, key))?;
    within("rounds", tiles::verify(path, rounds))?;
    let (own, signed) = within("head", proof::verify_head(&std::fs::read_to_string(path.join("account/head"))?, key))?;
    within("head", is_of_log(path, signed, rounds))?;
    within("account", tiles::verify(&path.join("account"), own))?;
    Ok(format!("{} rounds, {} entries", rounds.size, own.size))
}

/// Proves that the log of rounds went on from where the head was signed.
fn is_of_log(path: &Path, signed: Tree, rounds: Tree) -> Result<(), Refused> {
    if signed.size < 1 || signed.size > rounds.size {
        return Err(format!("it is signed with {} rounds, of which there are {}", signed.size, rounds.size).into());
    }
    let folder = Folder::new(path);
    tiles::goes_on_from(rounds, signed, &TileHashReader::new(rounds.size, rounds.root, &folder))
}

fn within<T>(part: &str, result: Result<T, Refused>) -> Result<T, Refused> {
    result.map_err(|refused| format!("{part}: {refused}").into())
}
