//! One object: its key and its bytes, which are the same whenever it is made of the same range.

use crate::send::{Line, Parcel};
use flate2::{Compression, GzBuilder};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use shared::destination::target::Prefix;
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

/// An object that is to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) key: String,
    pub(super) content_type: &'static str,
    pub(super) bytes: Vec<u8>,
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
            bytes: pack(parcel.lines),
        })
    }

    /// The object that tries out a bucket.
    pub(super) fn of_trial(prefix: &Prefix, destination: &DestinationId, now: Timestamp) -> Self {
        Self {
            key: format!("{}test/{destination}-{}.json", prefix.as_str(), now.epoch_ms()),
            content_type: "application/json",
            bytes: format!("{{\"type\":\"audit.test\",\"timestamp\":\"{now}\"}}\n").into_bytes(),
        }
    }
}

/// The lines, each with its end, as gzip without a time.
fn pack(lines: &[Line]) -> Vec<u8> {
    let mut packed = GzBuilder::new().mtime(0).operating_system(NO_SYSTEM).write(Vec::new(), LEVEL);
    for line in lines {
        packed.write_all(line.text.as_bytes()).and_then(|()| packed.write_all(b"\n")).expect("memory takes all");
    }
    packed.finish().expect("memory takes all")
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
        GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("gzip of text");
        assert_eq!(text, "{\"position\":9}\n{\"position\":10}\n");
        assert_eq!(bytes[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
        assert_eq!(Some(bytes), object("a", "", &lines()).map(|object| object.bytes));
    }

    #[test]
    fn events_of_two_days_are_no_object() {
        let lines = [line(9, "2026-05-01T23:59:59.999Z"), line(10, "2026-05-02T00:00:00.000Z")];
        assert_eq!(object("a", "", &lines), None);
    }
}
