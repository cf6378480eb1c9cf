//! What is drawn to be written: the past of an account, and the writes that fall between the reads.

use super::drawn::{rows, text};
use super::write::{Change, Crowd, Past, What, Write};
use proptest::bool::weighted;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Ids around those of [`Past::users`], beside the ends of pages above all, and odd ones.
const USER_IDS: [&str; 10] =
    ["usr_098a", "usr_099a", "usr_0990", "usr_100.", "usr_199a", "-", "=", "a|b:c@d", "zzz", "|"];

/// How many there are of something that comes by the hundred: few, or about where pages end.
pub fn around_pages() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 0..=12_usize, 2 => 98..=103_usize, 1 => 198..=203_usize]
}

/// How many there are where pages are small.
pub fn few() -> impl Strategy<Value = usize> {
    prop_oneof![12 => 0..=8_usize, 12 => 9..=20_usize, 1 => 98..=104_usize]
}

/// Most events of a crowd of large ones: about 1.4 MB.
const LARGE_MAX: usize = 30;

fn crowd(count: impl Strategy<Value = usize>, letters: &'static [char]) -> impl Strategy<Value = Crowd> {
    let tied = select(&[1, 2, 7, 40, 300][..]);
    let category = select(&["users", "users", "users", "userAccess"][..]);
    (count, tied, select(letters), category, weighted(0.06)).prop_map(|(count, tied, letter, category, are_large)| {
        let count = if are_large { count.min(LARGE_MAX) } else { count };
        Crowd { count, tied, from_second: 0, letter, category, are_large }
    })
}

/// A page and more that come at once into the range of a chain, before its position or behind it.
pub fn burst() -> impl Strategy<Value = Write> {
    let drawn = (90..=130_usize, select(&[0, 50, 3_000][..]), select(&['b', 'x', 'D'][..]), select(&[1, 7, 300][..]));
    drawn.prop_map(|(count, from_second, letter, tied)| {
        let crowd = Crowd { count, tied, from_second, letter, category: "users", are_large: false };
        Write { account: 0, what: What::Import(crowd) }
    })
}

fn user_ids() -> impl Strategy<Value = Vec<String>> {
    vec(select(&USER_IDS[..]).prop_map(ToOwned::to_owned), 0..=6)
}

/// One to three accounts with events, the first of them with that many plain ones.
pub fn pasts(count: impl Strategy<Value = usize>, rows_max: usize) -> impl Strategy<Value = Vec<Past>> {
    let others = vec(past(0..=5_usize, 5), 0..=2);
    (past(count, rows_max), others).prop_map(|(first, others)| [vec![first], others].concat())
}

fn past(count: impl Strategy<Value = usize>, rows_max: usize) -> impl Strategy<Value = Past> {
    let past = (crowd(count, &['c']), rows(rows_max), user_ids());
    past.prop_map(|(crowd, rows, user_ids)| Past { crowd, rows, users: 0, user_ids })
}

/// An account with about a page of records about users.
pub fn page_of_users() -> impl Strategy<Value = Past> {
    (98..=103_usize, select(&[1, 7, 300][..]), rows(2)).prop_map(|(count, tied, rows)| {
        let crowd = Crowd { count, tied, from_second: 0, letter: 'c', category: "users", are_large: false };
        Past { crowd, rows, users: 0, user_ids: Vec::new() }
    })
}

/// One or two accounts with users, the first of them with many.
pub fn user_pasts() -> impl Strategy<Value = Vec<Past>> {
    let past = |users, user_ids| {
        let crowd = Crowd { count: 0, tied: 1, from_second: 0, letter: 'c', category: "users", are_large: false };
        Past { crowd, rows: Vec::new(), users, user_ids }
    };
    let users = (around_pages(), user_ids(), option::of(0..=5_usize));
    users.prop_map(move |(users, user_ids, of_other)| {
        let other = of_other.map(|users| past(users, Vec::new()));
        [past(users, user_ids)].into_iter().chain(other).collect()
    })
}

/// An account, by number: mostly the first.
pub fn account() -> impl Strategy<Value = usize> {
    prop_oneof![3 => Just(0_usize), 1 => 1..=2_usize]
}

fn update() -> impl Strategy<Value = What> {
    let change = prop_oneof![
        select(&["active", "deactivated", "invited"][..]).prop_map(Change::Status),
        text(256).prop_map(Change::Name),
    ];
    (0..300_usize, change).prop_map(|(number, change)| What::Update(number, change))
}

/// A write of events through any function, or of users, which are events too.
pub fn write() -> impl Strategy<Value = Write> {
    let what = prop_oneof![
        3 => rows(6).prop_map(What::Record),
        1 => rows(2).prop_map(What::RecordNow),
        3 => rows(6).prop_map(What::Consume),
        1 => rows(2).prop_map(What::ConsumeSent),
        2 => crowd(1..=8_usize, &['b', 'x', 'D']).prop_map(What::Import),
        3 => Just(What::CountDays),
        2 => option::of(text(256)).prop_map(What::Create),
        2 => update(),
    ];
    (account(), what).prop_map(|(account, what)| Write { account, what })
}

/// A write of users.
pub fn user_write() -> impl Strategy<Value = Write> {
    let what = prop_oneof![
        3 => user_ids().prop_map(What::ImportUsers),
        2 => option::of(text(256)).prop_map(What::Create),
        2 => update(),
        1 => rows(2).prop_map(What::Record),
    ];
    (account(), what).prop_map(|(account, what)| Write { account, what })
}
