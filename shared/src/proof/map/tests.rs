//! The map: each head proved at its one place, and the lack of one.

use super::*;
use crate::values::ids::AccountId;
use std::collections::BTreeSet;

fn key(account: &str) -> AccountKey {
    AccountKey::of(&AccountId::parse(account).expect("an account id"))
}

fn head(size: u64) -> Head {
    Head { size, root: Hash::of(&[&size.to_be_bytes()]) }
}

fn pad() -> Pad {
    Pad::new([7; PAD_BYTES])
}

fn map(accounts: u64) -> Map {
    Map::new(pad(), (0..accounts).map(|number| (key(&format!("account-{number}")), head(number))))
        .expect("no two of one place")
}

/// The root by the definition: node for node from the top, without what is kept.
fn by_definition(heads: &[(AccountKey, Head)], height: u8, index: u64) -> Hash {
    let inside: Vec<_> = heads.iter().filter(|(key, _)| key.slot().index() >> height == index).copied().collect();
    match (inside.as_slice(), height) {
        ([], _) => Hash::of(&[&[2], pad().of(height, index).as_bytes()]),
        ([(key, head)], 0) => pad().line(*key, *head).leaf(),
        _ => parent(&by_definition(&inside, height - 1, 2 * index), &by_definition(&inside, height - 1, 2 * index + 1)),
    }
}

#[test]
fn the_root_is_that_of_the_definition() {
    for accounts in [0, 1, 2, 3, 4, 5, 17, 64, 100] {
        let heads: Vec<_> = (0..accounts).map(|number| (key(&format!("account-{number}")), head(number))).collect();
        assert_eq!(map(accounts).root(), by_definition(&heads, Slot::BITS, 0), "{accounts} accounts");
    }
}

#[test]
fn every_account_proves_its_head() {
    let map = map(50);
    assert_eq!((map.len(), map.is_empty()), (50, false));
    for number in 0..50 {
        let (claim, path) = map.claim(key(&format!("account-{number}")));
        assert_eq!(claim.head(), Some(head(number)));
        assert_eq!(path.len(), 48);
        assert_eq!(claim.root(&path), Some(map.root()));
        let Claim::Head(line) = claim else { panic!("it has a head") };
        let larger = Claim::Head(HeadLine { head: head(number + 1), ..line });
        assert_ne!(larger.root(&path), Some(map.root()));
        let elsewhere = Claim::Head(HeadLine { key: key("other"), ..line });
        assert_ne!(elsewhere.root(&path), Some(map.root()));
        assert_eq!(claim.root(&path[1..]), None);
    }
}

#[test]
fn an_account_without_a_head_proves_that_it_has_none() {
    for accounts in [0, 1, 50] {
        let map = map(accounts);
        let (claim, path) = map.claim(key("nobody"));
        assert_eq!(claim.head(), None);
        assert_eq!(claim.root(&path), Some(map.root()), "{accounts} accounts");
    }
}

#[test]
fn a_lack_cannot_be_claimed_of_an_account_that_has_a_head() {
    let map = map(50);
    let (_, path) = map.claim(key("account-7"));
    for height in 0..=48_u8 {
        let blind = map.pad.blind(height, key("account-7").slot().index() >> height);
        let lie = Claim::NoHead { key: key("account-7"), height, blind };
        assert_ne!(lie.root(&path[usize::from(height)..]), Some(map.root()), "at height {height}");
    }
}

#[test]
fn nothing_of_a_path_is_the_same_in_the_next_round() {
    let one = map(50);
    let heads = (0..50).map(|number| (key(&format!("account-{number}")), head(number)));
    let other = Map::new(Pad::new([8; PAD_BYTES]), heads).expect("no two of one place");
    let (here, there) = (one.claim(key("account-7")).1, other.claim(key("account-7")).1);
    let (here, there): (BTreeSet<_>, BTreeSet<_>) =
        (here.iter().map(Hash::as_bytes).collect(), there.iter().map(Hash::as_bytes).collect());
    assert_eq!(here.intersection(&there).count(), 0);
    assert_eq!(here.len(), 48);
}

#[test]
fn two_heads_of_one_account_have_no_map() {
    let twice = [(key("acme"), head(1)), (key("acme"), head(2))];
    assert_eq!(Map::new(pad(), twice).err(), Some(SlotTaken));
}

#[test]
fn a_map_of_no_heads_is_empty() {
    assert_eq!((map(0).len(), map(0).is_empty()), (0, true));
    assert_eq!((map(1).len(), map(1).is_empty()), (1, false));
}

#[test]
fn the_nodes_down_to_as_many_as_there_are_heads_are_kept_and_not_computed_again() {
    let kept = |accounts| map(accounts).top.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(kept(0), [1]);
    assert_eq!(kept(3), [1, 2]);
    assert_eq!(kept(50), [1, 2, 4, 8, 16, 32]);

    let mut map = map(50);
    map.top = (0..6_u8).map(|depth| (0..1_u8 << depth).map(|index| Hash::of(&[&[depth, index]])).collect()).collect();
    assert_eq!(map.root(), Hash::of(&[&[0, 0]]));
    let (_, path) = map.claim(key("acme")); // at 0x44b8…: 0, 1, 0, 0, 0
    let from_the_root: Vec<_> = path.iter().rev().take(5).copied().collect();
    let siblings: [[u8; 2]; 5] = [[1, 1], [2, 0], [3, 3], [4, 5], [5, 9]];
    assert_eq!(from_the_root, siblings.map(|place| Hash::of(&[&place])));
}

#[test]
fn a_pad_has_its_bytes_and_does_not_print_them() {
    assert_eq!(pad().as_bytes(), &[7; 32]);
    assert_eq!(format!("{:?}", pad()), "Pad");
}
