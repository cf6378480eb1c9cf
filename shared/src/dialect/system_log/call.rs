//! Who calls: a token under the vendor's scheme or the usual one, with a space before it or without.

use super::SystemLogError;
use crate::credential::{Credential, Presented, Scope};
use crate::http::exchange::Exchange;
use crate::http::request::header;
use lambda_http::Request;
use lambda_http::http::header::AUTHORIZATION;

/// The official Python client leaves out the space behind its scheme.
const SCHEMES: [&str; 2] = ["SSWS", "Bearer"];

/// The credential that the token is, if it is good and may read the audit.
///
/// # Errors
/// [`SystemLogError`], by variant.
pub async fn authenticate(exchange: &Exchange<'_>, request: &Request) -> Result<Credential, SystemLogError> {
    let presented = presented(request).ok_or(SystemLogError::NoCredential)?;
    Ok(exchange.authenticate(&presented, Scope::AuditRead).await?)
}

fn presented(request: &Request) -> Option<Presented> {
    let header = header(request, AUTHORIZATION.as_str())?;
    let token = SCHEMES.iter().find_map(|scheme| {
        let (given, token) = header.split_at_checked(scheme.len())?;
        given.eq_ignore_ascii_case(scheme).then_some(token)
    })?;
    Presented::from_token(token.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lambda_http::Body;

    fn given(header: &str) -> Option<String> {
        let mut request = Request::new(Body::Empty);
        request.headers_mut().insert(AUTHORIZATION, header.parse().expect("a header value"));
        presented(&request).map(|presented| presented.to_token())
    }

    #[test]
    fn a_token_is_read_under_either_scheme_with_the_space_and_without() {
        for header in ["SSWS c.s", "SSWSc.s", "Bearer c.s", "Bearerc.s", "ssws c.s", "BEARER  c.s"] {
            assert_eq!(given(header).as_deref(), Some("c.s"), "{header:?}");
        }
        assert_eq!(given("SSWSBearer.s").as_deref(), Some("Bearer.s"), "a client id may look like a scheme");
    }

    #[test]
    fn what_is_no_token_under_a_scheme_is_none() {
        for header in ["", "c.s", "Basic c.s", "SSWS", "Bearer c", "SSWS c.s d", "VBrick c.s", "SSW"] {
            assert_eq!(given(header), None, "{header:?}");
        }
        assert!(presented(&Request::new(Body::Empty)).is_none());
    }
}
