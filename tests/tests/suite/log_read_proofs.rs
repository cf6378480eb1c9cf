//! Heads and proofs over HTTP: each verifies with the key alone, and nobody gets another account's.

use shared::proof::checkpoint::Checkpoint;
use shared::proof::file::{EventProof, HeadProof};
use shared::proof::head::AccountKey;
use shared::proof::key::{PrivateKey, VerifierKey};
use shared::proof::map::Claim;
use shared::store::usage::Usage;
use shared::table::json;
use shared::values::timestamp::Timestamp;
use tests::records::{at, event};
use tests::sealing::Sealing;
use tests::stream::{append_recorded, batch, insert};
use tests::{Account, Bed, Call, stream};

/// An account whose log has so many entries, with ids from `e-0000` on.
pub(crate) async fn account_with(bed: &Bed, events: usize) -> Account {
    let account = bed.account().await;
    bed.record(&account, &(0..events).map(|n| event(&format!("e-{n:04}"), &at(n))).collect::<Vec<_>>()).await;
    append_recorded(bed, &account).await;
    account
}

async fn head(bed: &Bed, account: &Account, size: Option<&str>) -> HeadProof {
    let call = Call::log_of(account, "head");
    let reply = bed.send(&size.map_or(call.clone(), |size| call.query("size", size))).await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, Some("text/plain; charset=utf-8")),
        "{}",
        reply.body
    );
    HeadProof::parse(&reply.body).expect("a file with a head")
}

async fn proof(bed: &Bed, call: &Call) -> EventProof {
    let reply = bed.send(call).await;
    assert_eq!(reply.status, 200, "{}: {}", call.event(), reply.body);
    EventProof::parse(&reply.body).expect("a file with a proof")
}

#[tokio::test]
async fn every_position_of_a_small_log_is_proved() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = account_with(&bed, 17).await;
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;
        for position in 0..17 {
            prove(&bed, &account, &sealing.key, (position, 17)).await;
        }
    }
}

#[tokio::test]
async fn positions_around_tiles_are_proved_by_position_and_by_event() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = account_with(&bed, 300).await;
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;
        let stored = bed.event_items(&account).await;
        for position in [0, 1, 17, 255, 256, 299] {
            prove(&bed, &account, &sealing.key, (position as u64, 300)).await;
            let (created_at, id) = (at(position), format!("e-{position:04}"));
            let by_event = Call::log_of(&account, "proof").query("created_at", &created_at).query("id", &id);
            let proof = proof(&bed, &by_event.query("item", "true")).await;
            proof.verify(&sealing.key).expect("a proof that holds");
            assert_eq!(proof.position, position as u64);
            let item = json::read(&proof.item.expect("the item")).expect("an item");
            assert_eq!(item["sk"].as_s(), Ok(&format!("{created_at}#{id}")));
            assert!(stored.contains(&item), "the item is what stands in the table");
        }
    }
}

/// Proves a position of a log of that size, whose events have their positions as ids.
async fn prove(bed: &Bed, account: &Account, key: &VerifierKey, (position, size): (u64, u64)) {
    let call = Call::log_of(account, "proof").query("position", &position.to_string());
    let proof = proof(bed, &call).await;
    let (head, checkpoint) = proof.verify(key).expect("a proof that holds");
    assert_eq!((proof.position, head.size, checkpoint.size), (position, size, 1));
    let sk = format!("{}#e-{position:04}", at(position as usize));
    assert_eq!(proof.entry.event().map(|event| event.sk.as_str()), Some(sk.as_str()));
    assert_eq!(proof.item, None);
}

#[tokio::test]
async fn a_head_is_that_of_the_newest_round_or_of_the_one_that_is_asked_for() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, other) = (account_with(&bed, 2).await, account_with(&bed, 1).await);
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&other]).await;
        sealing.seal(&bed, &[&account]).await;
        sealing.seal(&bed, &[]).await;

        for (size, expected) in [(None, Some(2)), (Some("3"), Some(2)), (Some("2"), Some(2)), (Some("1"), None)] {
            let head = head(&bed, &account, size).await;
            let checkpoint = head.verify(&sealing.key).expect("a head that holds");
            assert_eq!(checkpoint.size.to_string(), size.unwrap_or("3"), "{}", bed.engine);
            assert_eq!(head.claim.head().map(|head| head.size), expected, "{size:?}");
            assert_eq!(head.claim.key(), AccountKey::of(&account.id));
        }
        for none in ["4", "9999999999999999"] {
            let call = Call::log_of(&account, "head").query("size", none);
            tests::refusal::check(&call, &bed.send(&call).await, 404);
        }
    }
}

#[tokio::test]
async fn an_account_without_a_head_gets_the_proof_of_that_and_no_tile() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (account, other) = (bed.account().await, account_with(&bed, 1).await);
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&other]).await;

        let head = head(&bed, &account, None).await;
        head.verify(&sealing.key).expect("a head that holds");
        assert!(matches!(head.claim, Claim::NoHead { .. }));
        assert_eq!(bed.send(&Call::tile_of(&account, "0/000.p/1")).await.status, 404);
        assert_eq!(bed.send(&Call::log_of(&account, "proof").query("position", "0")).await.status, 404);
        let items = bed.send(&Call::log_of(&account, "items").query("from", "0")).await;
        assert_eq!((items.status, items.body.as_str(), items.header("x-next")), (200, "", None));
    }
}

#[tokio::test]
async fn a_token_shows_its_own_account_and_no_other() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (one, two) = (account_with(&bed, 2).await, account_with(&bed, 3).await);
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&one, &two]).await;
        for (account, size) in [(&one, 2), (&two, 3)] {
            let head = head(&bed, account, None).await;
            assert_eq!((&head.account, head.claim.head().map(|head| head.size)), (&account.id, Some(size)));
        }
        let third = Call::log_of(&one, "proof").query("position", "2");
        assert_eq!(bed.send(&third).await.status, 404, "the third entry is the other's");
        let of_other = Call::log_of(&one, "proof").query("created_at", &at(2)).query("id", "e-0002");
        assert_eq!(bed.send(&of_other).await.body, r#"{"detail":"There is no event of this created_at and id."}"#);

        let writer = bed.account_with(&[shared::credential::Scope::EventsWrite]).await;
        let paths = ["head", "proof", "items"].map(|what| Call::log_of(&writer, what));
        for call in paths.into_iter().chain([Call::tile_of(&writer, "0/000")]) {
            tests::refusal::check(&call, &bed.send(&call).await, 401);
            let none = call.without_header("Authorization");
            tests::refusal::check(&none, &bed.send(&none).await, 401);
        }
    }
}

#[tokio::test]
async fn what_is_not_signed_yet_is_said_to_be_so_and_what_there_is_not_too() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = account_with(&bed, 2).await;
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;
        bed.record(&account, &[event("e-0002", &at(2))]).await;
        append_recorded(&bed, &account).await;
        bed.record(&account, &[event("e-0003", &at(3))]).await; // not in the log
        let proof = Call::log_of(&account, "proof");
        let by_event = |n: usize| proof.clone().query("created_at", &at(n)).query("id", &format!("e-{n:04}"));

        let not_signed = r#"{"detail":"Position 2 is in the log and not signed yet: 2 entries are. Try again after the next round."}"#;
        for call in [proof.clone().query("position", "2"), by_event(2)] {
            let reply = bed.send(&call).await;
            assert_eq!((reply.status, reply.header("retry-after"), reply.body.as_str()), (409, Some("30"), not_signed));
        }
        let reply = bed.send(&by_event(3)).await;
        let not_logged =
            r#"{"detail":"The event is recorded and not in the log yet. Try again after the next round."}"#;
        assert_eq!((reply.status, reply.header("retry-after"), reply.body.as_str()), (409, Some("30"), not_logged));
        let reply = bed.send(&proof.clone().query("position", "3")).await;
        let no_position = r#"{"detail":"The account's log has no such position: it has 3 entries."}"#;
        assert_eq!((reply.status, reply.header("retry-after"), reply.body.as_str()), (404, None, no_position));
    }
}

#[tokio::test]
async fn an_event_that_came_late_or_is_gone_is_found_by_its_time() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = bed.account().await;
        let recorded = |second: usize| Timestamp::parse_fixed(&at(second)).expect("a time");
        for n in [1, 2, 3] {
            bed.record_at(recorded(100 * n), &account, &[event(&format!("e-{n:04}"), &at(n))]).await;
        }
        // The third comes first, and the first last, as if the stream had lost it.
        let items = bed.event_items(&account).await;
        for n in [2, 1, 0] {
            let answer = stream::append(&bed.app, &batch(&[insert(n, &items[n])])).await;
            assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
        }
        let mut sealing = Sealing::open(&bed).await;
        sealing.seal(&bed, &[&account]).await;
        bed.delete_item(&format!("events#{}#00", account.id), &format!("{}#e-0002", at(2))).await;
        for (n, position, has_item) in [(1, 2, true), (2, 1, false), (3, 0, true)] {
            let call = Call::log_of(&account, "proof").query("created_at", &at(n)).query("id", &format!("e-{n:04}"));
            let proof = proof(&bed, &call.query("item", "true")).await;
            proof.verify(&sealing.key).expect("a proof that holds");
            assert_eq!((proof.position, proof.item.is_some()), (position, has_item), "{}", bed.engine);
        }
    }
}

#[tokio::test]
async fn after_a_restart_everything_is_of_the_new_log_of_rounds() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = account_with(&bed, 2).await;
        let mut first = Sealing::open(&bed).await;
        first.seal(&bed, &[&account]).await;
        head(&bed, &account, None).await.verify(&first.key).expect("a head of the first log");

        let mut second = first.restart(&bed).await;
        let checkpoint = bed.send(&Call::checkpoint()).await.body;
        assert_eq!(Checkpoint::open(&checkpoint, &second.key).map(|checkpoint| checkpoint.size), Ok(1));
        let restart = bed.send(&Call::tile("entries/000.p/1")).await.body;
        assert!(restart.contains("restart/1 example.com/log 1 "), "{restart}");
        let call = Call::log_of(&account, "head");
        tests::refusal::check(&call, &bed.send(&call).await, 404); // it seals no heads

        second.seal(&bed, &[&account]).await;
        let head = head(&bed, &account, None).await;
        assert_eq!(head.verify(&second.key).map(|checkpoint| checkpoint.size), Ok(2));
        assert_eq!((head.index, head.claim.head().map(|head| head.size)), (1, Some(2)));
        let proof = proof(&bed, &Call::log_of(&account, "proof").query("position", "1")).await;
        proof.verify(&second.key).expect("a proof that holds");
    }
}

#[tokio::test]
async fn a_proof_holds_against_what_the_log_says_and_not_against_another_key() {
    let bed = Bed::with_own_table().await;
    let account = account_with(&bed, 3).await;
    let mut sealing = Sealing::open(&bed).await;
    sealing.seal(&bed, &[&account]).await;
    let proof = proof(&bed, &Call::log_of(&account, "proof").query("position", "1")).await;
    let logged = bed.store().log_entries(&account.id, None, 1, 2, &Usage::default()).await.expect("the log");
    assert_eq!(proof.entry, logged[0].entry);
    let other = PrivateKey::from_seed(&[8; 32]).expect("32 bytes");
    let other = VerifierKey::new(sealing.key.origin().clone(), other.public());
    assert!(proof.verify(&other).is_err());
}
