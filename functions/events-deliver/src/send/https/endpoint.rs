//! Where a webhook goes: a URL, which is `https` everywhere but on one's own machine.

use hyper::Uri;
use shared::destination::target::URL_LENGTH_MAX;
use std::fmt;
use url::{Host, Url};

/// Which URLs and addresses a process lets destinations have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// `https` only, as in the cloud.
    Internet,
    /// Also `http` to this machine: what `audit serve` is tried out with.
    Loopback,
}

/// A URL that may be sent to.
///
/// Its host is in the form of the URL standard: `https://0x7f.1/` has the address 127.0.0.1 and is held to what holds for that.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    uri: Uri,
}

/// Why a text is not such a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is none, or too long.
    #[error("must be a URL of {URL_LENGTH_MAX} characters at most")]
    NotAUrl,
    /// It is of another scheme.
    #[error("must be an https URL")]
    NotHttps,
    /// It has a name or a password in it, which would show wherever the URL does.
    #[error("must have no user name and no password: give a header instead")]
    Credentials,
    /// It has a part behind `#`, which is never sent.
    #[error("must have no part behind #")]
    Fragment,
}

impl Endpoint {
    /// Parses the URL of a destination, in a process of that reach.
    ///
    /// # Errors
    /// [`EndpointError`], by variant.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, EndpointError> {
        let is_plain_text = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.len() > URL_LENGTH_MAX || !is_plain_text {
            return Err(EndpointError::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| EndpointError::NotAUrl)?;
        match (url.scheme(), reach) {
            ("https", _) => {}
            ("http", Reach::Loopback) if is_loopback(&url) => {}
            _ => return Err(EndpointError::NotHttps), // every other scheme
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(EndpointError::Fragment);
        }
        let uri = url.as_str().parse::<Uri>().map_err(|_| EndpointError::NotAUrl)?;
        if uri.host().is_none_or(str::is_empty) || url.port() == Some(0) {
            return Err(EndpointError::NotAUrl);
        }
        Ok(Self { url, uri })
    }

    /// The URL, for the destination's item. Collectors have tokens in paths: it belongs in no log.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host alone, which may be shown.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it is `http` to this machine.
    pub(super) fn is_plain(&self) -> bool {
        self.url.scheme() == "http"
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, EndpointError> {
        Endpoint::parse(text, Reach::Internet).map(|endpoint| endpoint.as_str().to_owned())
    }

    #[test]
    fn an_https_url_is_taken_in_its_standard_form() {
        assert_eq!(parse("https://siem.example/in?x=1").as_deref(), Ok("https://siem.example/in?x=1"));
        assert_eq!(parse("HTTPS://SIEM.example:443").as_deref(), Ok("https://siem.example/"));
        assert_eq!(parse("https://siem.example:8088/a/../b").as_deref(), Ok("https://siem.example:8088/b"));
    }

    #[test]
    fn odd_forms_of_an_address_become_the_address() {
        for odd in [
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://%3127.0.0.1/",
        ] {
            assert_eq!(parse(odd).as_deref(), Ok("https://127.0.0.1/"), "{odd}");
        }
        assert_eq!(parse("https://[::ffff:127.0.0.1]/").as_deref(), Ok("https://[::ffff:7f00:1]/"));
    }

    #[test]
    fn every_other_scheme_is_refused() {
        for other in
            ["http://siem.example/", "http://127.0.0.1/", "ftp://siem.example/", "file:///etc/passwd", "data:,x"]
        {
            assert_eq!(parse(other), Err(EndpointError::NotHttps), "{other}");
        }
    }

    #[test]
    fn on_ones_own_machine_http_goes_to_loopback_and_nowhere_else() {
        let parse = |text| Endpoint::parse(text, Reach::Loopback).map(|endpoint| endpoint.is_plain());
        for own in ["http://127.0.0.1:9000/", "http://127.9.9.9/", "http://[::1]:9000/", "http://localhost:9000/x"] {
            assert_eq!(parse(own), Ok(true), "{own}");
        }
        for other in
            ["http://siem.example/", "http://10.0.0.1/", "http://localhost.example/", "http://0.0.0.0/", "http://[::]/"]
        {
            assert_eq!(parse(other), Err(EndpointError::NotHttps), "{other}");
        }
        assert_eq!(parse("https://siem.example/"), Ok(false));
    }

    #[test]
    fn passwords_and_fragments_are_refused() {
        assert_eq!(parse("https://u@siem.example/"), Err(EndpointError::Credentials));
        assert_eq!(parse("https://:p@siem.example/"), Err(EndpointError::Credentials));
        assert_eq!(parse("https://siem.example/#x"), Err(EndpointError::Fragment));
    }

    #[test]
    fn what_is_no_url_is_refused() {
        let longest = format!("https://siem.example/{}", "a".repeat(URL_LENGTH_MAX - 21));
        assert!(parse(&longest).is_ok());
        let too_long = format!("{longest}a");
        let odd = [
            "https://1.2.3.4.5.6/",
            "https://256.1.1.1/",
            "https://a b/",
            "https://a\r\nb/",
            "https://siem.example:0/",
            "https://ä/",
        ];
        for bad in ["", "siem.example", "https://", "https:///", "//siem.example/", &too_long].into_iter().chain(odd) {
            assert_eq!(parse(bad), Err(EndpointError::NotAUrl), "{bad:?}");
        }
    }

    #[test]
    fn a_url_shows_its_host_only_when_it_is_printed() {
        let endpoint = Endpoint::parse("https://siem.example/t0ken", Reach::Internet);
        assert_eq!(format!("{endpoint:?}"), "Ok(Endpoint(siem.example))");
    }
}
