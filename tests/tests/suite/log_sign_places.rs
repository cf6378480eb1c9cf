//! Two accounts of one place in the map of all accounts: the first 48 bits of the SHA-256 that is their key are 6abdfe8fe907, found
//! among 33 million names.

use shared::log::append::Change;
use shared::log::entry::Entry;
use shared::process::clock;
use shared::process::log::chain;
use shared::proof::head::AccountKey;
use shared::store::usage::Usage;
use shared::table::key::Generation;
use shared::values::ids::AccountId;
use tests::captured_log::CapturedLog;
use tests::rounds::sign_round;
use tests::{Account, Bed};

const ONE: &str = "account-317454";
const OTHER: &str = "account-1926537";

fn id(account: &str) -> AccountId {
    AccountId::parse(account).expect("an id")
}

#[test]
fn they_have_one_place_and_two_keys() {
    let (one, other) = (AccountKey::of(&id(ONE)), AccountKey::of(&id(OTHER)));
    assert_ne!(one, other);
    assert_eq!((one.slot().index(), other.slot().index()), (0x6abd_fe8f_e907, 0x6abd_fe8f_e907));
}

#[tokio::test]
async fn the_second_is_refused_and_the_first_goes_on() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let usage = Usage::default();
        let one = Account::new(ONE, "client-one", "a-secret-of-this-test");
        bed.put_credential(&one, &[]).await;

        let refused = bed.store().create_account(&id(OTHER), &usage).await.expect_err("its place is taken");

        let said = "the store rejected the request: the account account-1926537 would have the place of the account account-317454 in \
            the map of all accounts, which holds one: choose another id";
        assert_eq!(chain(&refused), said, "{}", bed.engine);
        assert!(!bed.store().has_account(&id(OTHER), &usage).await.expect("an answer"));
        bed.put_credential(&Account { client_id: "client-two".to_owned(), ..one }, &[]).await;
    }
}

#[tokio::test]
async fn one_that_got_in_all_the_same_is_told_of_and_keeps_nobody_from_being_sealed() {
    let bed = Bed::with_own_table().await;
    let (store, usage) = (bed.store(), Usage::default());
    for account in [ONE, OTHER, "third"] {
        bed.put_item(&[("pk", "accounts#all"), ("sk", account)]).await;
        let entry = Entry::parse("backfill/1 begin\n").expect("an entry");
        let change = Change { entry, number: None, created_at_s: None, item_bytes: 0 };
        store.append_to_log_known_below(&id(account), 0, &[change], clock::now, &usage).await.expect("it is appended");
    }
    let captured = CapturedLog::start();

    let outcome = sign_round(&bed).await;

    assert_eq!((outcome.accounts, outcome.accounts_changed), (2, 2));
    let last = store.last_round(Generation::FIRST, &usage).await.expect("an answer").expect("a round");
    let heads = store.heads_at(Generation::FIRST, &last, &usage).await.expect("heads");
    assert!(heads.contains_key(&id("third")));
    let told = captured.lines("message", "account not sealed");
    let told: Vec<_> = told.iter().map(|line| (line["account"].clone(), line["cause"].clone())).collect();
    let [(account, cause)] = told.as_slice() else { panic!("{told:?}") };
    assert!(!heads.contains_key(&id(account.as_str().expect("a text"))), "{account} is told of");
    assert_eq!(cause, "two accounts have one place in the map of all accounts");
}
