//! Proof files: whole ones hold, and whatever is changed in one is told by its part.

use super::*;
use crate::log::entry::EventRef;
use crate::proof::key::{Origin, PrivateKey};
use crate::proof::map::{Map, PAD_BYTES, Pad};
use crate::proof::round::Run;
use crate::proof::tree::{Frontier, inclusion, root};
use crate::values::timestamp::Timestamp;

const AT: &str = "2020-07-24T03:26:02.000Z";

fn account(text: &str) -> AccountId {
    AccountId::parse(text).expect("an account id")
}

fn private() -> PrivateKey {
    PrivateKey::from_seed(&[7; 32]).expect("32 bytes")
}

fn key() -> VerifierKey {
    VerifierKey::new(Origin::parse("example.com/log").expect("a name"), private().public())
}

fn entry(number: usize) -> Entry {
    Entry::Event(EventRef::new("00", &format!("{AT}#e-{number}"), Some(AT)), Hash::of(&[b"x"]))
}

fn path(leaves: &[Hash], index: u64) -> Vec<Hash> {
    let siblings = inclusion(index, leaves.len() as u64).expect("it is in it");
    siblings.into_iter().map(|range| root(leaves[range.start as usize..range.end as usize].iter().copied())).collect()
}

/// The head of `asked` in the second of three rounds, in which `acme` has five entries.
fn head_proof(asked: &str) -> HeadProof {
    let leaves: Vec<_> = (0..5).map(|number| entry(number).leaf()).collect();
    let head = Head { size: 5, root: root(leaves) };
    let map = Map::new(Pad::new([9; PAD_BYTES]), [(AccountKey::of(&account("acme")), head)]).expect("one head");
    let (claim, map_path) = map.claim(AccountKey::of(&account(asked)));
    let run = Run::parse("01737edb-358b-7000-8000-000000000001").expect("a run");
    let round = Round { sealed_at: Timestamp::parse_fixed(AT).expect("a time"), map_root: map.root(), run };
    let rounds = [Hash::of_leaf(b"first\n"), RoundEntry::Round(round.clone()).leaf(), Hash::of_leaf(b"third\n")];
    let checkpoint = Checkpoint { origin: key().origin().clone(), size: 3, root: root(rounds) }.to_string();
    let checkpoint = note::sealed(&checkpoint, &key(), &private().sign(checkpoint.as_bytes()));
    HeadProof { account: account(asked), claim, map_path, round, index: 1, round_path: path(&rounds, 1), checkpoint }
}

fn event_proof() -> EventProof {
    let leaves: Vec<_> = (0..5).map(|number| entry(number).leaf()).collect();
    EventProof { position: 3, entry: entry(3), path: path(&leaves, 3), item: None, head: head_proof("acme") }
}

#[test]
fn a_whole_proof_holds_and_reads_back() {
    let proof = event_proof();
    let (head, checkpoint) = proof.verify(&key()).expect("it holds");
    assert_eq!((head.size, checkpoint.size), (5, 3));
    assert_eq!(EventProof::parse(&proof.to_string()), Ok(proof.clone()));
    let with_item = EventProof { item: Some(r#"{"pk":{"S":"events#acme#00"}}"#.to_owned()), ..proof };
    assert_eq!(EventProof::parse(&with_item.to_string()), Ok(with_item));
}

#[test]
fn a_proof_that_an_account_has_no_head_holds_and_reads_back() {
    let proof = head_proof("nobody");
    assert_eq!(proof.claim.head(), None);
    assert!(proof.verify(&key()).is_ok());
    assert_eq!(HeadProof::parse(&proof.to_string()), Ok(proof));
}

#[test]
fn the_first_entry_of_a_log_of_one_has_an_empty_path() {
    let mut frontier = Frontier::default();
    frontier.push(entry(0).leaf(), |_, _| {});
    let text = EventProof { position: 0, entry: entry(0), path: vec![], ..event_proof() }.to_string();
    assert_eq!(EventProof::parse(&text).map(|proof| proof.path), Ok(vec![]));
}

#[test]
fn what_was_changed_is_told() {
    let whole = event_proof;
    let faults = [
        (EventProof { position: 2, ..whole() }, ProofFault::Entry),
        (EventProof { entry: entry(4), ..whole() }, ProofFault::Entry),
        (EventProof { path: vec![], ..whole() }, ProofFault::Entry),
        (
            EventProof { head: HeadProof { account: account("other"), ..head_proof("acme") }, ..whole() },
            ProofFault::Account,
        ),
        (
            EventProof { head: HeadProof { claim: head_proof("nobody").claim, ..head_proof("acme") }, ..whole() },
            ProofFault::Head,
        ),
        (EventProof { head: HeadProof { index: 0, ..head_proof("acme") }, ..whole() }, ProofFault::Round),
        (EventProof { head: head_proof("nobody"), ..whole() }, ProofFault::Entry),
    ];
    for (proof, fault) in faults {
        assert_eq!(proof.verify(&key()), Err(fault));
    }
    let mut forged = whole();
    forged.head.checkpoint = forged.head.checkpoint.replacen("\n3\n", "\n4\n", 1);
    assert!(matches!(forged.verify(&key()), Err(ProofFault::Checkpoint(_))));
}

#[test]
fn a_file_that_is_cut_or_not_to_the_letter_does_not_read() {
    let text = event_proof().to_string();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        assert_eq!(EventProof::parse(&text[..end]), Err(ProofFault::NotAProof), "cut at {end}");
    }
    for bad in [
        text.replace("position 3", "position 03"),
        text.replace('\n', "\r\n"),
        format!("{text}\n"),
        text.replace("\nindex 1", "\nindex +1"),
    ] {
        assert_eq!(EventProof::parse(&bad), Err(ProofFault::NotAProof));
    }
}

#[test]
fn a_lack_of_a_head_reads_up_to_the_height_of_the_whole_map() {
    let map = Map::new(Pad::new([9; PAD_BYTES]), []).expect("no head");
    let (claim, map_path) = map.claim(AccountKey::of(&account("acme")));
    let proof = HeadProof { claim, map_path, ..head_proof("acme") };
    let text = proof.to_string();
    assert!(text.contains("\nno-head/1 RLjYY+2gkMFJxYhtyF3qxvSSbxdbj7ZzQH6gYw7MzxY= 48 "), "{text}");
    assert_eq!(HeadProof::parse(&text), Ok(proof));
    assert_eq!(HeadProof::parse(&text.replace("zxY= 48 ", "zxY= 49 ")), Err(ProofFault::NotAProof));
}

#[test]
fn a_file_of_4_mib_reads_and_one_byte_more_does_not() {
    let with_item = |bytes: usize| EventProof { item: Some("x".repeat(bytes)), ..event_proof() }.to_string();
    let around = with_item(0).len();
    let (whole, longer) = (with_item(4_194_304 - around), with_item(4_194_305 - around));
    assert_eq!((whole.len(), longer.len()), (4_194_304, 4_194_305));
    assert!(EventProof::parse(&whole).is_ok());
    assert_eq!(EventProof::parse(&longer), Err(ProofFault::NotAProof));

    // 45 bytes a hash; what is left over is an extension of the checkpoint.
    let with_path = |bytes: usize| {
        let head = head_proof("acme");
        let spare = bytes - head.to_string().len() - 1;
        let map_path = [head.map_path.as_slice(), &vec![Hash::of(&[b"x"]); spare / 45]].concat();
        let checkpoint = head.checkpoint.replacen("\n\n", &format!("\n{}\n\n", "x".repeat(spare % 45)), 1);
        HeadProof { map_path, checkpoint, ..head }.to_string()
    };
    let (whole, longer) = (with_path(4_194_304), with_path(4_194_305));
    assert_eq!((whole.len(), longer.len()), (4_194_304, 4_194_305));
    assert!(HeadProof::parse(&whole).is_ok());
    assert_eq!(HeadProof::parse(&longer), Err(ProofFault::NotAProof));
}
