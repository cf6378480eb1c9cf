//! Why `audit serve` does not start, as the one line that its user reads.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use aws_sdk_dynamodb::error::BoxError;

use crate::engine::{EngineError, TableError};
use crate::template::TemplateError;

/// Why the service did not start.
#[derive(Debug)]
pub enum ServeError {
    /// The template is not understood.
    Template(TemplateError),
    /// The service's own port cannot be listened on.
    Port(SocketAddr, io::Error),
    /// The engine did not start.
    Engine(EngineError),
    /// There is no table to work with.
    Table(TableError),
    /// The store could not be made ready.
    Prepare(BoxError),
    /// The process cannot be told to stop.
    Signals(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(error) => write!(f, "template: {error}"),
            Self::Port(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(f, "port {} of {} is in use: choose another with --port", address.port(), address.ip())
            }
            Self::Port(address, _) => write!(f, "{address} cannot be listened on"),
            Self::Engine(error @ EngineError::Port(..)) => write!(f, "{error}: choose another with --dynamodb-port"),
            Self::Engine(error) => error.fmt(f),
            Self::Table(error) => error.fmt(f),
            Self::Prepare(_) => f.write_str("the demo account could not be made"),
            Self::Signals(_) => f.write_str("signals cannot be listened to"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Template(_) => None,
            Self::Port(_, error) if error.kind() == io::ErrorKind::AddrInUse => None,
            Self::Port(_, error) | Self::Signals(error) => Some(error),
            Self::Engine(error) => error.source(),
            Self::Table(error) => error.source(),
            Self::Prepare(error) => Some(error.as_ref()),
        }
    }
}

impl From<TemplateError> for ServeError {
    fn from(error: TemplateError) -> Self {
        Self::Template(error)
    }
}

impl From<EngineError> for ServeError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<TableError> for ServeError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}
