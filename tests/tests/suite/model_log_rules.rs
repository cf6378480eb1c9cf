//! Each rule of appending left out in turn: a model then finds a way to a log that is wrong, the shortest that there is.

use tests::model::log::action::Action;
use tests::model::log::fault::Fault;
use tests::model::log::rule::{Rule, Rules};
use tests::model::log::scope::{ALWAYS, Budget, Life, Make::*, Scope};
use tests::model::log::search::{Seen, search};

/// The most states that a search may come to, for want of memory.
const STATES_MAX: usize = 1_000_000;

fn inserts(shards: &[usize]) -> Vec<Life> {
    shards.iter().map(|shard| Life::new(*shard, &[Insert])).collect()
}

fn found(scope: &Scope, rules: Rules, is_looked_for: fn(&Fault) -> bool) -> Seen {
    search(scope, rules, STATES_MAX, is_looked_for)
}

/// Without the rule there is a way to such a fault, and with it there is none.
fn is_needed(rule: Rule, scope: &Scope, is_looked_for: fn(&Fault) -> bool) {
    is_needed_beside(rule, scope, is_looked_for, Rules::default());
}

#[expect(clippy::print_stdout, reason = "the way to the fault is what such a test is read for")]
fn is_needed_beside(rule: Rule, scope: &Scope, is_looked_for: fn(&Fault) -> bool, kept: Rules) {
    let without = found(scope, kept.and_without(rule), is_looked_for);
    let counterexample = without.counterexample.unwrap_or_else(|| panic!("{rule:?} is not needed here"));
    println!("without {rule:?}: {counterexample}");
    let with = found(scope, kept, |_| true);
    assert!(with.counterexample.is_none(), "with {rule:?}: {}", with.counterexample.expect("one"));
    println!("with it: {} states, everything is done in {}", with.states, with.done);
    assert!(with.done > 0, "it is never done, so nothing was shown");
}

fn is_twice(fault: &Fault) -> bool {
    matches!(fault, Fault::Twice(_))
}

fn is_missing(fault: &Fault) -> bool {
    matches!(fault, Fault::Missing(_))
}

fn is_unmarked(fault: &Fault) -> bool {
    matches!(fault, Fault::Unmarked(_))
}

#[test]
fn newest_is_that_of_everything_below() {
    let budget = Budget { waits: 1, ..Budget::CALM };
    is_needed(Rule::NewestOfAllBelow, &one_consumer(Scope::new(inserts(&[0, 1, 1]), budget)), is_twice);
}

#[test]
fn a_walk_goes_on_through_the_second_of_the_oldest_change() {
    is_needed(Rule::BelowTheOldest, &one_consumer(Scope::new(inserts(&[0, 0, 0]), Budget::CALM)), is_twice);
}

#[test]
fn no_clock_of_a_consumer_says_how_far_a_walk_goes() {
    let scope = Scope { consumers_ahead_s: vec![-120], ..Scope::new(inserts(&[0, 0, 0]), Budget::CALM) };
    is_needed(Rule::NoClockOfConsumers, &scope, is_twice);
}

#[test]
fn a_change_without_a_time_makes_a_walk_go_far_back() {
    let untimed = inserts(&[0, 0, 0]).into_iter().map(|life| Life { is_timed: false, ..life }).collect();
    is_needed(Rule::UntimedGoesFarBack, &one_consumer(Scope::new(untimed, Budget::CALM)), is_twice);
}

#[test]
fn whoever_finds_its_place_taken_begins_again() {
    is_needed(Rule::BeginsAgain, &Scope::new(inserts(&[0]), Budget::CALM), is_twice);
}

#[test]
fn an_item_is_put_only_where_nothing_stands() {
    let scope = Scope::new(inserts(&[0, 1]), Budget::CALM);
    is_needed(Rule::IfAbsent, &scope, |fault| matches!(fault, Fault::Rewritten(_)));
    is_needed(Rule::IfAbsent, &scope, is_missing);
}

#[test]
fn an_item_is_put_with_one_write() {
    let scope = Scope::new(inserts(&[0, 0]), Budget::CALM);
    is_needed(Rule::OneWrite, &scope, |fault| matches!(fault, Fault::Gap(_)));
}

#[test]
fn an_item_beyond_what_can_be_is_not_followed() {
    let before = vec![Action::Plant(0)];
    let scope = Scope { before, ..Scope::new(inserts(&[0, 1]), Budget { stops: 1, ..Budget::CALM }) };
    is_needed(Rule::NotFollowed, &scope, |fault| matches!(fault, Fault::Gap(_)));
}

#[test]
fn an_event_that_comes_is_a_repeat_only_behind_the_last_deletion() {
    let scope = one_consumer(Scope::new(vec![Life::new(0, &[Insert, Remove, Insert])], Budget::CALM));
    is_needed(Rule::BehindTheLastRemoval, &scope, is_missing);
}

#[test]
fn of_deletions_only_those_count_that_were_made_before() {
    let scope = one_consumer(Scope::new(vec![Life::new(0, &[Insert, Remove])], Budget::CALM));
    is_needed(Rule::MadeBefore, &scope, is_twice);
}

#[test]
fn a_change_is_known_by_its_number() {
    let scope = one_consumer(Scope::new(vec![Life::new(0, &[Insert, Change(1), Change(0), Change(1)])], Budget::CALM));
    is_needed(Rule::ChangesByNumber, &scope, is_missing);
}

#[test]
fn all_accounts_of_a_batch_are_marked() {
    let scope = one_consumer(Scope::new(inserts(&[0]), Budget { stops: 1, ..Budget::CALM }));
    is_needed(Rule::MarksAll, &scope, is_unmarked);
}

#[test]
fn the_minute_of_a_mark_is_that_of_its_put() {
    let scope = one_consumer(Scope::new(inserts(&[0]), Budget { waits: 1, ..Budget::CALM }));
    is_needed(Rule::MinuteOfThePut, &scope, is_unmarked);
}

/// An event is changed twice; a second later another one comes, and the stream has told of nothing yet. The reconciler puts the
/// second event, under the changes of the first: a consumer that brings it too must walk down to it.
fn overtaken(reconciler_ahead_s: i64) -> Scope {
    let lives = vec![Life::new(0, &[Insert]), Life::new(1, &[Insert, Change(1), Change(0)])];
    let make = |event| Action::Make { event, is_lost: false };
    let before = vec![make(1), make(1), make(1), Action::Wait(1), make(0)];
    let budget = Budget { reconciliations: 1, stops: 1, ..Budget::CALM };
    Scope { reconciler_ahead_s, before, ..one_consumer(Scope::new(lives, budget)) }
}

/// The minute is what its clock may be behind.
#[test]
fn what_the_reconciler_puts_counts_as_made_in_a_minute() {
    let impatient = Rules::without(Rule::Patience);
    is_needed_beside(Rule::AheadOfNow, &overtaken(-30), is_twice, impatient);

    let exact = found(&overtaken(0), impatient.and_without(Rule::AheadOfNow), |_| true);
    assert!(exact.counterexample.is_none(), "a clock that is right needs no minute");
    assert!(
        found(&overtaken(-90), impatient, is_twice).counterexample.is_some(),
        "a minute is not enough for this clock"
    );
}

#[test]
fn what_came_and_went_since_the_reconciler_looked_is_not_put_again() {
    let budget = Budget { reconciliations: ALWAYS, ..Budget::CALM };
    let scope = one_consumer(Scope::new(vec![Life::new(0, &[Insert, Remove])], budget));
    is_needed_beside(Rule::SaidSince, &scope, is_twice, Rules::without(Rule::Patience));
}

#[test]
fn the_reconciler_marks_the_accounts_too() {
    let budget = Budget { reconciliations: ALWAYS, lost_records: 1, stops: ALWAYS, ..Budget::CALM };
    let scope = one_consumer(Scope::new(inserts(&[0]), budget));
    is_needed_beside(Rule::ReconcilerMarks, &scope, is_unmarked, Rules::without(Rule::Patience));
}

fn one_consumer(scope: Scope) -> Scope {
    Scope { consumers_ahead_s: vec![0], ..scope }
}
