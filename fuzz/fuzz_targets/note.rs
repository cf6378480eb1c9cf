//! Signed notes and checkpoints: what the key signed opens, and nothing else does, whatever stands around it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::key::VerifierKey;
use shared::proof::note;

const KEY: &str = include_str!("../export/key");

/// The note that the key signed: nobody who makes up inputs can sign another.
const SIGNED: &str = include_str!("../export/checkpoint");

fuzz_target!(|text: &str| {
    let key = VerifierKey::parse(KEY).expect("a key");
    if let Ok(opened) = note::open(text, &key) {
        assert_eq!(Some(opened), note::unverified_text(SIGNED));
        assert_eq!(Some(opened), note::unverified_text(text));
        assert!(Checkpoint::open(text, &key).is_ok());
    }
    let signed = note::unverified_text(text).unwrap_or(text);
    if let Some(checkpoint) = Checkpoint::parse(signed) {
        assert!(signed.starts_with(&checkpoint.to_string()));
        assert_eq!(Checkpoint::parse(&checkpoint.to_string()), Some(checkpoint));
    }
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(VerifierKey::parse(&key.to_string()), Ok(key));
    }
});
