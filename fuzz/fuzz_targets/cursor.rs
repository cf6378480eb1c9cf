//! Cursors: no text breaks the reader, a cursor reads back, and each cursor has one text.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fuzz::UNIT;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use shared::http::cursor::{CURSOR_BYTES_MAX, Chain, Cursor, Direction, Listing};
use shared::values::event_sort_key::EventSortKey;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// What [`listing`] is of, as it goes into the check of a cursor.
const LISTING: [&str; 6] = ["endpoint", "audit-trail", "account", "acme", "event_type", "INVITED_USER"];

const CHECK_BYTES: usize = 16;

// A text: of a cursor, of what a cursor carries behind its check, or `<sort key>, <flags>, <to>, <total>, <sent>` in parts.
fuzz_target!(|text: &str| {
    each_cursor_has_one_text(text);
    each_cursor_has_one_text(&with_check(text.as_bytes()));
    a_cursor_reads_back(&cursor(text));
});

fn each_cursor_has_one_text(text: &str) {
    let Ok(cursor) = Cursor::decode(text, &listing()) else { return };
    assert_eq!(cursor.encode(&listing()).as_deref(), Ok(text));
    assert!(Cursor::decode(text, &listing().with("user_email", "ada@example.com")).is_err());
}

fn a_cursor_reads_back(cursor: &Cursor) {
    let Ok(text) = cursor.encode(&listing()) else {
        assert!(EventSortKey::parse(&cursor.sort_key).is_none(), "a position that is in the table has no cursor");
        return;
    };
    assert!(text.len() <= CURSOR_BYTES_MAX);
    assert_eq!(Cursor::decode(&text, &listing()).as_ref(), Ok(cursor));

    let bytes = URL_SAFE_NO_PAD.decode(&text).expect("base64url");
    let (_, carried) = bytes.split_at_checked(CHECK_BYTES).expect("a check and more");
    assert_eq!(with_check(carried), text, "the check is not what this target makes, so it reaches nothing behind it");
}

fn cursor(text: &str) -> Cursor {
    let mut parts = text.split(UNIT);
    let mut next = || parts.next().unwrap_or_default();
    let (sort_key, flags, to) = (next().to_owned(), next(), next());
    let mut number = || next().parse().unwrap_or(u64::MAX);
    let (total, sent) = (number(), number());
    Cursor {
        direction: if flags.contains('b') { Direction::Backwards } else { Direction::Forwards },
        sort_key,
        inclusive: flags.contains('i'),
        behind: flags.contains('h'),
        chain: Timestamp::parse_fixed(to).map(|to| Chain { to, total, sent }),
    }
}

fn listing() -> Listing {
    let account = AccountId::parse("acme").expect("an account id");
    Listing::new("audit-trail", &account).with("event_type", "INVITED_USER")
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
