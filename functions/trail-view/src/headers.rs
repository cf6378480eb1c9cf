//! The headers of every answer to a browser: what its page may load, and whose frames may show it.

use crate::visit::Visit;
use lambda_http::http::HeaderValue;
use lambda_http::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use lambda_http::{Body, Response};
use shared::viewer::frame_origin::FrameOrigin;

/// What a page may do. Nothing runs or styles but what stands in a file of ours, and forms go nowhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors ";

/// The answer with these headers. There is no `X-Frame-Options`, which cannot name origins and would overrule those that do.
pub(crate) fn complete(mut response: Response<Body>, visit: &Visit) -> Response<Body> {
    let policy = format!("{POLICY}{}", ancestors(visit.framed_by()));
    let policy = HeaderValue::try_from(policy).expect("origins are visible ASCII");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// `https://a.example https://b.example`, or `'none'`.
fn ancestors(origins: &[FrameOrigin]) -> String {
    match origins {
        [] => "'none'".to_owned(),
        origins => origins.iter().map(FrameOrigin::as_str).collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ancestors_are_the_links_origins_or_none() {
        let origin = |text: &str| FrameOrigin::parse(text).expect("an origin");
        assert_eq!(ancestors(&[]), "'none'");
        let two = [origin("https://a.example"), origin("https://b.example:8443")];
        assert_eq!(ancestors(&two), "https://a.example https://b.example:8443");
    }
}
