//! The suites: journeys, paging, isolation, refusals and faults, over real engines. One binary, so that it links once.

mod documents;
mod floors;
mod journeys;
mod same_set;

mod dashboard_paging;
mod deadline;
mod directory;
mod directory_faults;
mod directory_imported;
mod directory_races;
mod directory_refusals;
mod events_consume;
mod events_consume_burst;
mod events_consume_faults;
mod least_privilege;
mod least_privilege_asked;
mod least_privilege_not_understood;
mod least_privilege_refusals;
mod network_chain;
mod network_chain_writes;
mod record;
mod record_again;
mod record_at_once;
mod record_faults;
mod record_faulty_store;
mod record_measured;
mod record_never_overwrites;
mod recorded_by;
mod roles;
mod roles_documented;
mod trail_bounds;
mod trail_gaps;
mod trail_links;
mod trail_paging;
mod trail_writes;

mod feed;
mod feed_faults;
mod feed_followed;
mod log_append;
mod log_append_faults;
mod log_append_patience;
mod log_read;
mod log_read_input;
mod log_read_items;
mod log_read_proofs;
mod log_reconcile;
mod log_sign;
mod log_sign_altered;
mod log_sign_faults;
mod log_sign_places;
mod log_sign_restored;
mod system_log;
mod system_log_faults;
mod system_log_filtered;
mod system_log_followed;

mod send_addresses;
mod send_event_bridge;
mod send_https;
mod send_https_faults;
mod send_s3;

mod export_proofs;
mod verify;
mod verify_bad_input;
mod verify_mutants_earlier;
mod verify_mutants_events;
mod verify_mutants_log;

mod model_log;
mod model_log_rules;
mod model_network;
mod model_trail;
mod model_users;

mod cost_measured;
mod counts;
mod counts_races;
mod credentials;
mod foreign_rows;
mod isolation;
mod requests_per_page;
mod store_clock;
mod store_faults;
mod store_outages;
mod store_outages_queue;
mod store_usage;

mod bad_input_dashboard;
mod bad_input_network;
mod bad_input_trail;
mod request_faults;
