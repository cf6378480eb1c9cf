//! Paths of tiles: each tile has one, and none leads out of its folder.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::proof::tile::{Kind, LEVEL_MAX, Tile, WIDTH};

fuzz_target!(|path: &str| {
    let Some(tile) = Tile::parse(path) else { return };
    assert_eq!(tile.to_string(), path);
    assert!((1..=WIDTH).contains(&tile.width));
    assert!(matches!(tile.kind, Kind::Entries | Kind::Hashes(0..=LEVEL_MAX)));
    assert!(path.split('/').all(|part| !part.is_empty() && part != "." && part != ".."));
    assert_eq!(tile.index.checked_mul(WIDTH).map(|first| first == tile.first()), Some(true));
    assert_eq!(tile.end() - tile.first(), tile.width);
});
