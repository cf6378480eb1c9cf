//! Proof files: their paths are checked by `tlog_tiles`, that in the map of all accounts as the proof of a record of a log of 2^48.

use crate::Refused;
use crate::checkpoint::{self, Tree, decimal, hashes};
use sha2::{Digest as _, Sha256};
use tlog_tiles::{EMPTY_HASH, Hash, check_record, record_hash};

/// An account stands at the first 48 bits of its key.
const MAP_HEIGHT: u64 = 48;

const NOT_A_PROOF: &str = "it does not have the form of a proof";

/// Takes both kinds of proof files.
pub fn verify(text: &str, key: &str) -> Result<String, Refused> {
    let Some(text) = text.strip_prefix("audit-trail/proof/1\nposition ") else {
        let (own, _) = verify_head(text, key)?;
        return Ok(format!("a head of {} entries", own.size));
    };
    let (entry, head) = text.split_once("\n\n").ok_or(NOT_A_PROOF)?;
    let (own, _) = verify_head(head, key)?;
    let lines: Vec<&str> = entry.split('\n').filter(|line| !line.starts_with("item ")).collect();
    let [position, entry, path @ ..] = lines.as_slice() else { return Err(NOT_A_PROOF.into()) };
    let position = decimal(position)?;
    let leaf = record_hash(format!("{entry}\n").as_bytes());
    check_record(&hashes(path)?, own.size, own.root, position, leaf)?;
    Ok(format!("the entry at {position} of {}", own.size))
}

/// Takes the parts of a head file: whose it is, the path in the map, the path in the log of rounds, the checkpoint. Gives the tree of
/// the account's log, and that of the log of rounds at the time.
pub fn verify_head(text: &str, key: &str) -> Result<(Tree, Tree), Refused> {
    let parts: Vec<&str> = text.splitn(3, "\n\n").collect();
    let [own, map, round] = parts.as_slice() else { return Err(NOT_A_PROOF.into()) };
    let account = own.strip_prefix("audit-trail/head/1\naccount ").ok_or(NOT_A_PROOF)?;
    let (entry, tlog_proof) = round.split_once('\n').ok_or(NOT_A_PROOF)?;
    let rounds = verify_tlog_proof(tlog_proof, &format!("{entry}\n"), key)?;
    let words: Vec<&str> = entry.split(' ').collect();
    let ["round/1", _, root, _] = words.as_slice() else { return Err(NOT_A_PROOF.into()) };
    Ok((verify_map(map, account, Hash::parse_hash(root)?)?, rounds))
}

/// Holds the line of an account against the root of the map.
fn verify_map(map: &str, account: &str, root: Hash) -> Result<Tree, Refused> {
    let key: [u8; 32] = Sha256::digest(format!("audit-trail/account/v1\n{account}")).into();
    let place = key.iter().take(6).fold(0, |place, byte| place << 8 | u64::from(*byte));
    let lines: Vec<&str> = map.split('\n').collect();
    let [line, path @ ..] = lines.as_slice() else { return Err(NOT_A_PROOF.into()) };
    let words: Vec<&str> = line.split(' ').collect();
    if words.get(1) != Some(&Hash(key).to_string().as_str()) {
        return Err("the line is not one of the account".into());
    }
    let path = hashes(path)?;
    match words.as_slice() {
        ["head/1", _, size, own, _] => {
            check_record(&path, 1 << MAP_HEIGHT, root, place, record_hash(format!("{line}\n").as_bytes()))?;
            Ok(Tree { size: decimal(size)?, root: Hash::parse_hash(own)? })
        }
        ["no-head/1", _, height, blind] => {
            let height = decimal(height)?;
            let leaves = MAP_HEIGHT.checked_sub(height).map(|rest| 1 << rest).ok_or(NOT_A_PROOF)?;
            let empty = Sha256::new_with_prefix([2]).chain_update(Hash::parse_hash(blind)?.0).finalize();
            check_record(&path, leaves, root, place >> height, Hash(empty.into()))?;
            Ok(Tree { size: 0, root: EMPTY_HASH })
        }
        _ => Err(NOT_A_PROOF.into()), // no line of this version
    }
}

/// Takes a proof of C2SP's tlog-proof for an entry.
fn verify_tlog_proof(text: &str, entry: &str, key: &str) -> Result<Tree, Refused> {
    let (own, note) = text.split_once("\n\n").ok_or(NOT_A_PROOF)?;
    let lines: Vec<&str> = own.split('\n').collect();
    let ["c2sp.org/tlog-proof@v1", index, path @ ..] = lines.as_slice() else { return Err(NOT_A_PROOF.into()) };
    let index = decimal(index.strip_prefix("index ").ok_or(NOT_A_PROOF)?)?;
    let tree = checkpoint::open(note.as_bytes(), key)?;
    check_record(&hashes(path)?, tree.size, tree.root, index, record_hash(entry.as_bytes()))?;
    Ok(tree)
}
