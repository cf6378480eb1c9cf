//! Histories that were cut or rewritten and signed again with the real key: what was kept from an earlier day finds each.

#![expect(clippy::indexing_slicing, reason = "what is there, the test has put there")]

use audit_verify::Report;
use shared::proof::checkpoint::Checkpoint;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;
use tests::proofs::verified::{Short, report, short};
use tests::proofs::{MadeLog, made_event};

const AT: &str = "2026-01-01T00:06:00.000Z";

fn acme() -> AccountId {
    AccountId::parse("acme").expect("an account id")
}

/// A log of these events of `acme`, sealed after each of these sizes, at a minute each.
fn sealed(numbers: impl IntoIterator<Item = u64>, sizes: &[usize]) -> MadeLog {
    let mut log = MadeLog::new("example.com/log");
    let numbers: Vec<u64> = numbers.into_iter().collect();
    let (mut done, mut minute) = (0, 0);
    for size in sizes {
        numbers[done..*size].iter().for_each(|number| log.record(&acme(), &made_event::item(&acme(), *number)));
        (done, minute) = (*size, minute + 1);
        log.seal(Timestamp::parse_fixed(&format!("2026-01-01T00:0{minute}:00.000Z")).expect("a time"));
    }
    log
}

/// What is said of a log beside what was kept of another.
fn beside(now: &MadeLog, kept: &str) -> Report {
    report(&now.export(&acme()), now.key(), Some(kept), AT).expect("an export that can be used")
}

fn of_all(verdict: &'static str) -> Short {
    (verdict, None, None)
}

#[test]
fn what_only_grew_is_what_it_was() {
    let log = sealed(0..300, &[100, 257, 300]);
    for size in 1..=3 {
        let head = log.head(&acme(), size);
        for kept in [head.to_string(), head.checkpoint] {
            assert_eq!(short(&beside(&log, &kept)), [], "{size} rounds");
        }
    }
}

#[test]
fn rounds_that_were_cut_off_are_truncated() {
    let (before, now) = (sealed(0..300, &[100, 257, 300]), sealed(0..300, &[100, 257]));
    let head = before.head(&acme(), 3);
    let seen = beside(&now, &head.checkpoint);
    assert_eq!((short(&seen), seen.exit_code()), (vec![of_all("TRUNCATED")], 1));
    let seen = beside(&now, &head.to_string());
    assert_eq!(short(&seen), [of_all("TRUNCATED"), ("TRUNCATED", Some(257), None)]);
    assert!(seen.findings[1].means.starts_with("the account's log has 257 entries and had 300 before"));
}

#[test]
fn a_tail_that_was_cut_off_and_signed_again_is_truncated() {
    let before = sealed(0..300, &[100, 300]);
    let mut now = sealed(0..200, &[100, 200]);
    now.seal(Timestamp::parse_fixed("2026-01-01T00:03:00.000Z").expect("a time"));
    let head = before.head(&acme(), 2);
    assert_eq!(short(&beside(&now, &head.checkpoint)), [of_all("FORKED")], "two rounds of one number were signed");
    assert_eq!(short(&beside(&now, &head.to_string())), [of_all("FORKED"), ("TRUNCATED", Some(200), None)]);
}

#[test]
fn an_event_that_was_taken_out_and_sealed_again_is_found() {
    let before = sealed(0..300, &[100, 300]);
    let without = sealed((0..301).filter(|number| *number != 50), &[99, 300]);
    let seen = beside(&without, &before.head(&acme(), 2).to_string());
    assert_eq!(short(&seen), [of_all("FORKED"), of_all("ALTERED")]);
    assert!(
        seen.findings[1].means.starts_with("the first 300 entries of the account are not those of the earlier head")
    );
}

#[test]
fn an_account_whose_log_was_rewritten_in_a_later_round_is_altered() {
    // The rounds only grow: the first is that of before, and the second has another history of the account.
    let mut log = sealed(0..100, &[100]);
    let kept = log.head(&acme(), 1).to_string();
    let mut other =
        (0..120).map(|number| made_event::item(&acme(), number + u64::from(number > 50))).collect::<Vec<_>>();
    log.forget(&acme());
    other.drain(..).for_each(|item| log.record(&acme(), &item));
    log.seal(Timestamp::parse_fixed("2026-01-01T00:02:00.000Z").expect("a time"));
    let seen = beside(&log, &kept);
    assert_eq!((short(&seen), seen.exit_code()), (vec![of_all("ALTERED")], 1));
}

#[test]
fn an_account_that_is_said_to_have_no_head_any_more_is_truncated() {
    let mut log = sealed(0..100, &[100]);
    let kept = log.head(&acme(), 1).to_string();
    log.forget(&acme());
    log.seal(Timestamp::parse_fixed("2026-01-01T00:02:00.000Z").expect("a time"));
    let seen = beside(&log, &kept);
    assert_eq!(short(&seen), [("TRUNCATED", Some(0), None)]);
    assert!(seen.findings[0].means.starts_with("the account is said to have no log, and had one of 100 entries"));
}

#[test]
fn an_account_that_had_no_head_then_may_have_one_now() {
    let mut log = MadeLog::new("example.com/log");
    log.seal(Timestamp::parse_fixed("2026-01-01T00:01:00.000Z").expect("a time"));
    let kept = log.head(&acme(), 1).to_string();
    assert!(kept.contains("\nno-head/1 "));
    log.record(&acme(), &made_event::item(&acme(), 0));
    log.seal(Timestamp::parse_fixed("2026-01-01T00:02:00.000Z").expect("a time"));
    assert_eq!(short(&beside(&log, &kept)), []);
}

#[test]
fn a_restore_to_an_earlier_day_is_truncated_with_a_restart_and_without() {
    let before = sealed(0..300, &[100, 200, 300]);
    let kept = before.head(&acme(), 3);
    let restored = sealed(0..200, &[100, 200]);
    let seen = beside(&restored, &kept.to_string());
    assert_eq!(short(&seen), [of_all("TRUNCATED"), ("TRUNCATED", Some(200), None)]);

    let restarted = |from: Checkpoint, events: u64| {
        let mut log = MadeLog::new("example.com/log/2");
        log.restart(from);
        (0..200).chain(1_000..800 + events).for_each(|number| log.record(&acme(), &made_event::item(&acme(), number)));
        log.seal(Timestamp::parse_fixed("2026-01-01T00:05:00.000Z").expect("a time"));
        log
    };
    let honest = restarted(before.checkpoint(3), 200);
    assert_eq!(short(&beside(&honest, &kept.checkpoint)), [], "the restart names that very checkpoint");
    let seen = beside(&honest, &kept.to_string());
    assert_eq!(short(&seen), [("TRUNCATED", Some(200), None)], "and the account has lost what it had");
    assert!(seen.findings[0].means.contains("(the log was restarted since)"));

    let hiding = restarted(before.checkpoint(2), 200);
    let seen = beside(&hiding, &kept.to_string());
    assert_eq!(short(&seen), [of_all("TRUNCATED"), ("TRUNCATED", Some(200), None)]);

    let used_again = restarted(before.checkpoint(3), 400);
    assert_eq!(short(&beside(&used_again, &kept.to_string())), [of_all("FORKED")], "positions were used again");
}

#[test]
fn a_log_that_says_it_was_restarted_from_itself_hides_nothing() {
    let before = sealed(0..300, &[100, 200, 300]);
    let mut now = MadeLog::new("example.com/log");
    now.restart(before.checkpoint(3));
    (0..200).for_each(|number| now.record(&acme(), &made_event::item(&acme(), number)));
    now.seal(Timestamp::parse_fixed("2026-01-01T00:05:00.000Z").expect("a time"));
    let seen = beside(&now, &before.head(&acme(), 3).checkpoint);
    assert_eq!((short(&seen), seen.exit_code()), (vec![of_all("TRUNCATED")], 1));
}

#[test]
fn an_account_whose_log_was_empty_has_lost_nothing() {
    let mut log = MadeLog::new("example.com/log");
    log.open(&acme());
    log.seal(Timestamp::parse_fixed("2026-01-01T00:01:00.000Z").expect("a time"));
    let kept = log.head(&acme(), 1).to_string();
    log.forget(&acme());
    log.seal(Timestamp::parse_fixed("2026-01-01T00:02:00.000Z").expect("a time"));
    assert_eq!(short(&beside(&log, &kept)), []);
}

#[test]
fn what_was_kept_of_another_log_or_account_or_was_changed_is_unusable() {
    let log = sealed(0..10, &[5, 10]);
    let said = |kept: &str| {
        report(&log.export(&acme()), log.key(), Some(kept), AT).expect_err("it cannot be compared").to_string()
    };
    let foreign = MadeLog::filled(&acme(), 10, 1);
    let other_origin = MadeLog::with_seed("example.com/other", &[7; 32]);
    let nobody = AccountId::parse("nobody").expect("an account id");
    assert!(said("").starts_with("earlier checkpoint: is neither a checkpoint nor the head of an account"));
    assert!(said("audit-trail/head/1\n").starts_with("earlier checkpoint: it is not a proof file"));
    assert!(
        said(&log.head(&nobody, 1).to_string())
            .starts_with("earlier checkpoint: is the head of another account: nobody")
    );
    let checkpoint = log.head(&acme(), 1).checkpoint;
    assert!(said(&checkpoint.replace("\n1\n", "\n2\n")).starts_with("earlier checkpoint: is not what the key signed"));
    let of_other = other_origin.signed(&other_origin.checkpoint(0).to_string());
    assert!(said(&of_other).starts_with("earlier checkpoint: is not signed with this key"));
    let head = log.head(&acme(), 1).to_string().replace(" 5 ", " 4 ");
    assert!(said(&head).starts_with("earlier checkpoint: the head of the account does not belong to the round"));
    let same_origin = foreign.head(&acme(), 1).checkpoint;
    let seen = beside(&log, &same_origin);
    assert_eq!(short(&seen), [of_all("FORKED")], "one key, one size, two roots");
}
