//! Which page a request asks for.

use crate::format::Format;
use lambda_http::{Request, RequestExt as _};
use percent_encoding::percent_decode_str;
use shared::http::endpoint::Endpoint;
use shared::http::request::resource_path;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::EventId;
use shared::values::timestamp::Timestamp;

/// Longest body of a form, in bytes.
const FORM_BYTES_MAX: usize = 8 * 1024;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// A page of the trail.
    Pages(Place, Page),
    /// Style, script or icon, by the name in its URL.
    Asset(String),
    /// A credential, to sign in with.
    SignIn,
    /// The end of a session.
    SignOut,
    /// The page with the button that opens a viewer link, by its code.
    Link(String),
    /// A viewer link that is opened.
    OpenLink,
    /// A viewer link that a program makes.
    NewLink,
    /// No page.
    Nothing,
}

/// Whose session a page is shown in: the path says it, so that neither session is taken for the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// That of who signed in.
    SignedIn,
    /// That of a viewer link, by its handle.
    Linked(String),
}

/// A page of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// The list.
    List,
    /// The directory of users.
    Users,
    /// How far the log is sealed.
    Integrity,
    /// The list as files.
    Export,
    /// A part of the list as a file.
    Part(Format),
    /// Where the newest event of the list stands, for the script.
    Newest,
    /// One event.
    Event(EventSortKey),
    /// The proof file of an event.
    Proof(EventSortKey),
    /// All of an event as JSON.
    Json(EventSortKey),
}

impl Route {
    /// The route of a request.
    pub(crate) fn of(request: &Request) -> Self {
        let resource = resource_path(request);
        match resource.trim_end_matches('/') {
            "" => Self::Pages(Place::SignedIn, Page::List),
            "/session" => Self::SignIn,
            "/session/end" => Self::SignOut,
            "/v" => Self::OpenLink,
            "/audit-trail/viewer-links" => Self::NewLink,
            path => match (path.strip_prefix("/view/"), path.strip_prefix("/v/")) {
                (Some(_), _) => Self::of_page(&parameter(request, "page", "/view/")),
                (None, Some(_)) => Self::Link(parameter(request, "code", "/v/")),
                (None, None) => Self::Nothing,
            },
        }
    }

    fn of_page(path: &str) -> Self {
        let segments: Vec<_> = path.split('/').map(decoded).collect();
        let segments: Vec<_> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["assets", name] => Self::Asset((*name).to_owned()),
            ["link", handle] => Self::Pages(Place::Linked((*handle).to_owned()), Page::List),
            ["link", handle, rest @ ..] => {
                Page::of(rest).map_or(Self::Nothing, |page| Self::Pages(Place::Linked((*handle).to_owned()), page))
            }
            rest => Page::of(rest).map_or(Self::Nothing, |page| Self::Pages(Place::SignedIn, page)),
        }
    }

    /// The method that it takes, and how long a body.
    pub(crate) fn endpoint(&self) -> Endpoint {
        match self {
            Self::Pages(..) | Self::Asset(_) | Self::Link(_) | Self::Nothing => Endpoint::get(env!("CARGO_PKG_NAME")),
            Self::SignIn | Self::SignOut | Self::OpenLink | Self::NewLink => {
                Endpoint::post(env!("CARGO_PKG_NAME"), FORM_BYTES_MAX)
            }
        }
    }
}

impl Page {
    fn of(segments: &[&str]) -> Option<Self> {
        let event = |created_at: &str, id: &str| {
            Some(EventSortKey { created_at: Timestamp::parse_fixed(created_at)?, id: EventId::parse(id).ok()? })
        };
        match segments {
            ["newest"] => Some(Self::Newest),
            ["users"] => Some(Self::Users),
            ["integrity"] => Some(Self::Integrity),
            ["export"] => Some(Self::Export),
            ["export", format] => Format::parse(format).map(Self::Part),
            ["events", created_at, id] => event(created_at, id).map(Self::Event),
            ["events", created_at, id, "proof"] => event(created_at, id).map(Self::Proof),
            ["events", created_at, id, "json"] => event(created_at, id).map(Self::Json),
            _ => None, // every other path
        }
    }
}

/// The path parameter, still percent-encoded; where the front end does not say it, what stands behind that much of the path.
fn parameter(request: &Request, name: &str, behind: &str) -> String {
    let parameters = request.path_parameters_ref();
    let given = parameters.and_then(|parameters| parameters.first(name)).map(ToOwned::to_owned);
    given.or_else(|| request.raw_http_path().strip_prefix(behind).map(ToOwned::to_owned)).unwrap_or_default()
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_below_view_is_a_page_or_nothing() {
        let event = EventSortKey::parse("2020-07-24T03:26:02.000Z#a|b").expect("a sort key");
        let linked = || Place::Linked("h-1".to_owned());
        for (path, expected) in [
            ("newest", Route::Pages(Place::SignedIn, Page::Newest)),
            ("events/2020-07-24T03:26:02.000Z/a%7Cb", Route::Pages(Place::SignedIn, Page::Event(event.clone()))),
            (
                "events/2020-07-24T03%3A26%3A02.000Z/a|b/proof",
                Route::Pages(Place::SignedIn, Page::Proof(event.clone())),
            ),
            ("link/h-1", Route::Pages(linked(), Page::List)),
            ("link/h-1/newest", Route::Pages(linked(), Page::Newest)),
            ("link/h-1/events/2020-07-24T03:26:02.000Z/a|b", Route::Pages(linked(), Page::Event(event))),
            ("assets/x.css", Route::Asset("x.css".to_owned())),
        ] {
            assert_eq!(Route::of_page(path), expected, "{path}");
        }
        for nothing in
            ["", "events", "events/2020-07-24/a", "events/2020-07-24T03:26:02.000Z/a%23b", "link", "assets/a/b"]
        {
            assert_eq!(Route::of_page(nothing), Route::Nothing, "{nothing}");
        }
    }
}
