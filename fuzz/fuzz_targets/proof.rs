//! Proof files: each has one text, and none is said to hold but that of the event that was sealed.
#![no_main]

use audit_verify::verify_proof;
use libfuzzer_sys::fuzz_target;
use shared::proof::file::{EventProof, HeadProof};
use shared::proof::key::VerifierKey;

const KEY: &str = include_str!("../export/key");
const SEALED: &str = include_str!("../export/proof");

fuzz_target!(|text: &str| {
    let key = VerifierKey::parse(KEY).expect("a key");
    let sealed = EventProof::parse(SEALED).expect("a proof");
    if let Ok(proof) = EventProof::parse(text) {
        assert_eq!(proof.to_string(), text);
    }
    if let Ok(head) = HeadProof::parse(text) {
        assert_eq!(head.to_string(), text);
        if head.verify(&key).is_ok() {
            assert_eq!((head.claim, head.round), (sealed.head.claim, sealed.head.round.clone()));
        }
    }
    if let Ok(report) = verify_proof(text, &key)
        && report.exit_code() == 0
    {
        let proof = EventProof::parse(text).expect("a proof that holds reads");
        assert_eq!((&proof.entry, proof.position, &proof.path), (&sealed.entry, sealed.position, &sealed.path));
        assert_eq!((proof.head.claim, &proof.head.map_path), (sealed.head.claim, &sealed.head.map_path));
        let read = |item: &Option<String>| {
            item.as_ref().map(|item| serde_json::from_str::<serde_json::Value>(item).expect("JSON"))
        };
        assert!(proof.item.is_none() || read(&proof.item) == read(&sealed.item), "the item is the one that was sealed");
    }
});
