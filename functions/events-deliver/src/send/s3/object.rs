//! One object: its key and its bytes, which begin with what tells its events from others.
//!
//! The first 48 bytes are the head of a gzip file with an extra field (RFC 1952 §2.3.1.1), which readers pass over:
//! ```text
//! 1f 8b 08 04  00 00 00 00  00 ff   gzip, deflate, with an extra field; no time; no system
//! 24 00                             36 bytes of extra fields
//! 41 54  20 00  <32 bytes>          "AT", 32 bytes: SHA-256 of the leaf hashes of the events, one behind the other
//! ```
//! The same range of the same log always has the same head. What follows is the same too, unless an event was redacted since, or
//! the mapping of `ocsf` was changed.

use crate::send::{Line, Parcel};
use bytes::Bytes;
use flate2::{Compression, GzBuilder};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use shared::destination::target::Prefix;
use shared::log::hash::Hash;
use shared::values::day::Day;
use shared::values::destination_id::DestinationId;
use shared::values::timestamp::Timestamp;
use std::io::Write as _;

/// How much time is spent on making objects small.
const LEVEL: Compression = Compression::new(6);
/// The system that the head of a gzip file names: none (RFC 1952 §2.3.1), wherever it was made.
const NO_SYSTEM: u8 = 255;

/// What an account's id may have that readers of `account=…` would take for something else. They read `%3A` as `:` (Hive's rules).
const NOT_PLAIN: &AsciiSet = &CONTROLS.add(b':').add(b'@').add(b'|').add(b'+').add(b'=').add(b'%');

/// Bytes by which an object is told from one of other events.
pub(super) const HEAD_BYTES: usize = 48;

/// Name of the extra field.
const FIELD: [u8; 2] = *b"AT";

/// An object that is to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) key: String,
    pub(super) content_type: &'static str,
    pub(super) bytes: Bytes,
}

impl Object {
    /// The object of a parcel; none if its events are of several days.
    ///
    /// Key: `<prefix>account=<account>/date=<day of appended_at>/<first>-<last>.ndjson.gz`, both positions with 16 digits, so that the
    /// order of keys is the order of events.
    pub(super) fn of(prefix: &Prefix, parcel: &Parcel<'_>) -> Option<Self> {
        let day = Day::of(parcel.lines.first()?.appended_at);
        if parcel.lines.iter().any(|line| Day::of(line.appended_at) != day) {
            return None;
        }
        let account = utf8_percent_encode(parcel.account.as_str(), NOT_PLAIN);
        let (first, last) = (parcel.first(), parcel.last());
        Some(Self {
            key: format!("{}account={account}/date={day}/{first:016}-{last:016}.ndjson.gz", prefix.as_str()),
            content_type: "application/gzip",
            bytes: pack(parcel.lines).into(),
        })
    }

    /// Whether an object that begins with these bytes, [`HEAD_BYTES`] or all that it has, is of the same events.
    pub(super) fn is_of_the_events_of(&self, there: &[u8]) -> bool {
        self.bytes.iter().take(HEAD_BYTES).eq(there.iter().take(HEAD_BYTES))
    }

    /// The object that tries out a bucket.
    pub(super) fn of_trial(prefix: &Prefix, destination: &DestinationId, now: Timestamp) -> Self {
        Self {
            key: format!("{}test/{destination}-{}.json", prefix.as_str(), now.epoch_ms()),
            content_type: "application/json",
            bytes: format!("{{\"type\":\"audit.test\",\"timestamp\":\"{now}\"}}\n").into(),
        }
    }
}

/// The lines, each with its end, as gzip without a time.
fn pack(lines: &[Line]) -> Vec<u8> {
    let head = GzBuilder::new().mtime(0).operating_system(NO_SYSTEM).extra(extra_field(lines));
    let mut packed = head.write(Vec::new(), LEVEL);
    for line in lines {
        packed.write_all(line.text.as_bytes()).and_then(|()| packed.write_all(b"\n")).expect("memory takes all");
    }
    packed.finish().expect("memory takes all")
}

/// The extra field of the events: its name, its length in two bytes, the lower one first, and their hash.
fn extra_field(lines: &[Line]) -> Vec<u8> {
    let leaves: Vec<&[u8]> = lines.iter().map(|line| line.leaf.as_bytes().as_slice()).collect();
    [FIELD.as_slice(), &[Hash::BYTES as u8, 0], Hash::of(&leaves).as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use shared::values::format::Format;
    use shared::values::ids::AccountId;
    use std::io::Read as _;

    fn line(position: u64, appended_at: &str) -> Line {
        let appended_at = Timestamp::parse_fixed(appended_at).expect("a time");
        Line {
            position,
            appended_at,
            leaf: Hash::of_leaf(&position.to_be_bytes()),
            created_at: None,
            kind: String::new(),
            text: format!("{{\"position\":{position}}}"),
        }
    }

    fn object(account: &str, prefix: &str, lines: &[Line]) -> Option<Object> {
        let prefix = Prefix::parse(prefix).expect("a prefix");
        let destination = DestinationId::of_random(1);
        let account = AccountId::parse(account).expect("an id");
        Object::of(&prefix, &Parcel { destination: &destination, account: &account, format: Format::Audit, lines })
    }

    fn lines() -> [Line; 2] {
        [line(9, "2026-05-01T00:00:00.000Z"), line(10, "2026-05-01T23:59:59.999Z")]
    }

    #[test]
    fn a_key_has_account_day_and_range() {
        let key = |account, prefix| object(account, prefix, &lines()).map(|object| object.key);
        let plain = "account=acc_demo/date=2026-05-01/0000000000000009-0000000000000010.ndjson.gz";
        assert_eq!(key("acc_demo", "").as_deref(), Some(plain));
        assert_eq!(key("acc_demo", "siem/eu/"), Some(format!("siem/eu/{plain}")));
    }

    #[test]
    fn an_account_is_written_as_readers_of_partitions_read_it() {
        let key = object("a.b-c_D:e@f|g+h=i", "", &lines()).map(|object| object.key).unwrap_or_default();
        assert!(key.starts_with("account=a.b-c_D%3Ae%40f%7Cg%2Bh%3Di/date="), "{key}");
    }

    #[test]
    fn the_lines_are_ndjson_in_gzip_without_a_time() {
        let bytes = object("a", "", &lines()).map(|object| object.bytes).unwrap_or_default();
        let mut text = String::new();
        GzDecoder::new(bytes.as_ref()).read_to_string(&mut text).expect("gzip of text");
        assert_eq!(text, "{\"position\":9}\n{\"position\":10}\n");
        assert_eq!(bytes[..16], [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 36, 0, b'A', b'T', 32, 0]);
        // By Python: f = lambda b: sha256(b).digest(); b64encode(f(f(b"\0" + (9).to_bytes(8)) + f(b"\0" + (10).to_bytes(8))))
        assert_eq!(
            Hash::from_bytes(&bytes[16..48]).map(|hash| hash.to_string()).as_deref(),
            Some("VKc4P97xOrEUlH+EFw6fzAq/CohCFzrtTU3TrRBgahA=")
        );
        assert_eq!(Some(bytes), object("a", "", &lines()).map(|object| object.bytes));
    }

    #[test]
    fn the_same_events_in_another_form_are_told_from_others() {
        let [nine, ten] = lines();
        let of = |lines: &[Line]| object("a", "", lines).map(|object| object.bytes).unwrap_or_default();
        let there = object("a", "", &[nine.clone(), ten.clone()]).expect("an object");

        let redacted = Line { text: "{}".to_owned(), ..ten.clone() };
        assert!(there.is_of_the_events_of(&of(&[nine.clone(), redacted])));
        let other = Line { leaf: Hash::of_leaf(b"restored, and recorded since"), ..ten };
        assert!(!there.is_of_the_events_of(&of(&[nine, other])));
        assert!(!there.is_of_the_events_of(b""));
        assert!(!there.is_of_the_events_of(&there.bytes[..HEAD_BYTES - 1]));
    }

    #[test]
    fn events_of_two_days_are_no_object() {
        let lines = [line(9, "2026-05-01T23:59:59.999Z"), line(10, "2026-05-02T00:00:00.000Z")];
        assert_eq!(object("a", "", &lines), None);
    }
}
