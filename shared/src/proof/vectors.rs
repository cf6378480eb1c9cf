//! `tests/vectors/proof.json`: what others hold a verifier against, made by an implementation in Python from the description in docs.

use crate::log::bundle;
use crate::log::hash::Hash;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::file::{EventProof, HeadProof, ProofFault};
use crate::proof::head::{AccountKey, Head};
use crate::proof::key::{Origin, PrivateKey, VerifierKey};
use crate::proof::map::{Claim, Map, PAD_BYTES, Pad};
use crate::proof::note;
use crate::proof::round::RoundEntry;
use crate::proof::tile::{self, Kind, Tile, WIDTH};
use crate::proof::tree;
use crate::values::ids::AccountId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

const VECTORS: &str = include_str!("../../../tests/vectors/proof.json");

fn vectors(part: &str) -> Vec<Value> {
    let mut vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    serde_json::from_value(vectors[part].take()).expect("a list")
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {vector}"))
}

fn number(vector: &Value, name: &str) -> u64 {
    vector[name].as_u64().unwrap_or_else(|| panic!("{name} is a number in {vector}"))
}

fn list<'a>(vector: &'a Value, name: &str) -> &'a [Value] {
    vector[name].as_array().unwrap_or_else(|| panic!("{name} is a list in {vector}"))
}

fn hash(text: &str) -> Hash {
    Hash::parse(text).expect("a hash")
}

fn texts(hashes: &[Hash]) -> Vec<String> {
    hashes.iter().map(ToString::to_string).collect()
}

fn strings(vector: &Value, name: &str) -> Vec<String> {
    list(vector, name).iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

fn key_of(account: &str) -> AccountKey {
    AccountKey::of(&AccountId::parse(account).expect("an account id"))
}

/// The entries of the trees.
fn entries(size: u64) -> Vec<String> {
    (0..size).map(|number| format!("entry {number}\n")).collect()
}

fn leaves(size: u64) -> Vec<Hash> {
    entries(size).iter().map(|entry| Hash::of_leaf(entry.as_bytes())).collect()
}

fn key() -> (PrivateKey, VerifierKey) {
    let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
    let key = &vectors["key"];
    let private = PrivateKey::from_seed(&STANDARD.decode(text(key, "seed")).expect("base64")).expect("32 bytes");
    assert_eq!(STANDARD.encode(private.public()), text(key, "public"));
    let verifier = VerifierKey::new(Origin::parse(text(key, "name")).expect("a name"), private.public());
    assert_eq!(verifier.to_string(), text(key, "verifier_key"));
    (private, verifier)
}

#[test]
fn the_trees_have_these_roots_and_tiles() {
    for vector in vectors("trees") {
        let size = number(&vector, "size");
        assert_eq!(tree::root(leaves(size)).to_string(), text(&vector, "root"), "of {size} leaves");
        let tiles: Vec<_> = Tile::all(size).collect();
        assert_eq!(tiles.len() as u64, number(&vector, "tiles"));
        let last: Vec<_> = tiles.iter().filter(|tile| tile.width < WIDTH).map(ToString::to_string).collect();
        assert_eq!(last, strings(&vector, "last_tiles"));
    }
}

#[test]
fn the_leaves_of_the_trees_have_these_paths() {
    for vector in vectors("trees") {
        let size = number(&vector, "size");
        let leaves = leaves(size);
        for proof in list(&vector, "inclusion") {
            let index = number(proof, "index");
            let ranges = tree::inclusion(index, size).expect("it is in it");
            let over = |at: std::ops::Range<u64>| tree::root(leaves[at.start as usize..at.end as usize].to_vec());
            let path: Vec<_> = ranges.into_iter().map(over).collect();
            assert_eq!(texts(&path), strings(proof, "path"), "leaf {index} of {size}");
            let root = tree::root_by_inclusion(&hash(text(proof, "leaf")), index, size, &path);
            assert_eq!(root, Some(hash(text(&vector, "root"))));
        }
    }
}

#[test]
fn the_tiles_have_these_paths_and_bytes() {
    for vector in vectors("tiles") {
        let kind = vector["level"].as_u64().map_or(Kind::Entries, |level| Kind::Hashes(level as u8));
        let tile = Tile { kind, index: number(&vector, "index"), width: number(&vector, "width") };
        assert_eq!(tile.to_string(), text(&vector, "path"));
        if let Some(size) = vector["of_size"].as_u64() {
            assert_eq!(STANDARD.encode(content(tile, size)), text(&vector, "bytes"), "{tile}");
        }
    }
}

/// The bytes of a tile of the tree of that size.
fn content(tile: Tile, size: u64) -> Vec<u8> {
    let range = |index: u64, width: u64| index as usize..(index + width) as usize;
    match tile.kind {
        Kind::Entries => {
            let entries = entries(size);
            bundle::write(entries[range(tile.first(), tile.width)].iter().map(String::as_str))
        }
        Kind::Hashes(level) => {
            let (leaves, under) = (leaves(size), WIDTH.pow(u32::from(level)));
            let node = |index: u64| tree::full(&leaves[range(index * under, under)]).expect("a power of two");
            tile::bytes(&(tile.first()..tile.end()).map(node).collect::<Vec<_>>())
        }
    }
}

#[test]
fn the_accounts_stand_at_these_places() {
    for vector in vectors("accounts") {
        let key = key_of(text(&vector, "account"));
        assert_eq!((key.to_string().as_str(), key.slot().index()), (text(&vector, "key"), number(&vector, "slot")));
    }
}

#[test]
fn the_maps_have_these_roots_and_say_this_of_accounts() {
    for vector in vectors("maps") {
        let pad: [u8; PAD_BYTES] = STANDARD.decode(text(&vector, "pad")).expect("base64").try_into().expect("32 bytes");
        let heads = list(&vector, "heads").iter().map(|head| {
            (key_of(text(head, "account")), Head { size: number(head, "size"), root: hash(text(head, "root")) })
        });
        let map = Map::new(Pad::new(pad), heads).expect("no two of one place");
        assert_eq!(map.root().to_string(), text(&vector, "root"), "{}", text(&vector, "name"));
        for head in list(&vector, "heads") {
            let (Claim::Head(line), _) = map.claim(key_of(text(head, "account"))) else { panic!("it has a head") };
            assert_eq!(line.to_string(), text(head, "line"));
            assert_eq!(line.leaf().to_string(), text(head, "leaf"));
        }
        for claim in list(&vector, "claims") {
            let (claimed, path) = map.claim(key_of(text(claim, "account")));
            assert_eq!(line_of(&claimed), text(claim, "line"));
            assert_eq!(texts(&path), strings(claim, "path"));
            assert_eq!(claimed.root(&path), Some(map.root()));
        }
    }
}

fn line_of(claim: &Claim) -> String {
    match claim {
        Claim::Head(line) => line.to_string(),
        Claim::NoHead { key, height, blind } => format!("no-head/1 {key} {height} {blind}\n"),
    }
}

#[test]
fn the_entries_of_the_rounds_have_these_leaves() {
    for vector in vectors("rounds") {
        let entry = RoundEntry::parse(text(&vector, "entry")).expect("an entry");
        assert_eq!(entry.leaf().to_string(), text(&vector, "leaf"));
    }
}

#[test]
fn the_checkpoints_are_signed_like_this() {
    let (private, key) = key();
    for vector in vectors("checkpoints") {
        let (size, root) = (number(&vector, "size"), hash(text(&vector, "root")));
        let checkpoint = Checkpoint { origin: key.origin().clone(), size, root };
        assert_eq!(checkpoint.to_string(), text(&vector, "text"));
        let signature = private.sign(checkpoint.to_string().as_bytes());
        assert_eq!(note::sealed(&checkpoint.to_string(), &key, &signature), text(&vector, "note"));
        assert_eq!(Checkpoint::open(text(&vector, "note"), &key), Ok(checkpoint));
    }
}

fn verify(file: &str, key: &VerifierKey) -> Result<(), ProofFault> {
    if file.starts_with("audit-trail/proof/1\n") {
        EventProof::parse(file)?.verify(key).map(drop)
    } else {
        HeadProof::parse(file)?.verify(key).map(drop)
    }
}

#[test]
fn the_proof_files_hold_and_changed_ones_do_not() {
    let (_, key) = key();
    let files = vectors("files");
    for vector in &files {
        assert_eq!(verify(text(vector, "text"), &key), Ok(()), "{}", text(vector, "name"));
    }
    for change in vectors("refused") {
        let whole = files.iter().find(|vector| vector["name"] == change["file"]).expect("a file of that name");
        let [old, new] = strings(&change, "replace").try_into().expect("two texts");
        let changed = text(whole, "text").replacen(&old, &new, 1);
        assert_ne!(changed, text(whole, "text"));
        assert!(verify(&changed, &key).is_err(), "{}", text(&change, "name"));
    }
}
