//! Bundles of entries: bytes that read have entries of the lengths that they say, and are written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::log::bundle;
use shared::proof::tile;

fuzz_target!(|bytes: &[u8]| {
    if let Some(entries) = bundle::read(bytes) {
        assert_eq!(bundle::write(entries.iter().copied()), bytes);
    }
    if let Some(hashes) = tile::hashes(bytes) {
        assert_eq!(tile::bytes(&hashes), bytes);
    }
});
