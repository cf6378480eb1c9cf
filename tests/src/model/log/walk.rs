//! Long ways through a large scope, drawn from a seed, and on to where everything is done.

use crate::model::log::action::{Action, Step};
use crate::model::log::fault::faults;
use crate::model::log::rule::Rules;
use crate::model::log::scope::{Budget, Scope};
use crate::model::log::search::Counterexample;
use crate::model::log::worker::Answer;
use crate::model::log::world::World;
use fastrand::Rng;

/// Steps until everything is done, at most.
const STEPS_LEFT_MAX: usize = 1_000;

/// Time after which no event is too young for the reconciler, in seconds.
const LONG_S: u64 = 3_600;

/// Goes so many steps into the scope, and on until everything is done.
///
/// # Errors
/// The first fault, with the way to it.
///
/// # Panics
/// If there is no end to it.
pub fn walk(scope: &Scope, rules: Rules, steps: usize, rng: &mut Rng) -> Result<(), Box<Counterexample>> {
    let (mut world, mut way) = (World::new(scope, rules), Vec::new());
    for _ in 0..steps {
        let actions = world.actions(scope);
        if actions.is_empty() {
            break;
        }
        go(&mut world, scope, rules, drawn(&actions, rng), &mut way)?;
    }
    for _ in 0..STEPS_LEFT_MAX {
        if world.is_done() {
            return whole(&world, &mut way);
        }
        world.left = Budget { waits: 1, deliveries: 1, reconciliations: 1, ..Budget::default() };
        let actions = onwards(&world, scope);
        for action in rng.choice(actions).unwrap_or_default() {
            go(&mut world, scope, rules, action, &mut way)?;
        }
    }
    panic!("not done after {STEPS_LEFT_MAX} steps more: {way:?}");
}

fn go(
    world: &mut World,
    scope: &Scope,
    rules: Rules,
    action: Action,
    way: &mut Vec<Action>,
) -> Result<(), Box<Counterexample>> {
    way.push(action);
    world.act(scope, rules, action);
    if matches!(action, Action::Step(_, Step::Put(_))) { whole(world, way) } else { Ok(()) }
}

fn whole(world: &World, way: &mut Vec<Action>) -> Result<(), Box<Counterexample>> {
    match faults(world).into_iter().next() {
        Some(fault) => Err(Box::new(Counterexample { fault, way: std::mem::take(way) })),
        None => Ok(()),
    }
}

/// One of the actions: first of which kind, for there are many ways to cut a batch and one to stop.
fn drawn(actions: &[Action], rng: &mut Rng) -> Action {
    loop {
        let kind: fn(&Action) -> bool = match rng.u8(..20) {
            0 => |action| matches!(action, Action::Wait(_)),
            1..4 => |action| matches!(action, Action::Make { is_lost: false, .. }),
            4 => |action| matches!(action, Action::Make { is_lost: true, .. }),
            5 => |action| matches!(action, Action::ReadLog(_)),
            6..9 => |action| matches!(action, Action::Deliver { .. }),
            9 => |action| matches!(action, Action::Step(_, Step::Stop)),
            10 => |action| matches!(action, Action::Step(_, Step::Put(Answer::IsLost))),
            _ => is_step, // the rest of the twenty
        };
        let of_kind: Vec<_> = actions.iter().filter(|action| kind(action)).collect();
        if let Some(action) = rng.choice(of_kind) {
            return *action;
        }
    }
}

fn is_step(action: &Action) -> bool {
    matches!(action, Action::Step(_, step) if !matches!(step, Step::Stop | Step::Put(Answer::IsLost)))
}

/// What leads on to where everything is done: a choice of such actions, each with what goes before it.
fn onwards(world: &World, scope: &Scope) -> Vec<Vec<Action>> {
    let actions = world.actions(scope);
    let of = |kind: &dyn Fn(&Action) -> bool| -> Vec<Vec<Action>> {
        actions.iter().filter(|action| kind(action)).map(|action| vec![*action]).collect()
    };
    let is_made = |action: &Action| matches!(action, Action::Make { .. });
    let is_new = |action: &Action| match action {
        Action::Deliver { shard, from, .. } => *from == world.stream.progress(*shard).0,
        Action::Wait(_) | Action::Make { .. } | Action::Plant(_) | Action::ReadLog(_) | Action::Step(..) => false,
    };
    let looks = actions.iter().filter(|action| matches!(action, Action::ReadLog(_)));
    let looks = looks.map(|look| vec![Action::Wait(LONG_S), *look]).collect();
    let ways = [of(&is_made), of(&is_step), of(&is_new), looks];
    ways.into_iter().find(|ways| !ways.is_empty()).unwrap_or_default()
}
