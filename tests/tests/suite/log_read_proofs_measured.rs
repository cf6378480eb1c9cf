//! What a proof takes: requests of the store, and bytes.

use crate::log_read_proofs::account_with;
use futures_util::future::join;
use shared::log::entry::{Entry, EventRef};
use shared::log::hash::Hash;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::file::{EventProof, HeadProof};
use shared::proof::head::{AccountKey, Head};
use shared::proof::key::{Origin, PrivateKey, VerifierKey};
use shared::proof::map::{Map, Pad};
use shared::proof::note;
use shared::proof::round::{Round, RoundEntry, Run};
use shared::proof::tree;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use tests::records::at;
use tests::sealing::Sealing;
use tests::{Bed, Call};

#[tokio::test]
async fn a_proof_takes_few_requests_and_the_map_is_made_once_a_round_and_container() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = account_with(&bed, 600).await;
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;
        sealing.seal(&bed, &[]).await;
        let sent = async |bed: &Bed, call: &Call| {
            bed.requests_sent();
            assert_eq!(bed.send(call).await.status, 200);
            bed.requests_sent()
        };
        let head = Call::log_of(&account, "head");
        let cold = bed.cold();
        // The credential, which log and checkpoint are the newest; the round, its heads with their runs, and its path.
        assert_eq!(sent(&cold, &head).await, 3 + 4, "{}", bed.engine);
        assert_eq!(sent(&cold, &head).await, 2);
        let proof = Call::log_of(&account, "proof").query("position", "300");
        assert_eq!(sent(&cold, &proof).await, 2 + 3, "the tile of the position, the last one, and one above");
        assert_eq!(sent(&cold, &proof.query("item", "true")).await, 2 + 3 + 1);
        assert_eq!(sent(&cold, &Call::checkpoint()).await, 2);
        assert_eq!(sent(&cold, &Call::tile("0/000.p/2")).await, 3);
        assert_eq!(sent(&cold, &Call::log_of(&account, "items").query("from", "0")).await, 2 + 1 + 6);
        let earlier = head.clone().query("size", "1");
        assert!(sent(&cold, &earlier).await > 2);
        assert_eq!((sent(&cold, &earlier).await, sent(&cold, &head).await), (2, 2), "both rounds are kept");

        let cold = bed.cold();
        let (one, two) = join(cold.send(&head), cold.send(&head)).await;
        assert_eq!((one.status, two.status), (200, 200));
        assert_eq!(cold.requests_sent(), 2 * 3 + 4, "two at once make one map");
    }
}

/// The most requests that the path of a position takes, its own tile among them, by the tiles that hold its nodes.
fn tiles_of_path(position: u64, size: u64) -> usize {
    let ranges = tree::inclusion(position, size).expect("a position of the log");
    let nodes = ranges.into_iter().flat_map(tree::full_subtrees);
    let own = tree::Node { height: 0, index: position };
    let tile = |node| shared::proof::tile::Tile::holding(node, size).expect("a node of the tree").0;
    nodes.chain([own]).map(tile).collect::<std::collections::BTreeSet<_>>().len()
}

#[test]
fn at_10_million_events_a_proof_takes_5_requests_beside_what_is_newest_and_has_less_than_5_kb() {
    let size = 10_000_000;
    let positions = [0, 1, 255, 256, 65_535, 65_536, 5_000_000, 8_388_607, 8_388_608, 9_961_472, 9_999_743, 9_999_999];
    assert_eq!(positions.map(|position| tiles_of_path(position, size)).into_iter().max(), Some(5));

    let hash = Hash::of(&[b"x"]);
    let longest = "a".repeat(64);
    let account = AccountId::parse(&longest).expect("an account id");
    let private = PrivateKey::from_seed(&[7; 32]).expect("32 bytes");
    let key = VerifierKey::new(Origin::parse("audit.example.com/log").expect("a name"), private.public());
    let map = Map::new(Pad::new([7; 32]), [(AccountKey::of(&account), Head { size, root: hash })]).expect("a map");
    let (claim, map_path) = map.claim(AccountKey::of(&account));
    let run = Run::parse("01737edb-358b-7000-8000-000000000001").expect("a run");
    let round = Round { sealed_at: Timestamp::MIN, map_root: map.root(), run };
    // Ten years of rounds, one each five minutes.
    let rounds = 10 * 365 * 24 * 12;
    let text = Checkpoint { origin: key.origin().clone(), size: rounds, root: hash }.to_string();
    let checkpoint = note::sealed(&text, &key, &private.sign(text.as_bytes()));
    let round_path = vec![hash; tree::inclusion(rounds - 1, rounds).expect("in it").len().max(20)];
    let head = HeadProof { account, claim, map_path, round, index: rounds - 1, round_path, checkpoint };
    let event = EventRef::new("00", &format!("{}#{longest}", at(0)), Some(&at(0)));
    let path = vec![hash; 24];
    let proof = EventProof { position: size - 1, entry: Entry::Event(event, hash), path, item: None, head };
    let bytes = proof.to_string().len();
    assert!((4_000..5_000).contains(&bytes), "{bytes} bytes");
    assert!(RoundEntry::Round(proof.head.round).to_string().len() < 150);
}
