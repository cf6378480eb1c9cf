//! What a browser posts: the fields of a form, and whether the form is ours.

use crate::cookies::Cookie;
use crate::error::Why;
use crate::site::Site;
use lambda_http::Request;
use lambda_http::http::header::ORIGIN;
use shared::credential::Secret;
use shared::http::endpoint::{body_text, media_type};
use shared::viewer::session::form_token;

/// Name of the field that carries the form's token.
pub(crate) const TOKEN: &str = "form";

/// The header by which browsers say where a request was caused.
const SEC_FETCH_SITE: &str = "sec-fetch-site";

/// The fields of a form.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body, of which each field is given once.
    ///
    /// # Errors
    /// [`Why::NotOurForm`] if it is no form, or came from the page of another site.
    pub(crate) fn read(request: &Request, site: &Site) -> Result<Self, Why> {
        if !is_from_this_site(request, site) {
            return Err(Why::NotOurForm);
        }
        let body = body_text(request).ok().filter(|_| media_type(request) == "application/x-www-form-urlencoded");
        let fields = form_urlencoded::parse(body.ok_or(Why::NotOurForm)?.as_bytes()).into_owned();
        let fields: Vec<(String, String)> = fields.collect();
        let is_twofold =
            |(at, (name, _)): (usize, &(String, String))| fields.iter().skip(at + 1).any(|(other, _)| other == name);
        if fields.iter().enumerate().any(is_twofold) { Err(Why::NotOurForm) } else { Ok(Self(fields)) }
    }

    /// The text of a field; empty if it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.as_str())
    }

    /// The cookie that the form was made with.
    ///
    /// # Errors
    /// [`Why::NotOurForm`] if there is none, or the form's token is not made of it.
    pub(crate) fn cookie(&self, cookie: Cookie<'_>, request: &Request, site: &Site) -> Result<Secret, Why> {
        let secret = cookie.read(site, request).ok_or(Why::NotOurForm)?;
        // Who could measure the time of this comparison would have to know the cookie to gain by it: the token is a hash of it.
        if form_token(&secret) == self.get(TOKEN) { Ok(secret) } else { Err(Why::NotOurForm) }
    }
}

/// Whether a page of this site sent the request. Under `Referrer-Policy: no-referrer` browsers write `Origin: null` for a form of the
/// page's own site, and say by `Sec-Fetch-Site` what it is; one that does not say it must name this site.
///
/// Source: Fetch, "append a request `Origin` header"; Fetch Metadata, §2.3.
fn is_from_this_site(request: &Request, site: &Site) -> bool {
    let header = |name: &str| {
        let mut values = request.headers().get_all(name).iter().map(|value| value.to_str().unwrap_or_default());
        let value = values.next();
        value.map(|value| if values.next().is_some() { "" } else { value })
    };
    match (header(SEC_FETCH_SITE), header(ORIGIN.as_str())) {
        (Some(caused_by), origin) => {
            caused_by == "same-origin" && origin.is_none_or(|origin| origin == "null" || site.is_origin(origin))
        }
        (None, origin) => origin.is_some_and(|origin| site.is_origin(origin)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::Body;

    fn request(headers: &[(&'static str, &str)], body: &str) -> Request {
        let mut request = Request::new(Body::from(body));
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().expect("a header value"));
        }
        request
    }

    const TYPE: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

    fn site() -> Site {
        Site::at("https://a.example", "/v1")
    }

    #[test]
    fn a_form_is_taken_from_a_page_of_this_site_alone() {
        let is_taken = |headers: &[(&'static str, &str)]| {
            let headers: Vec<_> = headers.iter().copied().chain([TYPE]).collect();
            Form::read(&request(&headers, "a=b"), &site()).is_ok()
        };
        let (same, cross) = (("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site"));
        let (own, null, other) = (("origin", "https://a.example"), ("origin", "null"), ("origin", "https://b.example"));
        for good in [&[own][..], &[same, own], &[same, null], &[same]] {
            assert!(is_taken(good), "{good:?}");
        }
        let (near, typed) = (("sec-fetch-site", "same-site"), ("sec-fetch-site", "none"));
        for bad in [
            &[][..],
            &[null],
            &[other],
            &[cross, own],
            &[cross, null],
            &[near, null],
            &[typed],
            &[same, other],
            &[own, own],
        ] {
            assert!(!is_taken(bad), "{bad:?}");
        }
    }

    #[test]
    fn fields_are_read_once_each() {
        let own = ("origin", "https://a.example");
        let form = Form::read(&request(&[TYPE, own], "client_id=a+b&secret=%2B%00&x"), &site()).expect("a form");
        assert_eq!((form.get("client_id"), form.get("secret"), form.get("x"), form.get("y")), ("a b", "+\0", "", ""));
        assert!(Form::read(&request(&[TYPE, own], "a=1&a=2"), &site()).is_err());
        assert!(Form::read(&request(&[("content-type", "text/plain"), own], "a=1"), &site()).is_err());
    }

    #[test]
    fn a_forms_token_is_that_of_its_cookie() {
        let secret = Secret::parse("abc").expect("a secret");
        let body = format!("form={}", form_token(&secret));
        let read = |cookie: &str, body: &str| {
            let request = request(&[TYPE, ("origin", "https://a.example"), ("cookie", cookie)], body);
            let form = Form::read(&request, &site()).expect("a form");
            form.cookie(Cookie::Form, &request, &site()).is_ok()
        };
        assert!(read("__Host-audit-form=abc", &body));
        for (cookie, body) in [
            ("__Host-audit-form=abd", body.as_str()),
            ("a=b", &body),
            ("__Host-audit-form=abc", "form="),
            ("__Host-audit-form=abc", "form=abc"),
        ] {
            assert!(!read(cookie, body), "{cookie} {body}");
        }
    }
}
