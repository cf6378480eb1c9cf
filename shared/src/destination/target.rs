//! Where events go: a bucket, a receiver of webhooks, or an event bus.

use super::header::Header;
use super::secret::WebhookSecret;
use crate::values::host::{is_of_this_machine, split_host};
use std::fmt;

/// The place of a destination, with what is needed to send there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Objects of a bucket of S3. In `audit serve`, files of a folder of that name.
    S3 {
        /// The bucket.
        bucket: Bucket,
        /// What stands before `account=` in the name of each object: nothing, or a text that ends with `/`.
        prefix: Prefix,
        /// Time for which events are gathered into one object, in seconds, unless they are 8 MB earlier.
        window_s: u32,
    },
    /// Signed webhooks.
    Https {
        /// Where they are posted to.
        url: Url,
        /// One secret, or two while they are exchanged, the newest first.
        secrets: Vec<WebhookSecret>,
        /// Headers that each carries besides our own, such as the token of a collector.
        headers: Vec<Header>,
        /// Whether its name may stand for an address in a network that is not public.
        allows_private: bool,
    },
    /// Entries of an event bus of EventBridge.
    EventBridge {
        /// The name of a bus of the same account and region, or the ARN of one.
        bus: Bus,
    },
}

/// Longest window of a bucket, in seconds: an hour.
pub const WINDOW_S_MAX: u32 = 3_600;

/// The window where an operator gives none, in seconds.
pub const WINDOW_S_DEFAULT: u32 = 300;

/// Most headers of a webhook besides our own.
pub const HEADERS_MAX: usize = 10;

/// Longest URL of a destination, in characters.
pub const URL_LENGTH_MAX: usize = 2_048;

impl Target {
    /// Its kind, in the table and on the command line.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::S3 { .. } => "s3",
            Self::Https { .. } => "https",
            Self::EventBridge { .. } => "eventbridge",
        }
    }
}

/// Says where it is, without a secret and without what the query of a URL may hold.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix, window_s: _ } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Https { url, .. } => f.write_str(url.without_query()),
            Self::EventBridge { bus } => write!(f, "{bus}"),
        }
    }
}

/// Why a part of a target is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct TargetError(&'static str);

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $is_good:expr, $accepted:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Parses the text.
            ///
            /// # Errors
            /// [`TargetError`] saying what is accepted.
            pub fn parse(text: &str) -> Result<Self, TargetError> {
                let is_good: fn(&str) -> bool = $is_good;
                if is_good(text) { Ok(Self(text.to_owned())) } else { Err(TargetError($accepted)) }
            }

            /// The text as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// The name of a bucket of S3. It is also the name of a folder in `audit serve`, so it is never `..`.
    Bucket,
    is_bucket,
    "the name of a bucket: 3 to 63 lower-case letters, digits, - and ., with a letter or digit at both ends"
);
text!(
    /// What the names of objects begin with.
    Prefix,
    is_prefix,
    "empty, or up to 200 letters, digits and !-_.*'()= in parts that end with / and are not . or .."
);
text!(
    /// Where webhooks are posted to.
    Url,
    is_url,
    "a URL of at most 2048 characters that begins with https://, without user, password and fragment"
);
text!(
    /// The name of an event bus, or its ARN.
    Bus,
    is_bus,
    "the name of an event bus, 1 to 256 letters, digits and ._-/, or the ARN of one"
);

impl Url {
    /// The URL up to its query, which may hold a token.
    pub fn without_query(&self) -> &str {
        self.0.split('?').next().unwrap_or_default()
    }

    /// Whether it is plain HTTP: only `audit serve` posts there, and only to this machine.
    pub fn is_plain(&self) -> bool {
        self.0.starts_with("http://")
    }
}

fn is_bucket(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let is_end = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let bytes = text.as_bytes();
    let ends = is_end(bytes.first()) && is_end(bytes.last());
    (3..=63).contains(&bytes.len()) && text.bytes().all(inner) && ends && !text.contains("..")
}

fn is_prefix(text: &str) -> bool {
    let is_part = |part: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()=".contains(&byte);
        !matches!(part, "" | "." | "..") && part.bytes().all(good)
    };
    let parts = text.strip_suffix('/').map(|parts| parts.split('/').all(is_part));
    text.is_empty() || (text.len() <= 200 && parts == Some(true))
}

fn is_url(text: &str) -> bool {
    let (is_plain, rest) = match text.split_once("://") {
        Some(("https", rest)) => (false, rest),
        Some(("http", rest)) => (true, rest),
        _ => return false, // every other scheme, or none
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, _) = split_host(authority);
    let good = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`');
    text.len() <= URL_LENGTH_MAX
        && text.bytes().all(good)
        && !host.is_empty()
        && !authority.contains('@')
        && (!is_plain || is_of_this_machine(host))
}

fn is_bus(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    let is_name = |name: &str| (1..=256).contains(&name.len()) && name.bytes().all(good);
    match text.strip_prefix("arn:") {
        None => is_name(text),
        Some(arn) => match arn.split(':').collect::<Vec<_>>().as_slice() {
            [partition, "events", region, account, bus] => {
                let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
                let bus = bus.strip_prefix("event-bus/");
                is_name(partition) && is_name(region) && is_account && bus.is_some_and(is_name)
            }
            _ => false, // fewer parts, more, or of another service
        },
    }
}

#[cfg(test)]
mod tests;
