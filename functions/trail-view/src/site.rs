//! The site as the browser sees it: where its links begin, and whether it is served without TLS on the machine's own interface.

use lambda_http::Request;
use shared::http::asked_url::{asked_origin, asked_prefix};

/// The site that a request was sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// The stage, `/v1`, or what stands in its place; it has no slash at its end.
    prefix: String,
    /// Scheme, host and port; none if the gateway does not say them.
    origin: Option<String>,
}

/// What a host of the loopback interface is called, before its port.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Site {
    pub(crate) fn of(request: &Request) -> Self {
        Self { prefix: asked_prefix(request), origin: asked_origin(request) }
    }

    /// The path of something on this site, given with a slash before it.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("{}{below}", self.prefix)
    }

    /// The whole URL of something on this site.
    pub(crate) fn url(&self, below: &str) -> Option<String> {
        self.origin.as_ref().map(|origin| format!("{origin}{}{below}", self.prefix))
    }

    /// Whether it is asked without TLS by a browser of the same machine, as `audit serve` is. Then cookies do without `Secure`, for
    /// which Safari would drop them.
    pub(crate) fn is_plain_loopback(&self) -> bool {
        self.origin.as_deref().is_some_and(|origin| loopback_port(origin).is_some())
    }

    /// Whether an `Origin` is this site. All names of the loopback interface are one, for a gateway on it hears one of them from every
    /// client.
    pub(crate) fn is_origin(&self, given: &str) -> bool {
        let Some(own) = self.origin.as_deref() else { return false };
        own.eq_ignore_ascii_case(given) || loopback_port(own).is_some_and(|port| loopback_port(given) == Some(port))
    }

    #[cfg(test)]
    pub(crate) fn at(origin: &str, prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), origin: Some(origin.to_owned()) }
    }
}

/// The port of an origin of plain HTTP on the loopback interface, with its colon; empty if it is the usual one.
fn loopback_port(origin: &str) -> Option<&str> {
    let authority = origin.strip_prefix("http://")?;
    let port = LOOPBACK.iter().find_map(|host| authority.strip_prefix(host))?;
    let is_port = port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    (port.is_empty() || is_port).then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_stage() {
        let site = Site::at("https://a.example", "/v1");
        assert_eq!(site.path("/"), "/v1/");
        assert_eq!(site.url("/v/x").as_deref(), Some("https://a.example/v1/v/x"));
        assert_eq!(Site::at("https://a.example", "").path("/view/x"), "/view/x");
    }

    #[test]
    fn only_plain_http_of_this_machine_is_plain_loopback() {
        for plain in ["http://127.0.0.1:3000", "http://localhost", "http://[::1]:1"] {
            assert!(Site::at(plain, "").is_plain_loopback(), "{plain}");
        }
        for other in
            ["https://127.0.0.1:3000", "http://localhost.evil.example", "http://127.0.0.1:3000x", "http://192.0.2.1"]
        {
            assert!(!Site::at(other, "").is_plain_loopback(), "{other}");
        }
    }

    #[test]
    fn an_origin_is_this_sites_or_anothers() {
        let site = Site::at("https://a.example", "/v1");
        assert!(site.is_origin("https://a.example"));
        for other in
            ["null", "", "http://a.example", "https://a.example:444", "https://b.example", "https://a.example.evil"]
        {
            assert!(!site.is_origin(other), "{other}");
        }
        let local = Site::at("http://127.0.0.1:3000", "");
        assert!(local.is_origin("http://localhost:3000"));
        assert!(!local.is_origin("http://localhost:3001"));
        assert!(!local.is_origin("https://localhost:3000"));
    }
}
