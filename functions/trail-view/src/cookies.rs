//! The cookies: which there are, what they may do, and how they are read.
//!
//! ```text
//! __Host-audit-session        SameSite=Lax     who signed in; Lax, so that a link in a mail arrives signed in
//! __Host-audit-form           SameSite=Lax     what the token of the form to sign in is made of
//! __Host-audit-view-<handle>  SameSite=None; Partitioned   who opened a viewer link, of each link its own
//! __Host-audit-view-form-<…>  SameSite=None; Partitioned   what the token of the form that opens one is made of, by that of its code
//! ```
//! All are `Secure` and `HttpOnly`. On plain HTTP of the loopback interface they do without `Secure` and what asks for it.

use crate::site::Site;
use lambda_http::Request;
use lambda_http::http::header::COOKIE;
use shared::credential::Secret;
use shared::viewer::session::{KEPT_MS, LINKED_MS, SIGNED_IN_MS};

/// Longest life of a cookie whose form nobody sends, in seconds.
const FORM_S: i64 = 60 * 60;

/// One of the cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie<'a> {
    /// Who signed in.
    Session,
    /// The form to sign in.
    Form,
    /// Who opened a link, by its handle.
    Linked(&'a str),
    /// The form that opens a link, by the handle of its code: a page may show several at once.
    LinkForm(&'a str),
}

impl Cookie<'_> {
    fn name(self, site: &Site) -> String {
        let name = match self {
            Self::Session => "audit-session".to_owned(),
            Self::Form => "audit-form".to_owned(),
            Self::Linked(handle) => format!("audit-view-{handle}"),
            Self::LinkForm(handle) => format!("audit-view-form-{handle}"),
        };
        if site.is_plain_loopback() { name } else { format!("__Host-{name}") }
    }

    /// How it may be sent: in frames of other sites too, or not.
    fn scope(self, site: &Site) -> &'static str {
        let is_for_frames = match self {
            Self::Session | Self::Form => false,
            Self::Linked(_) | Self::LinkForm(_) => true,
        };
        match (site.is_plain_loopback(), is_for_frames) {
            (true, _) => "SameSite=Lax",
            (false, false) => "Secure; SameSite=Lax",
            (false, true) => "Secure; SameSite=None; Partitioned",
        }
    }

    /// A session of a link is remembered as long as its item is kept, so that its page can say that it is over.
    fn life_s(self) -> i64 {
        match self {
            Self::Session => SIGNED_IN_MS / 1_000,
            Self::Linked(_) => (LINKED_MS + KEPT_MS) / 1_000,
            Self::Form | Self::LinkForm(_) => FORM_S,
        }
    }

    /// The `Set-Cookie` that gives it a value.
    pub(crate) fn set(self, site: &Site, value: &Secret) -> String {
        self.written(site, value.reveal(), self.life_s())
    }

    /// The `Set-Cookie` that takes it away.
    pub(crate) fn clear(self, site: &Site) -> String {
        self.written(site, "", 0)
    }

    fn written(self, site: &Site, value: &str, life_s: i64) -> String {
        format!("{}={value}; Path=/; Max-Age={life_s}; HttpOnly; {}", self.name(site), self.scope(site))
    }

    /// The value that the browser sent, if it is one of ours by its form. Of two of the same name, which a neighbour domain may have
    /// planted where there is no prefix to prevent it, neither is taken.
    pub(crate) fn read(self, site: &Site, request: &Request) -> Option<Secret> {
        let name = self.name(site);
        let headers = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(given, _)| *given == name).map(|(_, value)| value);
        let value = values.next().filter(|_| values.next().is_none());
        value.and_then(Secret::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::Body;

    fn secret() -> Secret {
        Secret::parse("s3cret").expect("a secret")
    }

    #[test]
    fn the_cookies_are_these() {
        let site = Site::at("https://a.example", "/v1");
        assert_eq!(
            Cookie::Session.set(&site, &secret()),
            "__Host-audit-session=s3cret; Path=/; Max-Age=28800; HttpOnly; Secure; SameSite=Lax"
        );
        assert_eq!(
            Cookie::Linked("h").set(&site, &secret()),
            "__Host-audit-view-h=s3cret; Path=/; Max-Age=90000; HttpOnly; Secure; SameSite=None; Partitioned"
        );
        assert_eq!(Cookie::Form.clear(&site), "__Host-audit-form=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax");
        let local = Site::at("http://127.0.0.1:3000", "");
        assert_eq!(
            Cookie::LinkForm("h").set(&local, &secret()),
            "audit-view-form-h=s3cret; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn a_cookie_is_read_by_its_whole_name_and_only_if_there_is_one() {
        let read = |headers: &[&str]| {
            let mut request = Request::new(Body::Empty);
            for header in headers {
                request.headers_mut().append(COOKIE, header.parse().expect("a header value"));
            }
            let site = Site::at("https://a.example", "");
            Cookie::Session.read(&site, &request).map(|secret| secret.reveal().to_owned())
        };
        assert_eq!(read(&["a=b; __Host-audit-session=abc; c=d"]).as_deref(), Some("abc"));
        assert_eq!(read(&["a=b", "__Host-audit-session=abc"]).as_deref(), Some("abc"));
        for none in [&[][..], &["audit-session=abc"], &["__Host-audit-session="], &["__Host-audit-session=a b"]] {
            assert_eq!(read(none), None, "{none:?}");
        }
        assert_eq!(read(&["__Host-audit-session=abc; __Host-audit-session=abd"]), None);
    }
}
