//! Signing in with a credential, and out again.

use crate::cookies::Cookie;
use crate::error::Why;
use crate::form::{Form, TOKEN};
use crate::guest::seal;
use crate::layout::{self, Shown};
use crate::site::Site;
use crate::visit::Visit;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{LOCATION, SET_COOKIE};
use maud::{Markup, html};
use shared::credential::{Presented, Scope, Secret};
use shared::http::exchange::{Answer, Exchange};
use shared::http::request::source_ip;
use shared::process::auth::AuthError;
use shared::process::secret::secret;
use shared::values::ids::ClientId;
use shared::values::timestamp::Timestamp;
use shared::viewer::session::{Access, SIGNED_IN_MS, Session, form_token};
use std::net::IpAddr;

/// Longest path to return to, in characters.
const RETURN_LENGTH_MAX: usize = 2_048;

/// The form to sign in.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) fn form(
    status: StatusCode,
    request: &Request,
    site: &Site,
    return_to: &str,
    said: Option<&str>,
) -> Result<Answer, Why> {
    let (cookie, is_new) = match Cookie::Form.read(site, request) {
        Some(cookie) => (cookie, false),
        None => (secret()?, true),
    };
    let shown =
        Shown { title: "Sign in", place: None, body: body(site, &form_token(&cookie), return_to, said), items: 0 };
    let answer = layout::answer(status, site, shown);
    Ok(if is_new { answer.with_header(SET_COOKIE, Cookie::Form.set(site, &cookie)) } else { answer })
}

fn body(site: &Site, token: &str, return_to: &str, said: Option<&str>) -> Markup {
    html! {
        section.card.sign-in {
            h1 { "Sign in" }
            p.muted { "With a credential that may read the trail (scope " code { "audit:read" } ")." }
            @if let Some(said) = said { p.fault role="alert" { (said) } }
            form method="post" action=(site.path("/session")) {
                input type="hidden" name=(TOKEN) value=(token);
                input type="hidden" name="return" value=(return_to);
                label for="client_id" { "Client id" }
                input #client_id name="client_id" autocomplete="username" autocapitalize="none" spellcheck="false"
                    maxlength=(ClientId::LENGTH_MAX) required autofocus;
                label for="secret" { "Secret" }
                input #secret name="secret" type="password" autocomplete="current-password" maxlength=(Secret::LENGTH_MAX) required;
                button type="submit" { "Sign in" }
            }
        }
    }
}

/// Begins a session for who posts a good credential.
///
/// # Errors
/// [`Why`], by variant; a credential that is not good gets the form again.
pub(crate) async fn begin(exchange: &Exchange<'_>, request: &Request, visit: &Visit) -> Result<Answer, Why> {
    let site = &visit.site;
    let form = Form::read(request, site)?;
    form.cookie(Cookie::Form, request, site)?;
    let (now, usage) = (exchange.now, &exchange.usage);
    if !exchange.store().count_sign_in(&network(request), now, usage).await? {
        return Err(Why::TooManyTries);
    }
    let return_to = checked_return(form.get("return"));
    let credential = match presented(&form) {
        None => Err(AuthError::Refused("malformed")),
        Some(presented) => exchange.authenticate(&presented, Scope::AuditRead).await,
    };
    let credential = match credential {
        Ok(credential) => credential,
        Err(AuthError::Store(error)) => return Err(error.into()),
        Err(AuthError::Refused(_) | AuthError::ScopeMissing) => {
            let said = "This client id and secret do not open the trail.";
            return self::form(StatusCode::UNAUTHORIZED, request, site, return_to, Some(said));
        }
    };
    let session = Session {
        account: credential.account,
        client_id: credential.client_id,
        access: Access::SignedIn,
        created_at: now,
        ends_at: now.plus_ms(SIGNED_IN_MS).unwrap_or(Timestamp::MAX),
        ended_at: None,
    };
    let token = seal(exchange, &session).await?;
    Ok(see_other(&site.path(return_to))
        .with_header(SET_COOKIE, Cookie::Session.set(site, &token))
        .with_header(SET_COOKIE, Cookie::Form.clear(site)))
}

/// Ends the session of who posts its form.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn end(exchange: &Exchange<'_>, request: &Request, visit: &Visit) -> Result<Answer, Why> {
    let site = &visit.site;
    let token = Form::read(request, site)?.cookie(Cookie::Session, request, site)?;
    exchange.store().end_session(token.hash(), exchange.now, &exchange.usage).await?;
    Ok(see_other(&site.path("/")).with_header(SET_COOKIE, Cookie::Session.clear(site)))
}

/// The answer that sends a browser on, with `GET`.
pub(crate) fn see_other(path: &str) -> Answer {
    let answer = Answer::text(String::new()).with_header(LOCATION, path);
    Answer { status: StatusCode::SEE_OTHER, ..answer }
}

/// The credential of the form. Who pastes a whole token into either field means it.
fn presented(form: &Form) -> Option<Presented> {
    let (client_id, secret) = (form.get("client_id").trim(), form.get("secret").trim());
    let both = || Some(Presented { client_id: ClientId::parse(client_id).ok()?, secret: Secret::parse(secret)? });
    both().or_else(|| Presented::from_token(secret))
}

/// The path to return to, if it is one of the trail's pages on this very site; the list otherwise.
fn checked_return(text: &str) -> &str {
    let is_plain = text.len() <= RETURN_LENGTH_MAX && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = text == "/" || text.starts_with("/?") || text.starts_with("/view/");
    if is_plain && is_ours { text } else { "/" }
}

/// The network that a request comes from, as its tries are counted: an address of IPv4, or the 64 bits of IPv6 that one customer has.
fn network(request: &Request) -> String {
    match source_ip(request) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => "unknown".to_owned(), // all of them together
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_stays_on_this_site() {
        for good in ["/", "/?from=2020-07-24", "/view/events/2020-07-24T03:26:02.000Z/a%7Cb"] {
            assert_eq!(checked_return(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/v/x",
            "/session",
            "/view/a\r\nb",
            "/view/é",
        ] {
            assert_eq!(checked_return(bad), "/", "{bad:?}");
        }
    }
}
