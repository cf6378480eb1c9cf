//! Events a second through the endpoint, and what an event costs.
