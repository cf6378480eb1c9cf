//! The steps: a page from request to answer, what the SDK takes of it, and the parts that are the functions' own.

use crate::bed::Bed;
use crate::formats::formats;
use crate::rows::{self, ROWS};
use crate::sdk;
use crate::step::Step;
use lambda_http::{Body, Request, Response};
use shared::dialect::{dashboard, network, trail};
use shared::event::{AuditEvent, TrailEvent};
use shared::http::exchange::Exchange;
use shared::store::UserPage;
use shared::store::query::{EventPage, Rest};
use shared::table::item::{EventProjection, Item, decode_user, encode_event, encode_user};
use std::hint::black_box;
use std::rc::Rc;
use tokio::runtime::{Builder, Runtime};

/// All of them, in the order of the table.
pub fn steps() -> Vec<Step> {
    // As in the functions' `main`.
    let runtime = Rc::new(Builder::new_current_thread().enable_all().build().expect("a runtime"));
    let mut steps = vec![empty(&runtime)];
    steps.extend(trail_page(&runtime));
    steps.extend(network_page(&runtime));
    steps.extend(users_page(&runtime));
    steps.extend(formats());
    steps
}

/// What a request costs in the SDK without the items of its answer: endpoint, signature, retries, time-outs.
fn empty(runtime: &Rc<Runtime>) -> Step {
    sdk_alone("no items", &Rc::new(Bed::new(&[], false, TRAIL)), runtime)
}

const TRAIL: &str = include_str!("../../../events/audit-trail.json");
const NETWORK: &str = include_str!("../../../events/users-audit.json");
const USERS: &str = include_str!("../../../events/dashboard-user-list.json");

/// `GET /audit-trail?page_size=100`, the first page of more.
fn trail_page(runtime: &Rc<Runtime>) -> Vec<Step> {
    let events: Vec<_> = (0..=ROWS as i64).rev().map(rows::event).collect();
    let items: Rc<[Item]> = events.iter().map(item::<TrailEvent>).collect();
    let page_size = format!("\"{ROWS}\"");
    let bed = Rc::new(Bed::new(&items, true, &TRAIL.replace("\"2\"", &page_size)));
    let behind = events.last().expect("an event behind the page").sort_key();
    let events = items.iter().take(ROWS).map(|item| TrailEvent::decode(item.clone()).expect("an event"));
    let page = EventPage { events: events.collect(), rest: Rest::Event(behind) };
    let query = {
        let exchange = Exchange::open(&bed.app, "audit-trail", &bed.request);
        trail::TrailQuery::read(&exchange, &bed.request, rows::account()).expect("a query")
    };
    vec![
        handler("trail", &bed, runtime, async |bed, request| audit_trail::handle(&bed.app, request).await),
        sdk_alone("trail", &bed, runtime),
        decode("trail", &items, |item| drop(black_box(TrailEvent::decode(item).expect("an event")))),
        render("trail", move || trail::answer(&query, &page).body),
    ]
}

/// `GET /network/audit/accounts/{accountId}/users`, a range of 100 records, which are one page and are not counted.
fn network_page(runtime: &Rc<Runtime>) -> Vec<Step> {
    let events: Vec<_> = (0..ROWS as i64).map(rows::event).collect();
    let items: Rc<[Item]> = events.iter().map(item::<AuditEvent>).collect();
    let bed = Rc::new(Bed::new(&items, false, NETWORK));
    vec![
        handler("network", &bed, runtime, async |bed, request| users_audit::handle(&bed.app, request).await),
        sdk_alone("network", &bed, runtime),
        decode("network", &items, |item| drop(black_box(AuditEvent::decode(item).expect("an event")))),
        render("network", move || network::render(&events)),
    ]
}

/// What DynamoDB sends of an event when no more is asked for.
fn item<Event: EventProjection>(event: &AuditEvent) -> Item {
    let mut item = encode_event(&rows::account(), event);
    item.retain(|name, _| Event::PROJECTION.names.iter().any(|(_, asked_for)| name == asked_for));
    item
}

/// `POST /dashboard_user/list`, the first page of more.
fn users_page(runtime: &Rc<Runtime>) -> Vec<Step> {
    let users: Vec<_> = (0..=ROWS as i64).map(rows::user).collect();
    let items: Rc<[Item]> = users.iter().map(|user| encode_user(&rows::account(), user)).collect();
    let bed = Rc::new(Bed::new(&items, true, USERS));
    let page = UserPage { users: users.into_iter().take(ROWS).collect(), more: true };
    let of = Rc::clone(&bed);
    vec![
        handler("users", &bed, runtime, async |bed, request| dashboard_user_list::handle(&bed.app, request).await),
        sdk_alone("users", &bed, runtime),
        decode("users", &items, |item| drop(black_box(decode_user(item).expect("a user")))),
        render("users", move || {
            let exchange = Exchange::open(&of.app, "dashboard-user-list", &of.request);
            let next_cursor = dashboard::cursor_after(&exchange, &rows::account(), &page);
            dashboard::page(&exchange, &page, next_cursor).body
        }),
    ]
}

/// The whole function, from the request to its answer. The first call looks the credential up; the later ones remember it.
fn handler<F>(page: &'static str, bed: &Rc<Bed>, runtime: &Rc<Runtime>, handle: F) -> Step
where
    F: AsyncFn(&Bed, Request) -> Response<Body> + Copy + 'static,
{
    let (bed, runtime) = (Rc::clone(bed), Rc::clone(runtime));
    let first = runtime.block_on(handle(&bed, bed.request.clone()));
    assert_eq!(first.status(), 200, "{page}: {:?}", first.body());
    Step::new(page, "handler", move || {
        let (bed, runtime, request) = (Rc::clone(&bed), Rc::clone(&runtime), bed.request.clone());
        move || drop(black_box(runtime.block_on(handle(&bed, request))))
    })
}

fn sdk_alone(page: &'static str, bed: &Rc<Bed>, runtime: &Rc<Runtime>) -> Step {
    let (bed, runtime) = (Rc::clone(bed), Rc::clone(runtime));
    Step::new(page, "sdk", move || {
        let (bed, runtime) = (Rc::clone(&bed), Rc::clone(&runtime));
        move || drop(black_box(runtime.block_on(sdk::query_events(&bed.client))))
    })
}

/// Items, as the SDK gives them, to what they are.
fn decode(page: &'static str, items: &Rc<[Item]>, one: impl Fn(Item) + Copy + 'static) -> Step {
    let items = Rc::clone(items);
    Step::new(page, "decode", move || {
        let items = items.to_vec();
        move || items.into_iter().for_each(one)
    })
}

/// What is decoded to the body of the answer.
fn render<Body: 'static>(page: &'static str, body: impl Fn() -> Body + 'static) -> Step {
    let body = Rc::new(body);
    Step::new(page, "render", move || {
        let body = Rc::clone(&body);
        move || drop(black_box(body()))
    })
}
