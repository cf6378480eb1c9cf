//! Why `audit serve` does not start, as the one line that its user reads.

use std::io;
use std::net::SocketAddr;

use crate::demo::DemoError;
use crate::engine::{ChangesError, EngineError, TableError};
use crate::template::TemplateError;

use super::log_key::LogKeyError;

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The template is not understood.
    #[error("template: {0}")]
    Template(TemplateError),
    /// The file that says what event types are in OCSF is none.
    #[error("{0}")]
    OcsfMapping(String),
    /// Something else listens on the service's own port.
    #[error("port {} of {} is in use: choose another with --port", .0.port(), .0.ip())]
    PortInUse(SocketAddr),
    /// The service's own port cannot be listened on.
    #[error("{0} cannot be listened on")]
    Port(SocketAddr, #[source] io::Error),
    /// Something else listens on the engine's port.
    #[error("{0}: choose another with --dynamodb-port")]
    EnginePortInUse(EngineError),
    /// The engine did not start.
    #[error(transparent)]
    Engine(EngineError),
    /// There is no table to work with.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The changes of the table cannot be kept.
    #[error(transparent)]
    Changes(#[from] ChangesError),
    /// The demo may not be there, or could not be made.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// There is no key to sign the log with.
    #[error(transparent)]
    LogKey(#[from] LogKeyError),
    /// The process cannot be told to stop.
    #[error("signals cannot be listened to")]
    Signals(#[source] io::Error),
}

impl ServeError {
    /// The error for a port that could not be listened on.
    pub(super) fn port(address: SocketAddr, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::AddrInUse { Self::PortInUse(address) } else { Self::Port(address, error) }
    }
}

impl From<TemplateError> for ServeError {
    fn from(error: TemplateError) -> Self {
        Self::Template(error)
    }
}

impl From<EngineError> for ServeError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::PortInUse(_) => Self::EnginePortInUse(error),
            _ => Self::Engine(error), // no option of the command line decides the others
        }
    }
}
