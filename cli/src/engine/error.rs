//! Why the engine does not start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Something else listens on the port.
    #[error("port {} of {} is in use", .0.port(), .0.ip())]
    PortInUse(SocketAddr),
    /// The port cannot be listened on.
    #[error("{0} cannot be listened on")]
    Port(SocketAddr, #[source] io::Error),
    /// The data folder cannot be made, read or written.
    #[error("the data folder {} cannot be used", .0.display())]
    DataDir(PathBuf, #[source] io::Error),
    /// Another engine uses the data folder.
    #[error("another `audit serve` uses the data folder {}", .0.display())]
    InUse(PathBuf),
    /// The data file is not one that this engine can open.
    #[error("the data file {} cannot be opened: {}", .0.display(), .1.replace('\n', " "))]
    DataFile(PathBuf, String),
    /// The thread that serves it could not be made.
    #[error("the engine's thread did not start")]
    Thread(#[source] io::Error),
}

impl EngineError {
    /// The error for a port that could not be listened on.
    pub(super) fn port(address: SocketAddr, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::AddrInUse { Self::PortInUse(address) } else { Self::Port(address, error) }
    }
}
