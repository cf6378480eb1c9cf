//! What a case is drawn from: small pools, so that filters hit and times tie, and texts that break careless formats.

use super::filter::{Bound, NetworkFilter, TrailFilter};
use super::row::Row;
use super::write::{EMAILS, EVENT_TYPES, USERS};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// When events happen, in milliseconds of 2024-01-01; neighbours, and the crowd's whole seconds.
const TIMES_MS: [u32; 11] = [0, 1, 999, 1_000, 1_001, 2_000, 5_000, 14_000, 61_500, 3_600_000, 71_999_999];

/// Texts that break careless formats: CSV, JSON, keys, spreadsheets, terminals, editors.
const ODD_TEXTS: [&str; 16] = [
    "plain",
    ",",
    "\"",
    "\"\"",
    "a,\"b\"\r\nc",
    "\n",
    "\r",
    "\t",
    " leading and trailing ",
    "=HYPERLINK(\"http://example.com\")",
    "#users#u-1#",
    "events#acme#00",
    "\\u0000\\\"",
    "e\u{301} ≠ é 👩‍👩‍👧 \u{202e}txt",
    "\u{feff}\u{2028}\u{2029}",
    "null",
];

/// A text of 1 to `length_max` characters.
pub fn text(length_max: usize) -> impl Strategy<Value = String> {
    let cut = move |text: String| text.chars().take(length_max).collect::<String>();
    prop_oneof![
        3 => select(&ODD_TEXTS[..]).prop_map(ToOwned::to_owned),
        2 => "[\\PC\t\r\n\",#]{1,30}".prop_map(cut),
        1 => select(&["x", "\"", "𝄞", "ż\n"][..]).prop_map(move |part| cut(part.repeat(length_max))),
    ]
}

/// The same, but no formula of a spreadsheet, which a subject's texts must not be.
fn no_formula(length_max: usize) -> impl Strategy<Value = String> {
    text(length_max).prop_map(|text| match text.strip_prefix(['=', '+', '-', '@', '\t', '\r']) {
        Some(rest) => format!("_{rest}"),
        None => text,
    })
}

fn object() -> impl Strategy<Value = Value> {
    prop_oneof![
        2 => Just(json!({})),
        3 => (text(20), text(50)).prop_map(|(key, value)| json!({format!("k{key}"): value, "n": [null, 1.5, {"a": true}]})),
        1 => Just(json!({"Large": "x".repeat(16_000)})),
    ]
}

fn event_id() -> impl Strategy<Value = String> {
    let before = select(&["e-", "e", "~", "Z.", "|", "=", "0", "a@b:"][..]);
    let after = select(&["", "", ".", "-x"][..]);
    prop_oneof![
        9 => (before, 0..20_u32, after).prop_map(|(before, number, after)| format!("{before}{number}{after}")),
        1 => (0..10_u32).prop_map(|number| format!("{number}{}", "z".repeat(63))),
    ]
    .prop_map(|id| id.replace('~', "_")) // not a character of ids
}

fn created_at() -> impl Strategy<Value = String> {
    prop_oneof![
        12 => select(&TIMES_MS[..]).prop_map(|ms| format!("{}Z", instant(u64::from(ms) * 1_000, 3))),
        1 => Just("1970-01-01T00:00:00.000Z".to_owned()),
        1 => Just("2023-12-31T23:59:59.999Z".to_owned()),
    ]
}

/// That many microseconds of 2024-01-01, with so many digits of a second.
fn instant(us: u64, digits: usize) -> String {
    let (second, fraction) = (us / 1_000_000, format!("{:06}", us % 1_000_000));
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("2024-01-01T{hour:02}:{minute:02}:{second:02}.{fraction:.digits$}")
}

/// Mostly the crowds'.
fn email() -> impl Strategy<Value = &'static str> {
    prop_oneof![1 => select(&EMAILS[..2]), 2 => select(&EMAILS[..])]
}

fn principal() -> impl Strategy<Value = Value> {
    let role = select(&["ADMIN", "DEVELOPER", "MEMBER", "API", "SYSTEM", "MERGE_TEAM", "SUPPORT"][..]);
    let ip_address = select(&["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"][..]);
    let parts = (option::of(text(256)), option::of(text(256)), option::weighted(0.8, email()), role, ip_address);
    parts.prop_map(|(id, name, email, role, ip_address)| {
        json!({"id": id, "name": name, "email": email, "role": role, "ip_address": ip_address})
    })
}

/// The fields that make it an event of the network audit.
fn subject() -> impl Strategy<Value = Value> {
    let category = select(&["users", "users", "userAccess"][..]);
    (category, select(&USERS[..]), no_formula(128), no_formula(256), option::of(no_formula(128))).prop_map(
        |(category, user_id, entity_key, entity_id, message_key)| {
            let subject =
                json!({"category": category, "entity_key": entity_key, "entity_id": entity_id, "user_id": user_id});
            json!({"subject": subject, "message_key": message_key})
        },
    )
}

/// An event of any kind.
pub fn row() -> impl Strategy<Value = Row> {
    let what = (event_id(), created_at(), select(&EVENT_TYPES[..]), text(1_000), principal());
    let states = [(); 3].map(|()| option::weighted(0.3, object()));
    (what, option::weighted(0.7, subject()), states).prop_map(|(what, of_subject, [message, before, after])| {
        let (id, created_at, event_type, event_description, principal) = what;
        let mut event = json!({
            "id": id, "created_at": created_at, "event_type": event_type, "event_description": event_description,
            "principal": principal, "message": message, "previous_state": before, "current_state": after,
        });
        if let (Some(event), Some(Value::Object(of_subject))) = (event.as_object_mut(), of_subject) {
            event.extend(of_subject);
        }
        Row(event)
    })
}

/// A bound beside or between the times of events, in microseconds of the day.
fn bound_us() -> impl Strategy<Value = u64> {
    (select(&TIMES_MS[..]), select(&[0, 0, 0, -1_000, -500, 1, 999, 1_000][..]))
        .prop_map(|(ms, by)| (u64::from(ms) * 1_000).saturating_add_signed(by))
}

fn bound(us: u64, east: bool) -> Bound {
    let instant_utc = instant(us, 6);
    let given = if east { format!("{}+02:00", instant(us + 7_200_000_000, 6)) } else { format!("{instant_utc}Z") };
    Bound { given, instant: instant_utc }
}

/// A range that is not empty; the second bound is later.
fn range() -> impl Strategy<Value = (Bound, Bound)> {
    (bound_us(), bound_us(), any::<[bool; 2]>()).prop_map(|(a, b, [first_east, second_east])| {
        (bound(a.min(b), first_east), bound(a.max(b) + u64::from(a == b), second_east))
    })
}

/// What is asked of the trail: mostly what the crowds have.
pub fn trail_filter() -> impl Strategy<Value = TrailFilter> {
    let event_type = option::of(prop_oneof![2 => select(&EVENT_TYPES[..2]), 1 => select(&EVENT_TYPES[..])]);
    let bounds = select(&[(true, true), (true, false), (false, true)][..]);
    let user_email = option::of(email());
    (event_type, user_email, option::of((range(), bounds))).prop_map(|(event_type, user_email, range)| {
        let (start, end) = range.map(|((start, end), has)| (has.0.then_some(start), has.1.then_some(end))).unzip();
        let (start_date, end_date) = (start.flatten(), end.flatten());
        TrailFilter { event_type, user_email, start_date, end_date }
    })
}

/// What is asked of the network audit.
pub fn network_filter() -> impl Strategy<Value = NetworkFilter> {
    let category = select(&["users", "users", "users", "userAccess"][..]);
    (category, option::weighted(0.3, select(&USERS[..])), prop_oneof![3 => wide_range(), 2 => range()])
        .prop_map(|(category, user, (from, to))| NetworkFilter { category, user, from, to })
}

/// The crowds' day, or from the beginning, or to the end of time: the directory's own events too.
pub fn wide_range() -> impl Strategy<Value = (Bound, Bound)> {
    let bound = |given: &str, instant: &str| Bound { given: given.to_owned(), instant: instant.to_owned() };
    let first = bound("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000");
    let last = bound("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999");
    let morning = bound("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000000");
    let evening = bound("2024-01-02T00:00:00+00:00", "2024-01-02T00:00:00.000000");
    (select(vec![first, morning]), select(vec![last, evening]))
}

/// Events of every kind, a few.
pub fn rows(count_max: usize) -> impl Strategy<Value = Vec<Row>> {
    vec(row(), 0..=count_max)
}
