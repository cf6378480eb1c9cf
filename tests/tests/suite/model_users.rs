//! Any accounts, users and writes between the reads: the list of dashboard users is what the model says.

use proptest::collection::vec;
use proptest::prelude::*;
use tests::model::drawn_writes::{user_pasts, user_write};
use tests::model::property::holds;
use tests::model::user_walk::UserWalk;
use tests::model::world::World;
use tests::model::write::{Past, Write};

#[derive(Debug)]
struct Case {
    pasts: Vec<Past>,
    /// Those that fall between one page of each account and the next.
    writes: Vec<Vec<Write>>,
}

fn case() -> impl Strategy<Value = Case> {
    (user_pasts(), vec(vec(user_write(), 0..=5), 0..=4)).prop_map(|(pasts, writes)| Case { pasts, writes })
}

#[test]
fn the_list_of_users_is_what_the_model_says() {
    holds(file!(), case(), &async |bed, case| {
        let mut world = World::new(bed, &case.pasts).await?;
        let mut walks: Vec<_> = (0..case.pasts.len()).map(UserWalk::new).collect();
        let mut writes = case.writes.iter();
        while walks.iter().any(|walk| !walk.is_done()) {
            for walk in &mut walks {
                walk.read(&world).await?;
            }
            for write in writes.next().into_iter().flatten() {
                world.write(write).await?;
            }
        }
        Ok(())
    });
}
