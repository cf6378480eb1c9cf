//! The suites: journeys, paging, isolation, refusals and faults, over real engines. One binary, so that it links once.

mod dashboard_paging;
mod directory;
mod directory_faults;
mod directory_imported;
mod directory_races;
mod directory_refusals;
mod network_chain;
mod network_chain_writes;
mod roles;
mod trail_bounds;
mod trail_gaps;
mod trail_paging;
mod trail_writes;
