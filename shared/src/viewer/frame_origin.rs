//! The origins of pages that may show a viewer link in a frame.

use crate::values::host::{is_of_this_machine, split_host};
use std::fmt;

/// An origin as browsers write it: `https://app.example.com`, with a port where it is not the usual one. Plain `http` is taken
/// for names of the loopback interface alone.
///
/// It stands in a header of each answer, where a space, a comma or a semicolon would begin something else: it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameOrigin(String);

/// Why a text is no such origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be an origin: https://, a host in lower case and a port where it is not 443, and nothing behind; http:// is taken for \
     localhost, 127.0.0.1 and [::1]"
)]
pub struct FrameOriginError;

impl FrameOrigin {
    /// Longest text, in characters: a host has 253 (RFC 1035 §2.3.4), and `https://` and a port come on top.
    pub const LENGTH_MAX: usize = 267;

    /// Reads exactly what a browser would write.
    ///
    /// # Errors
    /// [`FrameOriginError`] for anything else: a path, a wildcard, capitals, a user.
    pub fn parse(text: &str) -> Result<Self, FrameOriginError> {
        let (scheme, authority) = text.split_once("://").ok_or(FrameOriginError)?;
        let (host, behind) = split_host(authority);
        let port_is_good = behind.is_empty() || behind.strip_prefix(':').is_some_and(|port| is_port(port, scheme));
        let is_good = match scheme {
            "https" => is_host(host),
            "http" => is_of_this_machine(host),
            _ => false, // no other scheme has pages
        };
        let fits = text.len() <= Self::LENGTH_MAX;
        if is_good && port_is_good && fits { Ok(Self(text.to_owned())) } else { Err(FrameOriginError) }
    }

    /// The origin.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FrameOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_port(port: &str, scheme: &str) -> bool {
    let usual = if scheme == "https" { 443 } else { 80 };
    let is_plain = !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
    is_plain && port.parse::<u16>().is_ok_and(|port| port != usual)
}

fn is_host(host: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_writes() {
        let longest_label = format!("https://{}.example", "a".repeat(63));
        for good in [
            "https://app.example.com",
            "https://app.example.com:8443",
            "https://xn--mnchen-3ya.example",
            "https://192.0.2.1",
            "http://localhost:5173",
            "http://127.0.0.1",
            "http://[::1]:3000",
            longest_label.as_str(),
        ] {
            assert_eq!(FrameOrigin::parse(good).map(|origin| origin.to_string()).as_deref(), Ok(good));
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        let long_label = format!("https://{}.example", "a".repeat(64));
        for bad in [
            "",
            "null",
            "*",
            "https://",
            "https://*.example.com",
            "https://App.example.com",
            "https://app.example.com/",
            "https://app.example.com:443",
            "http://localhost:80",
            "https://app.example.com:0",
            "https://app.example.com:08443",
            "https://app.example.com:65536",
            "https://a b",
            "https://a;script-src *",
            "https://a,b",
            "https://u@a.example",
            "https://a..example",
            "https://-a.example",
            "https://münchen.example",
            "http://app.example.com",
            "http://localhost.evil.example",
            "ftp://a.example",
            "'self'",
            long_label.as_str(),
        ] {
            assert_eq!(FrameOrigin::parse(bad), Err(FrameOriginError), "{bad:?}");
        }
    }
}
