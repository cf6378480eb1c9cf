//! What stands around every page: head, name, ways to other pages, and who is signed in.

use crate::assets::Asset;
use crate::route::Place;
use crate::site::Site;
use lambda_http::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use shared::http::exchange::Answer;
use shared::values::ids::AccountId;

/// A page, without what stands around it.
pub(crate) struct Shown<'a> {
    /// Its title, before the name of the site.
    pub(crate) title: &'a str,
    /// Whose session it is shown in; none of what is shown to nobody.
    pub(crate) place: Option<&'a Session<'a>>,
    /// What is on it.
    pub(crate) body: Markup,
    /// How many events are on it.
    pub(crate) items: usize,
}

/// The session that a page is shown in.
pub(crate) struct Session<'a> {
    /// By the path.
    pub(crate) place: &'a Place,
    /// Whose trail it is.
    pub(crate) account: &'a AccountId,
    /// The token of its forms.
    pub(crate) form_token: &'a str,
}

impl Place {
    /// The path of the list.
    pub(crate) fn list(&self, site: &Site) -> String {
        match self {
            Self::SignedIn => site.path("/"),
            Self::Linked(handle) => site.path(&format!("/view/link/{handle}")),
        }
    }

    /// The path of another page, given without a slash before it.
    pub(crate) fn page(&self, site: &Site, below: &str) -> String {
        match self {
            Self::SignedIn => site.path(&format!("/view/{below}")),
            Self::Linked(handle) => site.path(&format!("/view/link/{handle}/{below}")),
        }
    }
}

/// The answer with a page.
pub(crate) fn answer(status: StatusCode, site: &Site, shown: Shown<'_>) -> Answer {
    let Shown { title, place, body, items } = shown;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex, nofollow";
                title { (title) " · Audit trail" }
                link rel="icon" href=(Asset::Icon.path(site)) type="image/svg+xml";
                link rel="stylesheet" href=(Asset::Style.path(site));
                script src=(Asset::Script.path(site)) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (header(site, place))
                main #main tabindex="-1" { (body) }
            }
        }
    };
    Answer { content_type: "text/html; charset=utf-8", items, ..Answer::json(status, page.into_string()) }
}

fn header(site: &Site, session: Option<&Session<'_>>) -> Markup {
    html! {
        header.top {
            @match session {
                Some(session) => {
                    a.brand href=(session.place.list(site)) { (mark()) "Audit trail" }
                    @if *session.place == Place::SignedIn {
                        nav.ways aria-label="Main" {
                            a href=(session.place.list(site)) { "Events" }
                            a href=(session.place.page(site, "users")) { "Users" }
                            a href=(session.place.page(site, "integrity")) { "Integrity" }
                        }
                    }
                    span.account title="Account" { (session.account.as_str()) }
                    @if *session.place == Place::SignedIn {
                        form.inline method="post" action=(site.path("/session/end")) {
                            input type="hidden" name="form" value=(session.form_token);
                            button.quiet type="submit" { "Sign out" }
                        }
                    }
                },
                None => span.brand { (mark()) "Audit trail" },
            }
        }
    }
}

/// The mark of the icon: a line of beads, one of them filled.
fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 16 16" aria-hidden="true" {
            path d="M3 3v10" {}
            circle cx="3" cy="3" r="2" {}
            circle.now cx="3" cy="13" r="2" {}
            path d="M8 3h6M8 8h4M8 13h6" {}
        }
    }
}
