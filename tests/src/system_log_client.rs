//! A client of the system log that knows links and nothing else, as connectors do.

use crate::account::Account;
use crate::bed::Bed;
use crate::call::Call;
use serde_json::Value;

/// The URL of the system log behind a stack's own host name; the calls have the stage in their path.
pub const URL: &str = "https://audit.example.com/v1/api/v1/logs";

/// A page, and where it leads.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its events.
    pub events: Vec<Value>,
    /// The URL of the next page.
    pub next: Option<String>,
    /// Its own URL.
    pub own: String,
}

impl Page {
    /// The ids of its events.
    pub fn ids(&self) -> Vec<String> {
        self.events.iter().map(|event| text(event, "/uuid")).collect()
    }
}

/// The page that a call gives.
pub async fn page(bed: &Bed, call: &Call) -> Page {
    let reply = bed.send(call).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let events = reply.json().as_array().expect("a list of events").clone();
    let header = reply.header("link").expect("a Link header");
    // As Vector, Grove and the official client do: a comma ends a link, a semicolon its URL.
    let links: Vec<_> = header.split(',').map(|link| link.split(';').map(str::trim).collect::<Vec<_>>()).collect();
    let url = |rel: &str| {
        let mut of_rel = links.iter().filter(|link| link.get(1) == Some(&format!("rel=\"{rel}\"").as_str()));
        let url = of_rel.next()?.first()?.strip_prefix('<')?.strip_suffix('>')?;
        Some(url.to_owned())
    };
    let (next, own) = (url("next"), url("self").expect("its own URL"));
    assert_eq!(links.len(), 1 + usize::from(next.is_some()), "{header}");
    Page { events, next, own }
}

/// The call of a URL that a link says.
pub fn call_of(account: &Account, url: &str) -> Call {
    let query = url.strip_prefix(URL).expect("a URL of the system log").trim_start_matches('?');
    let parameters = form_urlencoded::parse(query.as_bytes());
    parameters.fold(Call::system_log(account), |call, (name, value)| call.query(&name, &value))
}

/// The pages from a call on, to the one that leads nowhere or to itself.
pub async fn walk(bed: &Bed, account: &Account, call: &Call) -> Vec<Page> {
    let mut pages = vec![page(bed, call).await];
    loop {
        let last = pages.last().expect("a page");
        match &last.next {
            Some(next) if *next != last.own => {
                let next = page(bed, &call_of(account, next)).await;
                pages.push(next);
            }
            Some(_) | None => return pages,
        }
    }
}

/// The ids of all their events.
pub fn ids(pages: &[Page]) -> Vec<String> {
    pages.iter().flat_map(Page::ids).collect()
}

/// A text in an event, by its JSON pointer.
pub fn text(event: &Value, pointer: &str) -> String {
    event.pointer(pointer).and_then(Value::as_str).expect("a text").to_owned()
}
