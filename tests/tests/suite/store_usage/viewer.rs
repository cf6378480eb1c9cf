//! What is asked of the store about sessions of browsers, viewer links, and the days of a picture.

use super::Asked;
use shared::credential::Secret;
use shared::event::filter::EventFilter;
use shared::process::clock;
use shared::store::query::EventQuery;
use shared::values::day::Day;
use shared::values::ids::{AccountId, ClientId};
use shared::values::timestamp::{TimeRange, Timestamp};
use shared::viewer::bounds::EventBounds;
use shared::viewer::link::ViewerLink;

pub(super) async fn ask_for_the_viewer(asked: &mut Asked<'_>, account: &AccountId) {
    let now = clock::now();
    let (account, client_id) = (account.clone(), ClientId::parse("c-1").expect("a client id"));
    let ends_at = now.plus_ms(60_000).expect("a time");
    let (bounds, origins) = (EventBounds::default(), Vec::new());
    let link =
        ViewerLink { account: account.clone(), client_id, bounds, origins, created_at: now, ends_at, spent_at: None };
    let hash = |text: &str| Secret::parse(&format!("{account}-{text}")).expect("a secret").hash();
    let (code, token) = (hash("code"), hash("token"));
    let session = link.session(now);
    asked.of("put_viewer_link", async |store, usage| store.put_viewer_link(code, &link, usage).await).await;
    asked.of("viewer_link", async |store, usage| store.viewer_link(code, usage).await).await;
    asked.of("spend_viewer_link", async |store, usage| store.spend_viewer_link(code, now, usage).await).await;
    asked.of("put_session", async |store, usage| store.put_session(token, &session, usage).await).await;
    asked.of("session", async |store, usage| store.session(token, usage).await).await;
    asked.of("end_session", async |store, usage| store.end_session(token, now, usage).await).await;
    let network = format!("{account}/64");
    asked.of("count_sign_in", async |store, usage| store.count_sign_in(&network, now, usage).await).await;
    let range = TimeRange { from: Timestamp::MIN, to: None };
    let query = EventQuery { account: account.clone(), filter: EventFilter::All, range, as_of: None };
    let today = Day::of(now);
    asked.of("days", async |store, usage| store.days(&query, (today, today), now, usage).await).await;
}
