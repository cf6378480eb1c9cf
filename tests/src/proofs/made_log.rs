//! A log of rounds over the logs of some accounts, signed with a key of a fixed seed.

use crate::proofs::exported::Exported;
use crate::proofs::made_event;
use shared::log::bundle;
use shared::log::entry::Entry;
use shared::log::hash::Hash;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::file::{EventProof, HeadProof};
use shared::proof::head::{AccountKey, Head};
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::proof::map::{Map, PAD_BYTES, Pad};
use shared::proof::note;
use shared::proof::round::{Round, RoundEntry, Run};
use shared::proof::tile::{Kind, Tile, bytes};
use shared::proof::tree::{self, Frontier, Node};
use shared::table::digest::{digest, event_ref};
use shared::table::item::{Item, place};
use shared::table::json;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use std::collections::BTreeMap;

/// The seed of the key that [`MadeLog::new`] signs with.
pub const SEED: [u8; 32] = [7; 32];

/// A log with everything that its proofs are made of.
#[derive(Debug)]
pub struct MadeLog {
    private: PrivateKey,
    key: VerifierKey,
    accounts: BTreeMap<AccountId, MadeAccount>,
    rounds: Vec<MadeRound>,
}

/// The log of an account.
#[derive(Debug, Clone, Default)]
pub struct MadeAccount {
    /// What the positions say.
    pub entries: Vec<Entry>,
    /// The JSON of the item of each position; none where the entry is no event, or the event is gone.
    pub items: Vec<Option<String>>,
    frontier: Frontier,
}

struct MadeRound {
    entry: RoundEntry,
    map: Option<Map>,
}

impl std::fmt::Debug for MadeRound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.entry.fmt(f)
    }
}

impl MadeAccount {
    fn push(&mut self, entry: Entry, item: Option<String>) {
        self.frontier.push(entry.leaf(), |_, _| {});
        self.entries.push(entry);
        self.items.push(item);
    }
}

impl MadeLog {
    /// A log without rounds, whose key is that of [`SEED`].
    pub fn new(origin: &str) -> Self {
        Self::with_seed(origin, &SEED)
    }

    /// The same with another key.
    pub fn with_seed(origin: &str, seed: &[u8; 32]) -> Self {
        let private = PrivateKey::from_seed(seed).expect("32 bytes");
        let key = VerifierKey::new(Origin::parse(origin).expect("a name"), private.public());
        Self { private, key, accounts: BTreeMap::new(), rounds: Vec::new() }
    }

    /// A log of an account with events 0 to `events`, and of two others, sealed in so many rounds, a minute apart. Each has all that
    /// there is of the first account's events by then.
    pub fn filled(account: &AccountId, events: u64, rounds: u64) -> Self {
        let mut log = Self::new("example.com/log");
        for other in ["other-1", "other-2"] {
            let other = AccountId::parse(other).expect("an account id");
            log.record(&other, &made_event::item(&other, 0));
        }
        let mut number = 0;
        for round in 1..=rounds {
            while number < events * round / rounds {
                log.record(account, &made_event::item(account, number));
                number += 1;
            }
            let newest = made_event::recorded_at(events.saturating_sub(1)).epoch_ms();
            log.seal(Timestamp::from_epoch_ms(newest + round as i64 * 60_000).expect("a time before the year 9999"));
        }
        log
    }

    /// The key to verify it with.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// How many rounds there are.
    pub fn size(&self) -> u64 {
        self.rounds.len() as u64
    }

    /// The log of an account.
    pub fn account(&self, account: &AccountId) -> &MadeAccount {
        self.accounts.get(account).expect("the account has a log")
    }

    /// Begins the log of an account, without entries.
    pub fn open(&mut self, account: &AccountId) {
        self.accounts.entry(account.clone()).or_default();
    }

    /// Appends an event.
    pub fn record(&mut self, account: &AccountId, item: &Item) {
        let (shard, sk) = place(item).expect("the item of an event");
        let entry = Entry::Event(event_ref(&shard, &sk, item), digest(item));
        self.append(account, entry, Some(json::write(item)));
    }

    /// Appends an entry, with the JSON of its item if it has one.
    pub fn append(&mut self, account: &AccountId, entry: Entry, item: Option<String>) {
        self.accounts.entry(account.clone()).or_default().push(entry, item);
    }

    /// Has another item, or none, stand at a position: the log is as it was.
    pub fn replace_item(&mut self, account: &AccountId, position: u64, item: Option<String>) {
        let account = self.accounts.get_mut(account).expect("the account has a log");
        *account.items.get_mut(position as usize).expect("the position is there") = item;
    }

    /// Takes an account out of the log, as if it had never been in it: the rounds stay.
    pub fn forget(&mut self, account: &AccountId) {
        self.accounts.remove(account);
    }

    /// Seals the heads of all accounts.
    pub fn seal(&mut self, sealed_at: Timestamp) {
        let number = self.size();
        let pad = Hash::of(&[b"pad", &number.to_be_bytes()]);
        let pad: [u8; PAD_BYTES] = *pad.as_bytes();
        let heads = self.accounts.iter().map(|(account, log)| {
            (AccountKey::of(account), Head { size: log.frontier.size(), root: log.frontier.root() })
        });
        let map = Map::new(Pad::new(pad), heads).expect("no two accounts of a test have one place");
        let run = Run::parse(&format!("01737edb-358b-7000-8000-{number:012x}")).expect("a run");
        let entry = RoundEntry::Round(Round { sealed_at, map_root: map.root(), run });
        self.rounds.push(MadeRound { entry, map: Some(map) });
    }

    /// Says that the log goes on from another one.
    pub fn restart(&mut self, from: Checkpoint) {
        self.rounds.push(MadeRound { entry: RoundEntry::Restart(from), map: None });
    }

    /// The checkpoint of that many rounds.
    pub fn checkpoint(&self, size: u64) -> Checkpoint {
        let leaves = self.round_leaves().into_iter().take(size as usize);
        Checkpoint { origin: self.key.origin().clone(), size, root: tree::root(leaves) }
    }

    /// The note of a text with its signature.
    pub fn signed(&self, text: &str) -> String {
        note::sealed(text, &self.key, &self.private.sign(text.as_bytes()))
    }

    /// The head of an account in the last of that many rounds.
    pub fn head(&self, account: &AccountId, size: u64) -> HeadProof {
        let MadeRound { entry: RoundEntry::Round(round), map: Some(map) } = self.last_of(size) else {
            panic!("the last round is a restart")
        };
        let (claim, map_path) = map.claim(AccountKey::of(account));
        let leaves: Vec<_> = self.round_leaves().into_iter().take(size as usize).collect();
        let checkpoint = self.signed(&self.checkpoint(size).to_string());
        let round_path = path(&leaves, size - 1);
        HeadProof {
            account: account.clone(),
            claim,
            map_path,
            round: round.clone(),
            index: size - 1,
            round_path,
            checkpoint,
        }
    }

    /// The proof of one position in the last round, with the item if it is there.
    pub fn proof(&self, account: &AccountId, position: u64) -> EventProof {
        let head = self.head(account, self.size());
        let log = self.account(account);
        let sealed = head.claim.head().expect("the account has a head").size as usize;
        let leaves: Vec<_> = log.entries.iter().take(sealed).map(Entry::leaf).collect();
        let at = position as usize;
        let (entry, item) = (log.entries.get(at), log.items.get(at));
        let (entry, item) = (entry.expect("the position is there").clone(), item.cloned().flatten());
        EventProof { position, entry, path: path(&leaves, position), item, head }
    }

    /// What `audit export --proofs` writes of an account after the last round.
    pub fn export(&self, account: &AccountId) -> Exported {
        let mut exported = Exported::default();
        let head = self.head(account, self.size());
        exported.put("checkpoint", head.checkpoint.clone());
        exported.put("account/head", head.to_string());
        let rounds: Vec<_> = self.rounds.iter().map(|round| round.entry.to_string()).collect();
        put_tiles(&mut exported, "", &rounds);
        let sealed = head.claim.head().map_or(0, |head| head.size as usize);
        let log = self.accounts.get(account).cloned().unwrap_or_default();
        let entries: Vec<_> = log.entries.iter().take(sealed).map(ToString::to_string).collect();
        put_tiles(&mut exported, "account/", &entries);
        exported.put("events.ndjson", lines(&log, sealed));
        exported
    }

    fn last_of(&self, size: u64) -> &MadeRound {
        let last = size.checked_sub(1).and_then(|last| self.rounds.get(last as usize));
        last.expect("that many rounds were sealed")
    }

    fn round_leaves(&self) -> Vec<Hash> {
        self.rounds.iter().map(|round| round.entry.leaf()).collect()
    }
}

/// The lines of `events.ndjson`: a line for each entry that is an event.
fn lines(log: &MadeAccount, sealed: usize) -> String {
    let mut lines = String::new();
    for (position, (entry, item)) in log.entries.iter().zip(&log.items).take(sealed).enumerate() {
        if matches!(entry, Entry::Event(..)) {
            match item {
                Some(item) => lines.push_str(&format!("{{\"position\":{position},\"Item\":{item}}}\n")),
                None => lines.push_str(&format!("{{\"position\":{position},\"missing\":true}}\n")),
            }
        }
    }
    lines
}

/// The path of a leaf, from its sibling up.
fn path(leaves: &[Hash], index: u64) -> Vec<Hash> {
    let siblings = tree::inclusion(index, leaves.len() as u64).expect("the leaf is in the tree");
    let hashes = |range: std::ops::Range<u64>| leaves.get(range.start as usize..range.end as usize).unwrap_or_default();
    siblings.into_iter().map(|range| tree::root(hashes(range).iter().copied())).collect()
}

/// Puts all tiles of the tree over some entries.
pub fn put_tiles(exported: &mut Exported, below: &str, entries: &[String]) {
    let mut nodes: BTreeMap<(u8, u64), Hash> = BTreeMap::new();
    let mut frontier = Frontier::default();
    for entry in entries {
        frontier.push(Hash::of_leaf(entry.as_bytes()), |Node { height, index }, hash| {
            if height.is_multiple_of(8) {
                nodes.insert((height / 8, index), *hash);
            }
        });
    }
    for tile in Tile::all(entries.len() as u64) {
        let content = match tile.kind {
            Kind::Entries => {
                let range = tile.first() as usize..tile.end() as usize;
                bundle::write(entries.get(range).unwrap_or_default().iter().map(String::as_str))
            }
            Kind::Hashes(level) => {
                let hashes = (tile.first()..tile.end()).filter_map(|index| nodes.get(&(level, index)).copied());
                bytes(&hashes.collect::<Vec<_>>())
            }
        };
        exported.put(&format!("{below}{tile}"), content);
    }
}
