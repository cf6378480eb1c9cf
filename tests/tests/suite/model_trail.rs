//! Any accounts, events, filters, page sizes and writes between the reads: the trail is what the model says.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use tests::model::drawn::trail_filter;
use tests::model::drawn_writes::{account, few, pasts, write};
use tests::model::property::holds;
use tests::model::trail_walk::{TrailPlan, TrailWalk};
use tests::model::world::World;
use tests::model::write::{Past, Write};

#[derive(Debug, Clone)]
enum Step {
    Read(usize),
    Write(Write),
}

#[derive(Debug)]
struct Case {
    pasts: Vec<Past>,
    walks: Vec<TrailPlan>,
    steps: Vec<Step>,
}

fn plan() -> impl Strategy<Value = TrailPlan> {
    let sizes = prop_oneof![3 => vec(select(&[1, 2, 2, 7, 100][..]), 1), 1 => vec(1..=100_usize, 1..=3)];
    let turns_after = prop_oneof![1 => 1..=4_usize, 2 => Just(usize::MAX)];
    (account(), trail_filter(), option::weighted(0.2, select(&["ats", "hris"][..])), sizes, turns_after).prop_map(
        |(account, filter, category, sizes, turns_after)| TrailPlan { account, filter, category, sizes, turns_after },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let step = prop_oneof![3 => (0..2_usize).prop_map(Step::Read), 2 => write().prop_map(Step::Write)];
    let steps = prop_oneof![1 => Just(Vec::new()), 3 => vec(step, 0..=12)];
    (pasts(few(), 14), vec(plan(), 1..=2), steps).prop_map(|(pasts, walks, steps)| Case { pasts, walks, steps })
}

#[test]
fn the_trail_is_what_the_model_says() {
    holds(file!(), case(), &async |bed, case| {
        let mut world = World::new(bed, &case.pasts).await?;
        let mut walks: Vec<_> = case.walks.iter().map(TrailWalk::new).collect();
        for step in &case.steps {
            match step {
                Step::Write(write) => world.write(write).await?,
                Step::Read(number) => {
                    let at = number % walks.len();
                    walks[at].read(&world).await?;
                }
            }
        }
        for walk in &mut walks {
            while !walk.is_done() {
                walk.read(&world).await?;
            }
        }
        Ok(())
    });
}
