//! Logs and exports of them, made without a table: what verifiers are tested with.

pub mod exported;
pub mod made_event;
pub mod made_log;
pub mod served;
pub mod verified;

pub use exported::Exported;
pub use made_log::MadeLog;
