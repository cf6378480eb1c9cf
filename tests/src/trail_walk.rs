//! Walks the trail, forwards by `next` and back by `previous`.

use crate::bed::Bed;
use crate::call::Call;
use serde_json::Value;

/// Most pages in a walk: a walk that does not end fails.
const PAGES_MAX: usize = 2_000;

/// A page of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailPage {
    /// Ids of its events.
    pub ids: Vec<String>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Cursor of the page before.
    pub previous: Option<String>,
}

/// The page that a call asks for.
pub async fn page(bed: &Bed, call: &Call) -> TrailPage {
    let reply = bed.send(call).await;
    assert_eq!(reply.status, 200, "{}: {}", bed.engine, reply.body);
    let body = reply.json();
    let cursor = |name: &str| body.get(name).expect("the cursor is there or null").as_str().map(ToOwned::to_owned);
    let id = |event: &Value| event.get("id").and_then(Value::as_str).expect("an id").to_owned();
    let ids = body.get("results").and_then(Value::as_array).expect("results").iter().map(id).collect();
    TrailPage { ids, next: cursor("next"), previous: cursor("previous") }
}

/// The pages from the first to the last.
pub async fn forwards(bed: &Bed, call: &Call) -> Vec<TrailPage> {
    let mut pages = vec![page(bed, call).await];
    while let Some(next) = pages.last().and_then(|page| page.next.clone()) {
        assert!(pages.len() < PAGES_MAX, "{}: the walk does not end", bed.engine);
        pages.push(page(bed, &call.clone().query("cursor", &next)).await);
    }
    pages
}

/// The pages from the one before `from` back to the first, in the order of the trail.
pub async fn back(bed: &Bed, call: &Call, from: &TrailPage) -> Vec<TrailPage> {
    let mut pages = Vec::new();
    let mut previous = from.previous.clone();
    while let Some(cursor) = previous {
        assert!(pages.len() < PAGES_MAX, "{}: the walk does not end", bed.engine);
        let page = page(bed, &call.clone().query("cursor", &cursor)).await;
        previous = page.previous.clone();
        pages.push(page);
    }
    pages.reverse();
    pages
}

/// The ids of all pages, in order.
pub fn ids(pages: &[TrailPage]) -> Vec<String> {
    pages.iter().flat_map(|page| page.ids.clone()).collect()
}
