//! Tests of the cursors' format.

use super::*;
use crate::values::email::EmailAddress;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::{EventType, UserId};
use crate::values::timestamp::{TimeRange, Timestamp};

fn listing() -> Listing {
    Listing::new("audit-trail", &AccountId::parse("acme").expect("an account id")).with("partition", "users")
}

fn position() -> EventSortKey {
    EventSortKey::parse("2020-07-24T03:26:02.000Z#e-1").expect("a sort key")
}

fn filters() -> TrailFilters {
    TrailFilters { range: TimeRange::ALL, event_type: None, user_email: None }
}

fn of_trail() -> TrailCursor {
    TrailCursor {
        direction: Direction::Forwards,
        position: position(),
        inclusive: false,
        behind: true,
        filters: filters(),
    }
}

fn narrow() -> TrailFilters {
    TrailFilters {
        range: TimeRange { from: Timestamp::MIN, to: Some(Timestamp::MAX) },
        event_type: Some(EventType::parse("INVITED_USER").expect("an event type")),
        user_email: Some(EmailAddress::parse("Ada@example.com").expect("an address")),
    }
}

fn of_network() -> NetworkCursor {
    let began = Timestamp::parse_fixed("2020-08-01T00:00:00.001Z").expect("a time");
    NetworkCursor { position: position(), to: Timestamp::MAX, began, total: 250, sent: 100 }
}

fn of_feed() -> FeedCursor {
    FeedCursor { position: 17, item_first: 0, before: [0x6e, 0x34, 0x0b, 0x9c, 0xff, 0xb3, 0x7a, 0x98] }
}

/// One of each kind, and the payload of each.
fn every() -> [(Cursor, &'static str); 8] {
    let back = TrailCursor {
        direction: Direction::Backwards,
        inclusive: true,
        behind: false,
        filters: narrow(),
        ..of_trail()
    };
    [
        (Cursor::Users(UserId::parse("usr_1").expect("a user id")), r#"[2,{"users":"usr_1"}]"#),
        (
            Cursor::Trail(of_trail()),
            r#"[2,{"trail":["f",false,true,"2020-07-24T03:26:02.000Z#e-1",["1970-01-01T00:00:00.000Z",null,null,null]]}]"#,
        ),
        (
            Cursor::Trail(back),
            concat!(
                r#"[2,{"trail":["b",true,false,"2020-07-24T03:26:02.000Z#e-1",["1970-01-01T00:00:00.000Z","#,
                r#""9999-12-31T23:59:59.999Z","INVITED_USER","Ada@example.com"]]}]"#
            ),
        ),
        (
            Cursor::Network(of_network()),
            concat!(
                r#"[2,{"network":["2020-07-24T03:26:02.000Z#e-1","9999-12-31T23:59:59.999Z","#,
                r#""2020-08-01T00:00:00.001Z",250,100]}]"#
            ),
        ),
        (Cursor::Feed(of_feed()), r#"[2,{"feed":[17,0,"6e340b9cffb37a98"]}]"#),
        (
            Cursor::SystemLog(SystemLogCursor::Ascending { at: of_feed(), until: None }),
            r#"[2,{"logs":["a",17,0,"6e340b9cffb37a98",null]}]"#,
        ),
        (
            Cursor::SystemLog(SystemLogCursor::Ascending { at: of_feed(), until: Some(Timestamp::MAX) }),
            r#"[2,{"logs":["a",17,0,"6e340b9cffb37a98","9999-12-31T23:59:59.999Z"]}]"#,
        ),
        (
            Cursor::SystemLog(SystemLogCursor::Descending { at: of_feed(), since: Timestamp::MIN }),
            r#"[2,{"logs":["d",17,0,"6e340b9cffb37a98","1970-01-01T00:00:00.000Z"]}]"#,
        ),
    ]
}

fn forge(payload: &str) -> String {
    let payload = payload.as_bytes();
    URL_SAFE_NO_PAD.encode([listing().check(payload), payload.to_vec()].concat())
}

#[test]
fn a_cursor_of_each_listing_has_this_format_and_reads_back() {
    for (cursor, payload) in every() {
        let text = cursor.encode(&listing());
        assert_eq!(text, forge(payload));
        assert_eq!(Cursor::decode(&text, &listing()), Ok(cursor));
    }
}

#[test]
fn a_cursor_from_another_listing_is_refused() {
    let text = Cursor::Network(of_network()).encode(&listing());
    let account = AccountId::parse("acme").expect("an account id");
    let others = [
        Listing::new("audit-trail", &account),
        Listing::new("audit-trail", &account).with("partition", "user").with("s", ""),
        Listing::new("audit-trail", &account).with("partitions", "users"),
        Listing::new("users-audit", &account).with("partition", "users"),
        Listing::new("audit-trail", &AccountId::parse("other").expect("an account id")).with("partition", "users"),
    ];
    for other in &others {
        assert_eq!(Cursor::decode(&text, other), Err(CursorError));
    }
}

#[test]
fn a_cursor_that_was_cut_or_altered_anywhere_is_refused() {
    let text = Cursor::Trail(of_trail()).encode(&listing());
    for at in 0..text.len() {
        assert_eq!(Cursor::decode(&text[..at], &listing()), Err(CursorError), "cut at {at}");
        let mut altered = text.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).expect("ASCII");
        assert_eq!(Cursor::decode(&altered, &listing()), Err(CursorError), "altered at {at}");
    }
    let too_long = "A".repeat(CURSOR_BYTES_MAX + 1);
    for bad in ["", "=", "ä", "null", &format!("{text}="), &format!("{text}A"), &too_long] {
        assert_eq!(Cursor::decode(bad, &listing()), Err(CursorError), "{bad:?}");
    }
}

#[test]
fn a_cursor_has_one_text_even_for_who_can_make_its_check() {
    for (cursor, written) in every() {
        assert_eq!(Cursor::decode(&forge(written), &listing()), Ok(cursor));
        for (from, to) in
            [("[2,", "[2, "), ("[2,", "[1,"), ("\"2020", "\"2021-13"), ("usr_1", "u#"), ("{\"", "{\"\\u0075")]
        {
            let other = written.replacen(from, to, 1);
            let is_other = other != written;
            assert!(!is_other || Cursor::decode(&forge(&other), &listing()).is_err(), "{other}");
        }
    }
}

#[test]
fn the_longest_cursor_of_each_listing_fits() {
    let position = EventSortKey::parse(&format!("9999-12-31T23:59:59.999Z#{}", "e".repeat(64))).expect("a sort key");
    let filters = TrailFilters {
        event_type: Some(EventType::parse(&"E".repeat(64)).expect("an event type")),
        user_email: Some(EmailAddress::parse(&format!("{}@b", "\"".repeat(252))).expect("an address")),
        ..narrow()
    };
    let of_trail = TrailCursor { position: position.clone(), filters, ..of_trail() };
    let of_network = NetworkCursor { position, total: u64::MAX, sent: u64::MAX, ..of_network() };
    let user = UserId::parse(&"u".repeat(128)).expect("a user id");
    for longest in [Cursor::Users(user), Cursor::Trail(of_trail), Cursor::Network(of_network)] {
        let text = longest.encode(&listing());
        assert!(text.len() <= CURSOR_BYTES_MAX, "{}", text.len());
        assert_eq!(Cursor::decode(&text, &listing()), Ok(longest));
    }
}
