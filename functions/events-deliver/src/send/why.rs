//! Why a destination did not take a parcel: short, and never a body, a header or a secret.

use std::fmt;
use std::io;
use std::net::IpAddr;

/// The reason that the operator reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It answered with a status that is no acknowledgement.
    Status(u16),
    /// It sent us somewhere else, where we do not follow.
    Redirect(u16),
    /// It did not answer in time.
    Timeout,
    /// Its name has no address.
    NoAddress,
    /// Its name stands for an address in a network that is not public.
    PrivateAddress(IpAddr),
    /// No connection came about.
    NotConnected,
    /// The connection could not be made secret, or its certificate does not belong to the name.
    NotTrusted,
    /// The connection ended before there was an answer.
    Cut,
    /// What came back is not HTTP.
    NotHttp,
    /// AWS refused it, with an error of this name.
    Aws(String),
    /// There is an object of that name already, with other content.
    OtherObject,
    /// A file could not be written.
    Folder(io::ErrorKind),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::Redirect(status) => write!(f, "status {status}: redirects are not followed"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::NoAddress => f.write_str("the name has no address"),
            Self::PrivateAddress(address) => write!(f, "the address {address} is not public"),
            Self::NotConnected => f.write_str("no connection"),
            Self::NotTrusted => f.write_str("no TLS with a certificate that is trusted for the name"),
            Self::Cut => f.write_str("the connection ended before an answer"),
            Self::NotHttp => f.write_str("the answer is not HTTP"),
            Self::Aws(name) => f.write_str(name),
            Self::OtherObject => f.write_str("another object has the name"),
            Self::Folder(kind) => write!(f, "the folder: {kind}"),
        }
    }
}
