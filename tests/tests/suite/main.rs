//! The suites: journeys, paging, isolation, refusals and faults, over real engines. One binary, so that it links once.

mod trail_paging;
