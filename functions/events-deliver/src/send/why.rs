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
    /// It is `http`, and this process sends by `https` only.
    NotHttps,
    /// There is no certificate that this machine trusts.
    NoRoots,
    /// There is no EventBridge here.
    NoEventBridge,
    /// The table has a part of it that cannot be sent to.
    NotATarget,
    /// The parcel has events of several days, which cannot be one object.
    SeveralDays,
    /// There is an object of that name with other events.
    OtherObject,
    /// There is an object of that name, and S3 does not say what is in it.
    NotCompared(Box<Self>),
    /// A file could not be written or read.
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
            Self::NotHttps => f.write_str("the URL must be https"),
            Self::NoRoots => f.write_str("this machine has no certificates that it trusts"),
            Self::NoEventBridge => f.write_str("there is no EventBridge here"),
            Self::NotATarget => f.write_str("its URL, bucket, bus, secret or headers are not what can be sent to"),
            Self::SeveralDays => f.write_str("the events are of several days"),
            Self::OtherObject => f.write_str("an object with other events is there under this name: nothing was put"),
            Self::NotCompared(why) => write!(f, "an object is there under this name, and could not be compared: {why}"),
            Self::Folder(kind) => write!(f, "the folder: {kind}"),
        }
    }
}
