//! The system log, in Okta's shape: the feed for connectors of SIEMs, which let one name the host and nothing else.

mod call;
mod error;
mod event;
mod filter;
mod links;
mod page;
mod query;
mod stretch;

pub use call::authenticate;
pub use error::SystemLogError;
pub use page::{SystemLogPage, answer, page};
pub use query::{LIMIT_DEFAULT, LIMIT_MAX, SystemLogQuery};
