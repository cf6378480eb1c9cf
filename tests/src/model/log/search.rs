//! Every state that a scope can come to, the nearest first.

use crate::model::log::action::Action;
use crate::model::log::fault::{Fault, faults};
use crate::model::log::rule::Rules;
use crate::model::log::scope::Scope;
use crate::model::log::world::World;
use std::collections::{HashSet, VecDeque};
use std::fmt;

/// What a search has seen.
#[derive(Debug, Default)]
pub struct Seen {
    /// States.
    pub states: usize,
    /// States in which everything is done.
    pub done: usize,
    /// The shortest way to the fault that was looked for.
    pub counterexample: Option<Counterexample>,
}

/// A way to a fault.
#[derive(Debug)]
pub struct Counterexample {
    /// What is wrong.
    pub fault: Fault,
    /// What happened.
    pub way: Vec<Action>,
}

impl fmt::Display for Counterexample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?} after", self.fault)?;
        self.way.iter().try_for_each(|action| writeln!(f, "  {action:?}"))
    }
}

/// Looks at every state of the scope, up to so many, until one has a fault of that kind.
///
/// # Panics
/// If there are more states: the scope is to be made smaller.
pub fn search(scope: &Scope, rules: Rules, states_max: usize, is_looked_for: impl Fn(&Fault) -> bool) -> Seen {
    let begin = World::new(scope, rules);
    let mut seen = Seen::default();
    let mut prints = HashSet::from([begin.print(scope)]);
    let mut ways: Vec<(usize, Option<Action>)> = vec![(0, None)];
    let mut left = VecDeque::from([(0, begin)]);
    while let Some((at, world)) = left.pop_front() {
        seen.states += 1;
        seen.done += usize::from(world.is_done());
        let may_show = ways[at].1.is_some_and(|action| action.may_show_a_fault());
        if let Some(fault) = may_show.then(|| faults(&world)).into_iter().flatten().find(&is_looked_for) {
            seen.counterexample = Some(Counterexample { fault, way: way(&ways, at) });
            return seen;
        }
        for action in world.actions(scope) {
            let mut next = world.clone();
            next.act(scope, rules, action);
            if prints.insert(next.print(scope)) {
                assert!(prints.len() <= states_max, "there are more than {states_max} states");
                left.push_back((ways.len(), next));
                ways.push((at, Some(action)));
            }
        }
    }
    seen
}

fn way(ways: &[(usize, Option<Action>)], mut at: usize) -> Vec<Action> {
    let mut way = Vec::new();
    while let (from, Some(action)) = ways[at] {
        way.push(action);
        at = from;
    }
    way.reverse();
    way
}
