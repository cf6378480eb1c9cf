//! The harness of the suites: a bed of engine and table, callers, and clients that walk as the official ones do.

pub mod access;
pub mod account;
pub mod bed;
pub mod call;
pub mod capacity;
pub mod captured_log;
pub mod cut_line;
pub mod directory_events;
pub mod engine;
pub mod faulty_proxy;
pub mod hostile;
pub mod imports;
pub mod in_lambda;
pub mod least_privilege;
pub mod marks;
pub mod model;
pub mod network_client;
pub mod other_clock;
pub mod outage;
pub mod queue;
pub mod records;
pub mod refusal;
pub mod reply;
pub mod requests_sent;
pub mod role;
pub mod schedule;
pub mod scripted_store;
pub mod stream;
pub mod template_json;
pub mod throttle;
pub mod trail_walk;

pub use account::Account;
pub use bed::Bed;
pub use call::Call;
pub use reply::Reply;
