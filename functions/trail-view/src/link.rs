//! A viewer link in a browser: the page that opens it, and the one time that it opens.

use crate::cookies::Cookie;
use crate::error::Why;
use crate::form::{Form, TOKEN};
use crate::guest::{handle, seal};
use crate::layout::{self, Shown};
use crate::sign_in::see_other;
use crate::visit::Visit;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use lambda_http::http::header::SET_COOKIE;
use maud::{Markup, html};
use shared::credential::{Scope, Secret};
use shared::http::exchange::{Answer, Exchange};
use shared::process::secret::secret;
use shared::viewer::link::ViewerLink;
use shared::viewer::session::form_token;

/// Name of the field with the code.
const CODE: &str = "code";

/// The page that opens the link: by the script as soon as somebody sees it, or by its button. It spends nothing, for scanners of mail and
/// browsers that look ahead come here too.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn show(exchange: &Exchange<'_>, code: &str, visit: &Visit) -> Result<Answer, Why> {
    let (code, link) = found(exchange, code, visit).await?;
    if !link.is_open(exchange.now) {
        return Ok(spent(visit));
    }
    let cookie = secret()?;
    let body = html! {
        section.card.message {
            h1 { "Audit trail" }
            form #open-link method="post" action=(visit.site.path("/v")) {
                input type="hidden" name=(TOKEN) value=(form_token(&cookie));
                input type="hidden" name=(CODE) value=(code.reveal());
                button type="submit" { "Show the audit trail" }
            }
        }
    };
    let shown = Shown { title: "Open", place: None, body, items: 0 };
    let answer = layout::answer(StatusCode::OK, &visit.site, shown);
    Ok(answer.with_header(SET_COOKIE, Cookie::LinkForm(&handle(&code)).set(&visit.site, &cookie)))
}

/// Opens the link: spends its code, and sends the browser on to a URL without it. A browser that does not give its cookie back could
/// hold no session, so the code is left for a window of its own.
///
/// # Errors
/// [`Why`], by variant.
pub(crate) async fn open(exchange: &Exchange<'_>, request: &Request, visit: &Visit) -> Result<Answer, Why> {
    let site = &visit.site;
    let form = Form::read(request, site)?;
    let (code, link) = found(exchange, form.get(CODE), visit).await?;
    if !link.is_open(exchange.now) {
        return Ok(spent(visit));
    }
    let of_code = handle(&code);
    let cookie = Cookie::LinkForm(&of_code);
    if cookie.read(site, request).is_none() {
        return Ok(in_a_new_tab(visit, &code));
    }
    form.cookie(cookie, request, site)?;
    exchange.let_in(&link.account, &link.client_id, Scope::AuditRead).await?;
    // The session first: were the code spent first and the session not written, the link would be lost.
    let token = seal(exchange, &link.session(exchange.now)).await?;
    if !exchange.store().spend_viewer_link(code.hash(), exchange.now, &exchange.usage).await? {
        return Ok(spent(visit));
    }
    let handle = handle(&token);
    Ok(see_other(&site.path(&format!("/view/link/{handle}")))
        .with_header(SET_COOKIE, Cookie::Linked(&handle).set(site, &token))
        .with_header(SET_COOKIE, cookie.clear(site)))
}

/// The link of a code. Its origins may show what becomes of it.
async fn found(exchange: &Exchange<'_>, code: &str, visit: &Visit) -> Result<(Secret, ViewerLink), Why> {
    let code = Secret::parse(code).ok_or(Why::NoPage)?;
    let link = exchange.store().viewer_link(code.hash(), &exchange.usage).await?.ok_or(Why::NoPage)?;
    visit.frame_in(&link.origins);
    Ok((code, link))
}

fn spent(visit: &Visit) -> Answer {
    let body = html! {
        h1 { "This link was used, or is over" }
        p { "It opens once and for a few minutes. Load the page that it is in again for a fresh one." }
    };
    message(StatusCode::GONE, visit, "This link is over", &body)
}

fn in_a_new_tab(visit: &Visit, code: &Secret) -> Answer {
    let fresh = visit.site.path(&format!("/v/{}", code.reveal()));
    let body = html! {
        h1 { "Open it in a new tab" }
        p { "Your browser keeps no cookies for pages in frames of other sites." }
        p { a.button href=(fresh) target="_blank" rel="noopener noreferrer" { "Open the audit trail in a new tab" } }
    };
    message(StatusCode::FORBIDDEN, visit, "Open it in a new tab", &body)
}

fn message(status: StatusCode, visit: &Visit, title: &str, body: &Markup) -> Answer {
    let body = html! { section.card.message { (body) } };
    layout::answer(status, &visit.site, Shown { title, place: None, body, items: 0 })
}
