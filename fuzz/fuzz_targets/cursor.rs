//! Cursors: no text breaks the reader, a cursor reads back, and each cursor has one text.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fuzz::UNIT;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use shared::http::cursor::{CURSOR_BYTES_MAX, Cursor, Direction, Listing, NetworkCursor, TrailCursor, TrailFilters};
use shared::values::email::EmailAddress;
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::{AccountId, EventType, UserId};
use shared::values::timestamp::{TimeRange, Timestamp};

/// What [`listing`] is of, as it goes into the check of a cursor.
const LISTING: [&str; 6] = ["endpoint", "audit-trail", "account", "acme", "partition", "users"];

const CHECK_BYTES: usize = 16;

// A text: of a cursor, of what a cursor carries behind its check, or in parts: `<sort key or user id>, <flags>, <from>, <to>,
// <event type>, <address>, <total>, <sent>`.
fuzz_target!(|text: &str| {
    each_cursor_has_one_text(text);
    each_cursor_has_one_text(&with_check(text.as_bytes()));
    cursors(text).iter().for_each(a_cursor_reads_back);
});

fn each_cursor_has_one_text(text: &str) {
    let Ok(cursor) = Cursor::decode(text, &listing()) else { return };
    assert_eq!(cursor.encode(&listing()), text);
    assert!(Cursor::decode(text, &listing().with("user", "u-1")).is_err());
}

fn a_cursor_reads_back(cursor: &Cursor) {
    let text = cursor.encode(&listing());
    assert!(text.len() <= CURSOR_BYTES_MAX);
    assert_eq!(Cursor::decode(&text, &listing()).as_ref(), Ok(cursor));

    let bytes = URL_SAFE_NO_PAD.decode(&text).expect("base64url");
    let (_, carried) = bytes.split_at_checked(CHECK_BYTES).expect("a check and more");
    assert_eq!(with_check(carried), text, "the check is not what this target makes, so it reaches nothing behind it");
}

/// The cursors that the parts make, as far as they are what they must be.
fn cursors(text: &str) -> Vec<Cursor> {
    let mut parts = text.split(UNIT);
    let mut next = || parts.next().unwrap_or_default();
    let (place, flags, from, to) = (next(), next(), Timestamp::parse_fixed(next()), Timestamp::parse_fixed(next()));
    let (event_type, user_email) = (EventType::parse(next()).ok(), EmailAddress::parse(next()).ok());
    let mut number = || next().parse().unwrap_or(u64::MAX);
    let (total, sent) = (number(), number());
    let users = UserId::parse(place).ok().map(Cursor::Users);
    let trail = EventSortKey::parse(place).map(|position| {
        let range = TimeRange { from: from.unwrap_or(Timestamp::MIN), to };
        let direction = if flags.contains('b') { Direction::Backwards } else { Direction::Forwards };
        let filters = TrailFilters { range, event_type, user_email };
        let (inclusive, behind) = (flags.contains('i'), flags.contains('h'));
        Cursor::Trail(TrailCursor { direction, position, inclusive, behind, filters })
    });
    let network = EventSortKey::parse(place)
        .zip(from.zip(to))
        .map(|(position, (began, to))| Cursor::Network(NetworkCursor { position, to, began, total, sent }));
    users.into_iter().chain(trail).chain(network).collect()
}

fn listing() -> Listing {
    let account = AccountId::parse("acme").expect("an account id");
    Listing::new("audit-trail", &account).with("partition", "users")
}

/// What anyone can do who has read the source: the check is no signature.
fn with_check(carried: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in LISTING {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.update(carried);
    let check = hash.finalize().into_iter().take(CHECK_BYTES);
    URL_SAFE_NO_PAD.encode(check.chain(carried.iter().copied()).collect::<Vec<_>>())
}
