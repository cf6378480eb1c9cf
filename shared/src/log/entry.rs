//! One entry of the log: a line of text whose first word is its kind and version.
//!
//! ```text
//! event/1 <shard> <sk> <recorded_at> <digest>
//! changed/1 <shard> <sk> <recorded_at> <digest before> <digest after> <sequence number>
//! removed/1 <shard> <sk> <recorded_at> <digest before> - <sequence number>
//! backfill/1 begin
//! backfill/1 end
//! ```
//!
//! Each ends in a line feed. `sk` and `recorded_at` stand as they are in the table where they are well formed; another value, which
//! only a hand can have put there, stands as `=` and its base64; a `recorded_at` that is absent stands as `-`. A digest is
//! base64 of the SHA-256 that `table::digest` makes of all attributes of the event. The sequence number is the stream's.

use crate::log::hash::Hash;
use crate::values::event_sort_key::EventSortKey;
use crate::values::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;

/// What one position of the log says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Entry {
    /// An event was recorded.
    Event(EventRef, Hash),
    /// An event that had been recorded was changed: its digests before and after.
    Changed(EventRef, Hash, Hash, SequenceNumber),
    /// An event that had been recorded was deleted: its digest before.
    Removed(EventRef, Hash, SequenceNumber),
    /// What follows, up to the end, was recorded before there was a log.
    BackfillBegin,
    /// The events that were recorded before there was a log have been taken in.
    BackfillEnd,
}

/// Which event an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventRef {
    /// The event's shard, two characters.
    pub shard: String,
    /// The event's sort key, as it is in the table.
    pub sk: String,
    /// The value of its `recorded_at` as the entry writes it.
    recorded_at: String,
}

/// The stream's number of a change: up to 40 decimal digits, which grow along the changes of one item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SequenceNumber(String);

const EVENT: &str = "event/1";
const CHANGED: &str = "changed/1";
const REMOVED: &str = "removed/1";
const BACKFILL: &str = "backfill/1";
const NOTHING: &str = "-";
const ENCODED: char = '=';

impl SequenceNumber {
    /// Most digits (API reference of DynamoDB Streams, `StreamRecord`).
    pub const DIGITS_MAX: usize = 40;

    /// Reads up to 40 decimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        (digits && (1..=Self::DIGITS_MAX).contains(&text.len())).then(|| Self(text.to_owned()))
    }

    /// Its digits, as the stream gave them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn in_order(&self) -> (usize, &str) {
        let digits = self.0.trim_start_matches('0');
        (digits.len(), digits)
    }
}

impl Ord for SequenceNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.in_order().cmp(&other.in_order()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for SequenceNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl EventRef {
    /// The event with that sort key. `recorded_at` is the attribute's text, or the canonical JSON of a value that is none.
    pub fn new(shard: &str, sk: &str, recorded_at: Option<&str>) -> Self {
        let recorded_at = match recorded_at {
            None => NOTHING.to_owned(),
            Some(text) if Timestamp::parse_fixed(text).is_some() => text.to_owned(),
            Some(text) => encoded(text),
        };
        Self { shard: shard.to_owned(), sk: sk.to_owned(), recorded_at }
    }

    /// When the event was recorded, if its item says so in the form that writers give it.
    pub fn recorded_at(&self) -> Option<Timestamp> {
        Timestamp::parse_fixed(&self.recorded_at)
    }

    /// The event's time and id; none of a sort key that no writer makes.
    pub fn sort_key(&self) -> Option<EventSortKey> {
        EventSortKey::parse(&self.sk)
    }

    fn parse(shard: &str, sk: &str, recorded_at: &str) -> Option<Self> {
        let is_shard = shard.len() == 2 && shard.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let sk = match sk.strip_prefix(ENCODED) {
            None => sk.to_owned(),
            Some(text) => String::from_utf8(STANDARD.decode(text).ok()?).ok()?,
        };
        let is_time = match recorded_at.strip_prefix(ENCODED) {
            None => recorded_at == NOTHING || Timestamp::parse_fixed(recorded_at).is_some(),
            Some(text) => STANDARD.decode(text).is_ok(),
        };
        (is_shard && is_time).then(|| Self { shard: shard.to_owned(), sk, recorded_at: recorded_at.to_owned() })
    }
}

fn encoded(text: &str) -> String {
    format!("{ENCODED}{}", STANDARD.encode(text))
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard, sk, recorded_at } = self;
        match self.sort_key() {
            Some(_) => write!(f, "{shard} {sk} {recorded_at}"),
            None => write!(f, "{shard} {} {recorded_at}", encoded(sk)),
        }
    }
}

impl Entry {
    /// The event that it is about, if it is about one.
    pub fn event(&self) -> Option<&EventRef> {
        match self {
            Self::Event(event, _) | Self::Changed(event, ..) | Self::Removed(event, ..) => Some(event),
            Self::BackfillBegin | Self::BackfillEnd => None,
        }
    }

    /// Its hash as a leaf of the log's tree.
    pub fn leaf(&self) -> Hash {
        Hash::of_leaf(self.to_string().as_bytes())
    }

    /// Reads exactly the text that [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.strip_suffix('\n')?.split(' ').collect();
        let entry = match words.as_slice() {
            [EVENT, shard, sk, recorded_at, digest] => {
                Self::Event(EventRef::parse(shard, sk, recorded_at)?, Hash::parse(digest)?)
            }
            [CHANGED, shard, sk, recorded_at, before, after, number] => Self::Changed(
                EventRef::parse(shard, sk, recorded_at)?,
                Hash::parse(before)?,
                Hash::parse(after)?,
                SequenceNumber::parse(number)?,
            ),
            [REMOVED, shard, sk, recorded_at, before, NOTHING, number] => Self::Removed(
                EventRef::parse(shard, sk, recorded_at)?,
                Hash::parse(before)?,
                SequenceNumber::parse(number)?,
            ),
            [BACKFILL, "begin"] => Self::BackfillBegin,
            [BACKFILL, "end"] => Self::BackfillEnd,
            _ => return None, // no entry of this version
        };
        (entry.to_string() == text).then_some(entry)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(event, digest) => writeln!(f, "{EVENT} {event} {digest}"),
            Self::Changed(event, before, after, number) => {
                writeln!(f, "{CHANGED} {event} {before} {after} {}", number.as_str())
            }
            Self::Removed(event, before, number) => {
                writeln!(f, "{REMOVED} {event} {before} {NOTHING} {}", number.as_str())
            }
            Self::BackfillBegin => writeln!(f, "{BACKFILL} begin"),
            Self::BackfillEnd => writeln!(f, "{BACKFILL} end"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2020-07-24T03:26:02.000Z";

    fn digest() -> Hash {
        Hash::of(&[b"x"])
    }

    fn number(text: &str) -> SequenceNumber {
        SequenceNumber::parse(text).expect("a sequence number")
    }

    #[test]
    fn an_entry_is_this_line() {
        let event = EventRef::new("00", "2020-07-24T03:26:02.000Z#e-1", Some(AT));
        let hash = "LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=";
        assert_eq!(
            Entry::Event(event.clone(), digest()).to_string(),
            format!("event/1 00 2020-07-24T03:26:02.000Z#e-1 2020-07-24T03:26:02.000Z {hash}\n")
        );
        assert_eq!(
            Entry::Removed(event, digest(), number("17")).to_string(),
            format!("removed/1 00 2020-07-24T03:26:02.000Z#e-1 2020-07-24T03:26:02.000Z {hash} - 17\n")
        );
        assert_eq!(Entry::BackfillBegin.to_string(), "backfill/1 begin\n");
    }

    #[test]
    fn what_only_a_hand_can_have_put_stands_in_base64() {
        let by_hand = |sk, recorded_at| EventRef::new("0a", sk, recorded_at).to_string();
        assert_eq!(by_hand("a b", None), "0a =YSBi -");
        assert_eq!(by_hand("a\nb", Some("yesterday")), "0a =YQpi =eWVzdGVyZGF5");
    }

    #[test]
    fn only_a_time_as_writers_give_it_says_when_an_event_was_recorded() {
        let recorded_at = |text| EventRef::new("00", "2020-07-24T03:26:02.000Z#e-1", text).recorded_at();
        assert_eq!(recorded_at(Some(AT)).map(Timestamp::epoch_ms), Some(1_595_561_162_000));
        assert_eq!([recorded_at(Some("yesterday")), recorded_at(None)], [None, None]);
    }

    #[test]
    fn every_entry_reads_back() {
        let hand_put = EventRef::new("00", "a b#\n=", Some("-"));
        let event = EventRef::new("ff", "2020-07-24T03:26:02.000Z#e-1", Some(AT));
        for entry in [
            Entry::Event(event.clone(), digest()),
            Entry::Event(hand_put.clone(), digest()),
            Entry::Changed(event.clone(), digest(), Hash::of(&[]), number("100000000000000000001")),
            Entry::Removed(hand_put, digest(), number("1")),
            Entry::BackfillBegin,
            Entry::BackfillEnd,
        ] {
            assert_eq!(Entry::parse(&entry.to_string()), Some(entry));
        }
    }

    #[test]
    fn what_is_not_an_entry_to_the_letter_does_not_read() {
        let hash = digest();
        for bad in [
            String::new(),
            "backfill/1 begin".to_owned(),
            "backfill/1 begin\n\n".to_owned(),
            "backfill/2 begin\n".to_owned(),
            format!("event/1 0 2020-07-24T03:26:02.000Z#e-1 - {hash}\n"),
            format!("event/1 00 e-1 - {hash}\n"),
            format!("event/1 00 2020-07-24T03:26:02.000Z#e-1 yesterday {hash}\n"),
            format!("event/1 00 =MjAyMC0wNy0yNFQwMzoyNjowMi4wMDBaI2UtMQ== - {hash}\n"),
            format!("event/1 00 2020-07-24T03:26:02.000Z#e-1 - {hash} \n"),
            format!("removed/1 00 2020-07-24T03:26:02.000Z#e-1 - {hash} - x\n"),
        ] {
            assert_eq!(Entry::parse(&bad), None, "{bad:?} was read");
        }
    }

    #[test]
    fn sequence_numbers_are_in_the_order_of_numbers() {
        assert!(number("9") < number("10"));
        assert!(number("0009") < number("10"));
        assert!(number("300000000000000499659") > number("99999999999999999999"));
        for bad in ["", "-1", "1.0", "x", &"1".repeat(41)] {
            assert_eq!(SequenceNumber::parse(bad), None, "{bad:?} was read");
        }
    }
}
