//! What each subcommand does.

pub(crate) mod credential;
pub(crate) mod destination;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod log;
pub(crate) mod record;
pub mod serve;
pub(crate) mod tail;
pub(crate) mod verify;
