//! Who may ask a port of this machine.
//!
//! Any web page can send requests to `localhost`, and a page whose own name is made to resolve to 127.0.0.1 can read the
//! answers too. A browser says of every such request where it comes from, in headers that no page can change:
//!
//! - `Origin`, of a page that may not read the answer unless it is allowed to, and of every `POST`;
//! - `Sec-Fetch-Site`, on every request of a browser that is not years old;
//! - `Host`, the name that the page was asked for, which for such a page is not a loopback name.
//!
//! A program sends none of the first two, and a loopback name as the third.
//!
//! A port with pages for people also answers who follows a link to it, or shows it in a frame: such a request says that it
//! navigates, and no page can read its answer. Whose frames may show it, the answer says. And it takes a form of its own
//! pages that says `Origin: null`, as browsers do under `Referrer-Policy: no-referrer`, if it is of the same origin.

use std::net::IpAddr;

use lambda_http::http::header::{HOST, HeaderMap, ORIGIN};
use lambda_http::http::uri::Authority;
use lambda_http::http::{HeaderName, HeaderValue, Method, Uri};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whom a port answers, by the host names under which it may be asked.
#[derive(Debug, Clone, Default)]
pub struct Callers {
    any_address: bool,
    has_pages: bool,
    names: Vec<String>,
}

impl Callers {
    /// Only callers of this machine: the host is `localhost` or an address of the loopback interface.
    pub fn of_this_machine() -> Self {
        Self::default()
    }

    /// Callers from elsewhere too: the host may also be any address, which no page can have as its name, or one of `names`.
    pub fn from_anywhere(names: &[String]) -> Self {
        Self { any_address: true, names: names.to_vec(), ..Self::default() }
    }

    /// The same for a port with pages for people.
    #[must_use]
    pub fn with_pages(self) -> Self {
        Self { has_pages: true, ..self }
    }

    /// Whether the caller may ask.
    ///
    /// # Errors
    /// Says why it may not.
    pub fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), &'static str> {
        let hosts = headers.get_all(HOST);
        let named = hosts.iter().map(authority).chain(uri.authority().cloned().map(Some));
        if !named.into_iter().all(|host| host.is_some_and(|host| self.answers_to(&host))) {
            return Err("Host is not a name of this machine");
        }
        if self.has_pages && is_navigation(method, headers) {
            return Ok(());
        }
        if headers.get_all(ORIGIN).iter().any(|origin| !is_same(origin, headers.get(HOST))) {
            return Err("Origin is elsewhere");
        }
        let sites = headers.get_all(SEC_FETCH_SITE);
        if sites.iter().any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none")) {
            return Err("Sec-Fetch-Site is elsewhere");
        }
        Ok(())
    }

    fn answers_to(&self, host: &Authority) -> bool {
        let name = host.host().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
        match name.parse::<IpAddr>() {
            Ok(address) => self.any_address || address.to_canonical().is_loopback(),
            Err(_) => {
                name == "localhost"
                    || name.ends_with(".localhost")
                    || self.names.iter().any(|known| known.eq_ignore_ascii_case(&name))
            }
        }
    }
}

/// Whether a browser follows a link, or posts a form of a page of the same origin whose policy keeps its address to itself.
fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    let only = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).map(HeaderValue::as_bytes)
    };
    let origin = headers.contains_key(ORIGIN).then(|| only(&ORIGIN));
    only(&SEC_FETCH_MODE) == Some(b"navigate")
        && match (method, origin) {
            (&Method::GET, None) => only(&SEC_FETCH_SITE).is_some(),
            (_, Some(Some(b"null"))) => only(&SEC_FETCH_SITE) == Some(b"same-origin"),
            (_, _) => false, // any other says where it comes from
        }
}

/// The host and port that a header names. User information is no part of them.
fn authority(host: &HeaderValue) -> Option<Authority> {
    let text = host.to_str().ok().filter(|text| !text.contains('@'))?;
    text.parse().ok()
}

/// Whether an origin is the same host and port as the one that is asked. Both ports speak HTTP without TLS.
fn is_same(origin: &HeaderValue, host: Option<&HeaderValue>) -> bool {
    let origin = origin.to_str().ok().and_then(|origin| origin.strip_prefix("http://"));
    let host = host.and_then(|host| host.to_str().ok());
    matches!((origin, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(callers: &Callers, headers: &[(&'static str, &str)]) -> Result<(), &'static str> {
        let pairs = headers.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut map = HeaderMap::new();
        pairs.for_each(|(name, value)| {
            map.append(name, value);
        });
        callers.admit(&Method::POST, &Uri::from_static("/"), &map)
    }

    #[test]
    fn a_program_of_this_machine_may_ask_by_any_loopback_name() {
        let callers = Callers::of_this_machine();
        for host in
            ["localhost", "LocalHost:3000", "localhost.", "a.localhost:1", "127.0.0.1:8000", "127.9.9.9", "[::1]:3000"]
        {
            assert_eq!(admit(&callers, &[("host", host)]), Ok(()), "{host}");
        }
        assert_eq!(admit(&callers, &[]), Ok(()), "HTTP/1.0 has no host");
    }

    #[test]
    fn a_host_that_is_no_loopback_name_is_refused() {
        let callers = Callers::of_this_machine();
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:3000",
            "192.0.2.1",
            "0.0.0.0:3000",
            "[::2]",
            "localhost@evil.example",
            "evil.example@localhost",
            "",
            "a b",
        ] {
            assert_eq!(admit(&callers, &[("host", host)]), Err("Host is not a name of this machine"), "{host}");
        }
        let two = [("host", "localhost"), ("host", "evil.example")];
        assert_eq!(admit(&callers, &two), Err("Host is not a name of this machine"));
        let absolute = callers.admit(&Method::GET, &Uri::from_static("http://evil.example/"), &HeaderMap::new());
        assert_eq!(absolute, Err("Host is not a name of this machine"));
    }

    #[test]
    fn a_page_from_elsewhere_is_refused_and_one_from_here_is_not() {
        let callers = Callers::of_this_machine();
        let host = ("host", "localhost:3000");
        for origin in
            ["http://evil.example", "null", "http://localhost", "http://localhost:3001", "https://localhost:3000", ""]
        {
            assert_eq!(admit(&callers, &[host, ("origin", origin)]), Err("Origin is elsewhere"), "{origin}");
        }
        for site in ["cross-site", "same-site", "", "None"] {
            assert_eq!(
                admit(&callers, &[host, ("sec-fetch-site", site)]),
                Err("Sec-Fetch-Site is elsewhere"),
                "{site}"
            );
        }
        let own = [host, ("origin", "http://localhost:3000"), ("sec-fetch-site", "same-origin")];
        assert_eq!(admit(&callers, &own), Ok(()));
        assert_eq!(admit(&callers, &[host, ("sec-fetch-site", "none")]), Ok(()), "typed by its user");
    }

    #[test]
    fn a_link_may_be_followed_to_a_port_with_pages_and_to_no_other() {
        let (pages, engine) = (Callers::of_this_machine().with_pages(), Callers::of_this_machine());
        let admit = |callers: &Callers, method: Method, headers: &[(&'static str, &'static str)]| {
            let pairs = [("host", "localhost:3000")].iter().chain(headers);
            let map =
                pairs.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect();
            callers.admit(&method, &Uri::from_static("/"), &map).is_ok()
        };
        let (navigate, cross) = (("sec-fetch-mode", "navigate"), ("sec-fetch-site", "cross-site"));
        assert!(admit(&pages, Method::GET, &[navigate, cross]));
        assert!(!admit(&engine, Method::GET, &[navigate, cross]));
        assert!(!admit(&pages, Method::POST, &[navigate, cross]));
        assert!(!admit(&pages, Method::POST, &[navigate, cross, ("origin", "null")]), "a form of another site");
        assert!(!admit(&pages, Method::GET, &[("sec-fetch-mode", "cors"), cross]), "a script could read the answer");
        assert!(!admit(&pages, Method::GET, &[("sec-fetch-mode", "no-cors"), cross]), "a picture");
        assert!(!admit(&pages, Method::GET, &[navigate, cross, ("host", "evil.example")]));
        let own_form = [navigate, ("sec-fetch-site", "same-origin"), ("origin", "null")];
        assert!(admit(&pages, Method::POST, &own_form));
        assert!(!admit(&engine, Method::POST, &own_form));
    }

    #[test]
    fn beyond_this_machine_an_address_and_a_given_name_will_do() {
        let callers = Callers::from_anywhere(&["audit.internal".to_owned()]);
        for host in ["192.0.2.1:3000", "[2001:db8::1]", "localhost", "Audit.Internal:3000"] {
            assert_eq!(admit(&callers, &[("host", host)]), Ok(()), "{host}");
        }
        assert_eq!(admit(&callers, &[("host", "evil.example")]), Err("Host is not a name of this machine"));
        let page = [("host", "192.0.2.1"), ("origin", "http://evil.example")];
        assert_eq!(admit(&callers, &page), Err("Origin is elsewhere"));
    }
}
