//! Any accounts, records, ranges and writes between the reads: the network audit is what the model says.

use proptest::collection::vec;
use proptest::prelude::*;
use tests::model::drawn::{network_filter, wide_range};
use tests::model::drawn_writes::{account, around_pages, burst, page_of_users, pasts, write};
use tests::model::filter::NetworkFilter;
use tests::model::network_walk::{NetworkPlan, NetworkWalk};
use tests::model::property::holds;
use tests::model::world::World;
use tests::model::write::{Past, Write};

#[derive(Debug)]
struct Case {
    pasts: Vec<Past>,
    chains: Vec<NetworkPlan>,
    /// Those that fall between one read of each chain and the next.
    writes: Vec<Vec<Write>>,
}

fn plan() -> impl Strategy<Value = NetworkPlan> {
    (account(), network_filter(), any::<bool>()).prop_map(|(account, filter, keeps_from_date)| NetworkPlan {
        account,
        filter,
        keeps_from_date,
    })
}

fn case() -> impl Strategy<Value = Case> {
    let writes = vec(vec(write(), 0..=4), 0..=3);
    let any = (pasts(around_pages(), 12), vec(plan(), 1..=2), writes);
    prop_oneof![2 => any, 1 => overtaken()].prop_map(|(pasts, chains, writes)| Case { pasts, chains, writes })
}

/// A chain about all users, of more than a page, while so much comes in that its rows could reach `totalRecords` before the end.
fn overtaken() -> impl Strategy<Value = (Vec<Past>, Vec<NetworkPlan>, Vec<Vec<Write>>)> {
    let chain = (wide_range(), any::<bool>()).prop_map(|((from, to), keeps_from_date)| {
        let filter = NetworkFilter { category: "users", user: None, from, to };
        NetworkPlan { account: 0, filter, keeps_from_date }
    });
    let writes = (burst(), vec(write(), 0..=2)).prop_map(|(burst, writes)| [vec![burst], writes].concat());
    (vec(page_of_users(), 1), vec(chain, 1), vec(writes, 0..=2))
}

#[test]
fn the_network_audit_is_what_the_model_says() {
    holds(file!(), case(), &async |bed, case| {
        let mut world = World::new(bed, &case.pasts).await?;
        let mut chains: Vec<_> = case.chains.iter().map(NetworkWalk::new).collect();
        let mut writes = case.writes.iter();
        while chains.iter().any(|chain| !chain.is_done()) {
            for chain in &mut chains {
                chain.read(&world).await?;
            }
            for write in writes.next().into_iter().flatten() {
                world.write(write).await?;
            }
        }
        Ok(())
    });
}
