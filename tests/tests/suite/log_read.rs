//! Tiles and checkpoint of the log of rounds, and tiles of an account's log: what a client of C2SP's tlog-tiles reads, byte by byte.

#![expect(clippy::indexing_slicing, reason = "what is there, the test has put there")]

use shared::log::bundle;
use shared::log::hash::Hash;
use shared::proof::checkpoint::Checkpoint;
use shared::proof::tile::{Kind, Tile, WIDTH};
use shared::proof::tree;
use shared::store::usage::Usage;
use tests::records::{at, event};
use tests::sealing::Sealing;
use tests::stream::{batch, insert};
use tests::{Account, Bed, Call, Reply, stream};

/// Sizes around a full tile, and one of more tiles than one.
const SIZES: [usize; 5] = [1, 255, 256, 257, 600];

/// Records so many events more, and gives each its position.
async fn grow(bed: &Bed, account: &Account, from: usize, to: usize) {
    let events: Vec<_> = (from..to).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
    bed.record(account, &events).await;
    let items = bed.event_items(account).await;
    let records: Vec<_> = items.iter().enumerate().skip(from).map(|(at, item)| insert(at, item)).collect();
    let answer = stream::append(&bed.app, &batch(&records)).await;
    assert_eq!(answer.as_deref(), Ok(r#"{"batchItemFailures":[]}"#));
}

/// The path of a tile below `tile/`.
fn path(tile: &Tile) -> String {
    tile.to_string().trim_start_matches("tile/").to_owned()
}

/// The bytes of a tile of the log with these entries, by the definitions of RFC 6962 and tlog-tiles.
fn expected(entries: &[String], tile: &Tile) -> Vec<u8> {
    let places = tile.first() as usize..tile.end() as usize;
    let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::of_leaf(entry.as_bytes())).collect();
    match tile.kind {
        Kind::Entries => bundle::write(entries[places].iter().map(String::as_str)),
        Kind::Hashes(level) => {
            let over = WIDTH.pow(u32::from(level)) as usize;
            let node = |place: usize| tree::root(leaves[place * over..(place + 1) * over].iter().copied());
            places.flat_map(|place| *node(place).as_bytes()).collect()
        }
    }
}

/// Tiles that a log of that size does not have, though its next entries would make them.
fn beyond(size: u64) -> Vec<Tile> {
    let kinds = [Kind::Entries, Kind::Hashes(0), Kind::Hashes(1), Kind::Hashes(2), Kind::Hashes(7)];
    let wider = |kind| {
        let level = if let Kind::Hashes(level) = kind { level } else { 0 };
        let there = size.checked_shr(8 * u32::from(level)).unwrap_or_default();
        [
            Tile { kind, index: there / WIDTH, width: there % WIDTH + 1 },
            Tile { kind, index: there / WIDTH + 1, width: 1 },
        ]
    };
    kinds.into_iter().flat_map(wider).collect()
}

fn check_bytes(reply: &Reply, bytes: &[u8], what: &str) {
    assert_eq!(reply.status, 200, "{what}: {}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/octet-stream"), "{what}");
    assert_eq!(reply.bytes, bytes, "{what}");
}

#[tokio::test]
async fn every_tile_of_an_accounts_log_is_made_of_its_entries_and_there_is_none_beyond_the_signed_head() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = bed.account().await;
        let mut sealing = Sealing::open(&bed).await;
        let mut there = 0;
        for size in SIZES {
            grow(&bed, &account, there, size).await;
            there = size;
            sealing.seal(&bed, &[&account]).await;
            grow(&bed, &account, there, there + 1).await; // which is not signed
            there += 1;
            let entries = bed.store().log_entries(&account.id, None, 0, size as u64, &Usage::default()).await;
            let entries: Vec<_> = entries.expect("the log").iter().map(|logged| logged.entry.to_string()).collect();
            for tile in Tile::all(size as u64) {
                let reply = bed.send(&Call::tile_of(&account, &path(&tile))).await;
                check_bytes(&reply, &expected(&entries, &tile), &format!("{}: {size}: {tile}", bed.engine));
                assert_eq!(reply.header("cache-control"), Some("no-store"), "it is no public tile");
            }
            for tile in beyond(size as u64) {
                let reply = bed.send(&Call::tile_of(&account, &path(&tile))).await;
                assert_eq!(reply.status, 404, "{size}: {tile}: {}", reply.body);
                assert!(reply.body.contains(&format!("it has {size} entries")), "{}", reply.body);
            }
        }
    }
}

#[tokio::test]
async fn every_tile_of_the_log_of_rounds_is_made_of_its_entries_and_there_is_none_beyond_the_checkpoint() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let mut sealing = Sealing::open(&bed).await;
        for size in SIZES {
            while sealing.entries.len() < size {
                sealing.seal(&bed, &[]).await;
            }
            let checkpoint = bed.send(&Call::checkpoint()).await;
            assert_eq!((checkpoint.status, checkpoint.header("cache-control")), (200, Some("public, max-age=5")));
            assert_eq!(checkpoint.header("content-type"), Some("text/plain; charset=utf-8"));
            let checkpoint = Checkpoint::open(&checkpoint.body, &sealing.key).expect("a checkpoint that was signed");
            assert_eq!(checkpoint.size, size as u64);
            assert_eq!(checkpoint.root, tree::root(sealing.entries.iter().map(|entry| entry.leaf())));
            let entries: Vec<_> = sealing.entries.iter().map(ToString::to_string).collect();
            for tile in Tile::all(size as u64) {
                let reply = bed.send(&Call::tile(&path(&tile))).await;
                check_bytes(&reply, &expected(&entries, &tile), &format!("{}: {size}: {tile}", bed.engine));
                assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
            }
            for tile in beyond(size as u64) {
                let reply = bed.send(&Call::tile(&path(&tile))).await;
                assert_eq!((reply.status, reply.header("cache-control")), (404, Some("no-store")), "{size}: {tile}");
            }
        }
    }
}

#[tokio::test]
async fn before_the_first_round_there_is_nothing_and_it_is_said_so() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = bed.account().await;
        grow(&bed, &account, 0, 1).await;
        let calls = [
            Call::checkpoint(),
            Call::tile("0/000"),
            Call::tile("entries/000.p/1"),
            Call::tile_of(&account, "0/000.p/1"),
            Call::log_of(&account, "head"),
            Call::log_of(&account, "proof").query("position", "0"),
            Call::log_of(&account, "items").query("from", "0"),
        ];
        for call in calls {
            let reply = bed.send(&call).await;
            tests::refusal::check(&call, &reply, 404);
            assert_eq!(reply.header("retry-after"), Some("30"));
            assert_eq!(reply.body, r#"{"detail":"No round was signed yet. Try again after the first round."}"#);
        }
    }
}

#[tokio::test]
async fn a_table_that_lost_some_of_a_log_is_no_answer_but_an_error() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    grow(&bed, &account, 0, 257).await;
    let mut sealing = Sealing::open(&bed).await;
    sealing.seal(&bed, &[&account]).await;
    bed.delete_item(&format!("log#{}", account.id), "n1#0000000000000000").await;

    assert_eq!(bed.send(&Call::tile_of(&account, "1/000.p/1")).await.status, 500);
    assert_eq!(bed.send(&Call::log_of(&account, "proof").query("position", "256")).await.status, 500);
    assert_eq!(bed.send(&Call::tile_of(&account, "0/000")).await.status, 200);
}
