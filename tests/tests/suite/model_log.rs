//! Logs that grow by the shipped rules, in a model of everything that may go wrong: each change is in its log once.
//!
//! `MODEL_TIMES` makes the random ways so many times as many.

use tests::model::log::rule::{Rule, Rules};
use tests::model::log::scope::{ALWAYS, Budget, Life, Make, Make::*, Scope};
use tests::model::log::search::search;
use tests::model::log::walk::walk;

use fastrand::Rng;

/// Ways that are drawn, unless `MODEL_TIMES` says otherwise, and steps of each before it goes on to where everything is done.
const WAYS: u64 = 500;
const STEPS: usize = 100;

/// The most states that a search may come to, for want of memory.
const STATES_MAX: usize = 1_000_000;

/// Looks at every state of a scope.
#[expect(clippy::print_stdout, reason = "how much was looked at says how much was shown")]
fn holds(scope: &Scope, rules: Rules) {
    let seen = search(scope, rules, STATES_MAX, |_| true);
    println!("{} states, everything is done in {}", seen.states, seen.done);
    if let Some(counterexample) = seen.counterexample {
        panic!("{counterexample}");
    }
    assert!(seen.done > 0, "it is never done, so nothing was shown");
}

#[test]
fn each_change_is_in_the_log_once_whatever_two_consumers_do() {
    let lives = vec![Life::new(0, &[Insert, Remove]), Life::new(1, &[Insert])];
    holds(&Scope::new(lives, Budget { waits: 1, ..Budget::ROUGH }), Rules::default());
}

#[test]
fn each_change_is_in_the_log_once_whatever_three_consumers_do() {
    let lives = vec![Life::new(0, &[Insert]), Life::new(1, &[Insert])];
    let consumers_ahead_s = vec![0, 0, 0];
    holds(&Scope { consumers_ahead_s, ..Scope::new(lives, Budget::ROUGH) }, Rules::default());
}

#[test]
fn each_change_is_in_the_log_once_when_clocks_are_minutes_apart() {
    let lives = vec![Life::new(0, &[Insert]), Life::new(0, &[Insert]), Life::new(1, &[Insert])];
    let consumers_ahead_s = vec![-120, 180];
    holds(&Scope { consumers_ahead_s, ..Scope::new(lives, Budget { stops: 1, ..Budget::CALM }) }, Rules::default());
}

#[test]
fn an_event_that_comes_goes_and_comes_again_is_there_twice() {
    let lives = vec![Life::new(0, &[Insert, Remove, Insert])];
    holds(&Scope::new(lives, Budget { waits: 1, ..Budget::ROUGH }), Rules::default());
}

#[test]
fn a_change_there_and_back_and_there_again_is_there_three_times() {
    let lives = vec![Life::new(0, &[Insert, Change(1), Change(0), Change(1)])];
    holds(&Scope::new(lives, Budget::ROUGH), Rules::default());
}

#[test]
fn changes_without_a_time_are_there_once() {
    let untimed = |makes: &[Make]| Life { is_timed: false, ..Life::new(0, makes) };
    let lives = vec![untimed(&[Insert, Remove]), untimed(&[Insert])];
    let consumers_ahead_s = vec![-120, 180];
    holds(&Scope { consumers_ahead_s, ..Scope::new(lives, Budget { stops: 1, ..Budget::CALM }) }, Rules::default());
}

/// The quarter of an hour that the reconciler leaves to the stream keeps its work small; no event is there twice without it.
#[test]
fn the_reconciler_may_put_what_the_stream_brings_too_and_needs_no_patience() {
    let budget = Budget { reconciliations: ALWAYS, ..Budget::ROUGH };
    let impatient = Rules::without(Rule::Patience);
    holds(&Scope::new(vec![Life::new(0, &[Insert, Remove, Insert])], budget), impatient);
    holds(&Scope::new(vec![Life::new(0, &[Insert]), Life::new(1, &[Insert])], budget), impatient);
    holds(&Scope::new(vec![Life::new(0, &[Insert, Change(1)])], budget), impatient);
}

#[test]
fn the_reconciler_puts_what_the_stream_has_lost_once() {
    let budget = Budget { reconciliations: ALWAYS, lost_records: 1, ..Budget::ROUGH };
    let lost = |lives, budget| Scope { consumers_ahead_s: vec![0], ..Scope::new(lives, budget) };
    let twice = lost(vec![Life::new(0, &[Insert, Remove, Insert])], budget);
    holds(&twice, Rules::without(Rule::Patience));
    let once = lost(vec![Life::new(0, &[Insert])], Budget { waits: 2, ..budget });
    holds(&Scope { waits_s: vec![1_000], ..once }, Rules::default());
}

/// Up to a dozen events of two accounts in two shards: most come and stay.
fn lives(rng: &mut Rng) -> Vec<Life> {
    let makes: [&[Make]; 6] = [
        &[Insert],
        &[Insert],
        &[Insert],
        &[Insert, Remove],
        &[Insert, Remove, Insert, Change(1), Remove, Insert],
        &[Insert, Change(1), Change(0), Change(1), Remove],
    ];
    let life = |rng: &mut Rng| Life {
        account: rng.usize(..2),
        is_timed: rng.u8(..8) > 0,
        ..Life::new(rng.usize(..2), rng.choice(makes).expect("one of six"))
    };
    (0..rng.usize(2..12)).map(|_| life(rng)).collect()
}

/// Follows ways through scopes that are drawn like that.
fn holds_at_random(rules: Rules, lost_records: u8) {
    for seed in 0..WAYS * times() {
        let mut rng = Rng::with_seed(seed);
        let rough = Budget { waits: ALWAYS, reconciliations: ALWAYS, lost_records, ..Budget::ROUGH };
        let scope = Scope {
            waits_s: vec![1, 1, 20, 100, 1_000],
            consumers_ahead_s: vec![-300, 0, 200],
            reconciler_ahead_s: rng.i64(-50..300),
            items_at_once: rng.choice([1, 2, 32]).expect("one of three"),
            ..Scope::new(lives(&mut rng), rough)
        };
        if let Err(counterexample) = walk(&scope, rules, STEPS, &mut rng) {
            panic!("seed {seed}: {counterexample} in {scope:?}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the suites are told by the environment how long to search")]
fn times() -> u64 {
    std::env::var("MODEL_TIMES").map_or(1, |times| times.parse().expect("MODEL_TIMES is a number"))
}

#[test]
fn long_ways_with_the_reconciler_end_with_each_change_there_once() {
    holds_at_random(Rules::default(), 0);
}

#[test]
fn long_ways_with_an_impatient_reconciler_end_with_each_change_there_once() {
    holds_at_random(Rules::without(Rule::Patience), 0);
}

#[test]
fn long_ways_on_which_the_stream_loses_records_end_with_each_event_there_once() {
    holds_at_random(Rules::default(), 2);
}

#[test]
fn long_ways_with_losses_and_an_impatient_reconciler_end_with_each_event_there_once() {
    holds_at_random(Rules::without(Rule::Patience), ALWAYS);
}
