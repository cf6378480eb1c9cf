//! Rounds: every account's log is sealed as far as it has grown, and all of it is signed.

use aws_sdk_dynamodb::types::AttributeValue;
use log_sign::{Archive, Means, Outcome, State};
use shared::process::clock;
use shared::process::invocation::Invocation;
use shared::store::usage::Usage;
use shared::table::key::Generation;
use tests::captured_log::CapturedLog;
use tests::records::{at, event};
use tests::rounds::{assert_sealed, means, sign, sign_round, sign_within, verifier_key};
use tests::stream::append_recorded;
use tests::{Account, Bed};

/// So many events of an account, in its log, which is marked as grown.
async fn grow(bed: &Bed, account: &Account, from: usize, count: usize) {
    let events: Vec<_> = (from..from + count).map(|n| event(&format!("e-{n:04}"), &at(n))).collect();
    bed.record(account, &events).await;
    append_recorded(bed, account).await;
}

#[tokio::test]
async fn the_first_round_begins_the_log_and_seals_every_account() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (one, two, empty) = (bed.account().await, bed.account().await, bed.account().await);
        grow(&bed, &one, 0, 3).await;
        grow(&bed, &two, 0, 600).await;

        let outcome = sign_round(&bed).await;

        assert_eq!(outcome, Outcome { rounds: 1, accounts: 2, accounts_changed: 2, accounts_carried: 0 });
        assert_eq!(assert_sealed(&bed, &[&one, &two], bed.engine).await, 1);
        let logs = bed.store().logs_of_rounds(&Usage::default()).await.unwrap();
        assert_eq!(logs.iter().map(|log| log.key.clone()).collect::<Vec<_>>(), [verifier_key()]);
        assert_eq!(logs[0].continues, None);
        assert_ne!(empty.id, one.id);
    }
}

#[tokio::test]
async fn every_call_makes_a_round_of_what_has_grown_since() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (one, two) = (bed.account().await, bed.account().await);
        let (means, mut warm) = (means(Archive::Nothing), State::default());
        grow(&bed, &one, 0, 255).await;
        grow(&bed, &two, 0, 1).await;
        assert_eq!(sign(&bed.app, &means, &mut warm).await.unwrap().accounts_changed, 2);

        let still = sign(&bed.app, &means, &mut warm).await.unwrap();
        assert_eq!(still, Outcome { rounds: 2, accounts: 2, accounts_changed: 0, accounts_carried: 0 });

        for (size, from, count) in [(256, 255, 1), (257, 256, 1), (600, 257, 343)] {
            grow(&bed, &one, from, count).await;
            let warm = sign(&bed.app, &means, &mut warm).await.unwrap();
            assert_eq!(warm.accounts_changed, 1, "{size}");
            assert_sealed(&bed, &[&one, &two], &format!("{} at {size}", bed.engine)).await;
        }
        grow(&bed, &two, 1, 300).await;
        assert_eq!(sign_round(&bed).await.accounts_changed, 1, "a container that remembers nothing goes on from there");
        assert_eq!(assert_sealed(&bed, &[&one, &two], bed.engine).await, 6);
        let nodes = bed.items_of(&format!("log#{}", one.id)).await;
        let nodes = nodes.iter().filter_map(|item| item["sk"].as_s().ok()).filter(|sk| sk.starts_with('n'));
        assert_eq!(nodes.collect::<Vec<_>>(), ["n1#0000000000000000", "n1#0000000000000001"]);
    }
}

#[tokio::test]
async fn heads_are_written_whole_at_first_and_where_the_changes_outnumber_them() {
    let bed = Bed::with_own_table().await;
    let accounts = [bed.account().await, bed.account().await, bed.account().await];
    for account in &accounts {
        grow(&bed, account, 0, 1).await;
    }
    let mut whole = Vec::new();
    for round in 0..6 {
        grow(&bed, &accounts[0], 1 + round, 1).await;
        sign_round(&bed).await;
        let last = bed.store().last_round(Generation::FIRST, &Usage::default()).await.unwrap().unwrap();
        let run = last.entry.round().map(|round| round.run);
        whole.push(run == last.sealed.map(|sealed| sealed.snapshot));
    }
    assert_eq!(whole, [true, false, false, false, true, false]);
    assert_sealed(&bed, &accounts.each_ref(), "changed again and again").await;
}

#[tokio::test]
async fn two_at_once_sign_the_same_and_lose_nothing() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let account = bed.account().await;
        let (one, two) = (bed.cold(), bed.cold());
        let (means, mut first, mut second) = (means(Archive::Nothing), State::default(), State::default());
        for round in 0..6 {
            grow(&bed, &account, round, 1).await;
            let (a, b) = tokio::join!(sign(&one.app, &means, &mut first), sign(&two.app, &means, &mut second));
            assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
            assert_sealed(&bed, &[&account], &format!("{} in round {round}", bed.engine)).await;
        }
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_told_of_and_holds_up_no_other() {
    for bed in Bed::on_each_engine_with_own_table().await {
        let (broken, whole) = (bed.account().await, bed.account().await);
        grow(&bed, &broken, 0, 2).await;
        grow(&bed, &whole, 0, 2).await;
        sign_round(&bed).await;
        let (pk, sk) = (format!("log#{}", broken.id), "e#0000000000000002");
        bed.put_item(&[("pk", &pk), ("sk", sk), ("entries", "nothing")]).await;
        grow(&bed, &whole, 2, 2).await;
        mark(&bed, &broken).await;
        let captured = CapturedLog::start();

        let outcome = sign_round(&bed).await;

        assert_eq!((outcome.accounts_changed, outcome.accounts_carried), (1, 1), "{}", bed.engine);
        assert_sealed(&bed, &[&whole], bed.engine).await;
        let said = captured.lines("message", "account not sealed");
        let accounts: Vec<_> = said.iter().map(|line| line["account"].clone()).collect();
        assert_eq!(accounts, [broken.id.as_str()]);
        assert!(said[0]["cause"].as_str().unwrap().contains("e#0000000000000002"), "{said:?}");

        bed.delete_item(&pk, sk).await;
        grow(&bed, &broken, 2, 1).await;
        assert_eq!(sign_round(&bed).await.accounts_carried, 0);
        assert_sealed(&bed, &[&whole, &broken], bed.engine).await;
    }
}

async fn mark(bed: &Bed, account: &Account) {
    bed.store().mark_logs_grown(&[&account.id], "by-hand", clock::now(), &Usage::default()).await.expect("marked");
}

#[tokio::test]
async fn what_there_was_no_time_for_is_carried_on() {
    let bed = Bed::with_own_table().await;
    let accounts = [bed.account().await, bed.account().await];
    for account in &accounts {
        grow(&bed, account, 0, 2).await;
    }
    // Half a second is kept for the answer; two thirds of the rest is no time at all.
    let deadline = clock::now().plus_ms(502);
    let short = Invocation { deadline, ..Invocation::default() };
    let means = means(Archive::Nothing);
    let mut warm = State::default();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;

    let carried = sign_within(&bed.app, &means, &mut warm, &short).await.unwrap();
    assert_eq!(carried, Outcome { rounds: 1, accounts: 0, accounts_changed: 0, accounts_carried: 2 });

    for mut state in [warm, State::default()] {
        let outcome = sign(&bed.app, &means, &mut state).await.unwrap();
        assert_eq!((outcome.accounts, outcome.accounts_carried), (2, 0));
        assert_sealed(&bed, &accounts.each_ref(), "with time").await;
    }
}

#[tokio::test]
async fn a_mark_that_comes_late_is_met_by_the_next_round() {
    let bed = Bed::with_own_table().await;
    let account = bed.account().await;
    grow(&bed, &account, 0, 1).await;
    let deployed = Means { late_marks_ms: log_sign::LATE_MARKS_MS, ..means(Archive::Nothing) };
    let (means, mut warm) = (deployed, State::default());
    sign(&bed.app, &means, &mut warm).await.unwrap();
    let late = clock::now().plus_ms(-29 * 60_000).expect("a time");
    bed.record(&account, &[event("e-0001", &at(1))]).await;
    let (marked, other) = (bed.items_of(&minute(late)).await, bed.items_of(&minute(clock::now())).await);
    append_recorded(&bed, &account).await;
    for item in bed.items_of(&minute(clock::now())).await.iter().filter(|item| !other.contains(item)) {
        bed.delete_item(&minute(clock::now()), item["sk"].as_s().unwrap()).await;
    }
    bed.store().mark_logs_grown(&[&account.id], "late", late, &Usage::default()).await.unwrap();
    assert!(marked.is_empty());

    sign(&bed.app, &means, &mut warm).await.unwrap();
    assert_sealed(&bed, &[&account], "marked 29 minutes ago").await;
}

fn minute(at: shared::values::timestamp::Timestamp) -> String {
    format!("log-dirty#{}", at.to_string().get(..16).expect("a time is longer"))
}

#[tokio::test]
async fn runs_and_times_of_rounds_never_go_back() {
    let bed = Bed::with_own_table().await;
    for _ in 0..3 {
        sign_round(&bed).await;
    }
    let rounds = bed.store().rounds(Generation::FIRST, 0, 10, &Usage::default()).await.unwrap();
    let said: Vec<_> = rounds.iter().filter_map(|round| round.entry.round()).collect();
    assert!(said.is_sorted_by_key(|round| (round.sealed_at, round.run)), "{said:?}");
    let entry = bed.items_of("rounds#0001").await;
    let entry = entry.iter().find(|item| item["sk"] == AttributeValue::S("e#0000000000000000".to_owned()));
    let mut names: Vec<_> = entry.expect("the first round").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["dirty_from", "entries", "pad", "parts", "pk", "sk", "snapshot"]);
}
