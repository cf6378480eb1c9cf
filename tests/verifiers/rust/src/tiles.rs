//! Tiles and entries in a folder, in C2SP's layout, held against the root of their tree.

use crate::Refused;
use crate::checkpoint::Tree;
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use tlog_tiles::{Error, Hash, HashReader, Tile, TileHashReader, TileReader};

/// C2SP's tlog-tiles fixes the height of tiles, and so leaves it out of their paths.
const HEIGHT: u8 = 8;
const WIDTH: u64 = 1 << HEIGHT;

/// The files of a folder, each read once.
pub struct Folder {
    path: PathBuf,
    read: RefCell<HashMap<String, Vec<u8>>>,
}

impl Folder {
    /// The tiles below a path.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), read: RefCell::default() }
    }

    fn file(&self, path: String) -> std::io::Result<Vec<u8>> {
        if let Some(data) = self.read.borrow().get(&path) {
            return Ok(data.clone());
        }
        let data = std::fs::read(self.path.join(&path))?;
        self.read.borrow_mut().insert(path, data.clone());
        Ok(data)
    }

    /// All entries of a tree, out of its bundles: each has its length before it, in two bytes.
    fn entries(&self, size: u64) -> Result<Vec<Vec<u8>>, Refused> {
        let mut all = Vec::new();
        for first in (0..size).step_by(WIDTH as usize) {
            let width = (size - first).min(WIDTH) as u32;
            let path = path(Tile::new(HEIGHT, 0, first / WIDTH, width, true));
            let entries = split(&self.file(path.clone())?).ok_or_else(|| format!("{path} is cut"))?;
            if entries.len() != width as usize {
                return Err(format!("{path} does not have {width} entries").into());
            }
            all.extend(entries);
        }
        Ok(all)
    }
}

impl TileReader for Folder {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
        let read = |tile: &Tile| self.file(path(*tile)).map_err(|fault| Error::InvalidInput(fault.to_string()));
        tiles.iter().map(read).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

/// Where C2SP has a tile, of which the crate says `tile/8/<level or "data">/…`.
fn path(tile: Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1).replacen("tile/data/", "tile/entries/", 1)
}

fn split(mut bundle: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    while !bundle.is_empty() {
        let (length, rest) = bundle.split_first_chunk()?;
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry.to_vec());
        bundle = rest;
    }
    Some(entries)
}

/// Holds a folder's tiles and entries against the root of their tree.
pub fn verify(path: &Path, tree: Tree) -> Result<(), Refused> {
    let folder = Folder::new(path);
    let entries = folder.entries(tree.size)?;
    if entries.is_empty() {
        let is_empty = tree.root == tlog_tiles::EMPTY_HASH;
        return if is_empty { Ok(()) } else { Err("the root of an empty tree is another".into()) };
    }
    let reader = TileHashReader::new(tree.size, tree.root, &folder);
    verify_leaves(&entries, &reader)?;
    verify_inclusion(&entries, tree, &reader)?;
    verify_consistency(tree, &reader)
}

/// Compares the hash of each entry with the leaf that the authenticated tiles have in its place.
fn verify_leaves(entries: &[Vec<u8>], reader: &impl HashReader) -> Result<(), Refused> {
    let indexes: Vec<u64> = (0..entries.len() as u64).map(|at| tlog_tiles::stored_hash_index(0, at)).collect();
    let leaves = reader.read_hashes(&indexes)?;
    match entries.iter().zip(&leaves).position(|(entry, leaf)| tlog_tiles::record_hash(entry) != *leaf) {
        None => Ok(()),
        Some(at) => Err(format!("entry {at} is not the one of the tree").into()),
    }
}

/// Has each entry proved from the tiles; of a large tree each 97th, and those beside the edges of tiles.
fn verify_inclusion(entries: &[Vec<u8>], tree: Tree, reader: &impl HashReader) -> Result<(), Refused> {
    for (at, entry) in (0..tree.size).zip(entries) {
        let is_beside = [0, WIDTH - 1].contains(&(at % WIDTH)) || at + 1 == tree.size;
        if tree.size <= 4 * WIDTH || at % 97 == 0 || is_beside {
            let proof = tlog_tiles::prove_record(tree.size, at, reader)?;
            tlog_tiles::check_record(&proof, tree.size, tree.root, at, tlog_tiles::record_hash(entry))?;
        }
    }
    Ok(())
}

/// Proves that the tree goes on from its own earlier sizes.
fn verify_consistency(tree: Tree, reader: &impl HashReader) -> Result<(), Refused> {
    let sizes = [1, 2, 3, 255, 256, 257, 1_000, 65_535, 65_536, 65_537, tree.size - 1, tree.size];
    for size in sizes.into_iter().filter(|size| (1..=tree.size).contains(size)) {
        let root: Hash = tlog_tiles::tree_hash(size, reader)?;
        goes_on_from(tree, Tree { size, root }, reader)?;
    }
    Ok(())
}

/// Proves that a tree goes on from an earlier one.
pub fn goes_on_from(tree: Tree, earlier: Tree, reader: &impl HashReader) -> Result<(), Refused> {
    let proof = tlog_tiles::prove_tree(tree.size, earlier.size, reader)?;
    Ok(tlog_tiles::check_tree(&proof, tree.size, tree.root, earlier.size, earlier.root)?)
}
