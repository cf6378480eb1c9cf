//! A record of the stream, as far as the log needs it.

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_sdk_dynamodb::types::AttributeValue;
use shared::log::append::Change;
use shared::log::entry::{Entry, SequenceNumber};
use shared::table::attribute;
use shared::table::digest::{digest, event_ref, item_bytes};
use shared::table::item::Item;
use shared::table::key;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// What DynamoDB Streams calls itself in a record. Other services' batches have `Records` too.
const EVENT_SOURCE: &str = "aws:dynamodb";

/// What a record tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// A change of an account's events, which gets a position in its log.
    Change(AccountId, Box<Change>),
    /// An item of the log, or of the rounds, was changed or deleted: its key. No writer does that.
    LogChanged(String),
    /// A change in a partition of events whose name is none: its key. It is in no account's log.
    Nameless(String),
    /// Something else, which the filters of the event source keep away.
    Nothing,
}

/// The payload is not a batch of a table's stream with both images: what of a record says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload is not a batch of a DynamoDB stream of NEW_AND_OLD_IMAGES: {0} is absent or not what it sends")]
pub struct NotAStream(&'static str);

/// A record, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) told: Told,
    pub(crate) number: SequenceNumber,
    /// When the change was made, to the second.
    pub(crate) at: Option<Timestamp>,
}

impl Record {
    pub(crate) fn read(record: EventRecord) -> Result<Self, NotAStream> {
        if record.event_source.as_deref() != Some(EVENT_SOURCE) {
            return Err(NotAStream("eventSource"));
        }
        let number = record.change.sequence_number.as_deref().and_then(SequenceNumber::parse);
        let number = number.ok_or(NotAStream("dynamodb.SequenceNumber"))?;
        let created_at_s = record.change.approximate_creation_date_time.timestamp();
        let at = Some(created_at_s).filter(|second| *second > 0); // an absent time reads as 1970
        let at = at.and_then(|second| Timestamp::from_epoch_ms(second.checked_mul(1_000)?));
        let keys: Item = record.change.keys.into();
        let images = Images {
            pk: text(&keys, attribute::PK).ok_or(NotAStream("dynamodb.Keys.pk"))?.to_owned(),
            sk: text(&keys, attribute::SK).ok_or(NotAStream("dynamodb.Keys.sk"))?.to_owned(),
            new: Some(record.change.new_image.into()).filter(|image: &Item| !image.is_empty()),
            old: Some(record.change.old_image.into()).filter(|image: &Item| !image.is_empty()),
        };
        let told = images.told(&record.event_name, &number, at)?;
        Ok(Self { told, number, at })
    }
}

struct Images {
    pk: String,
    sk: String,
    new: Option<Item>,
    old: Option<Item>,
}

impl Images {
    fn told(&self, name: &str, number: &SequenceNumber, at: Option<Timestamp>) -> Result<Told, NotAStream> {
        if self.pk.starts_with("log#") || self.pk.starts_with("rounds#") {
            return Ok(if name == "INSERT" { Told::Nothing } else { Told::LogChanged(self.key()) });
        }
        if !self.pk.starts_with("events#") {
            return Ok(Told::Nothing);
        }
        let Some((account, shard)) = key::account_of_events(&self.pk) else {
            return Ok(Told::Nameless(self.key()));
        };
        let new = || self.new.as_ref().ok_or(NotAStream("dynamodb.NewImage"));
        let old = || self.old.as_ref().ok_or(NotAStream("dynamodb.OldImage"));
        let (entry, image) = match name {
            "INSERT" => (Entry::Event(event_ref(shard, &self.sk, new()?), digest(new()?)), new()?),
            "MODIFY" => {
                let event = event_ref(shard, &self.sk, new()?);
                (Entry::Changed(event, digest(old()?), digest(new()?), number.clone()), new()?)
            }
            "REMOVE" => (Entry::Removed(event_ref(shard, &self.sk, old()?), digest(old()?), number.clone()), old()?),
            _ => return Err(NotAStream("eventName")), // a kind of change that there is not
        };
        let created_at_s = at.map(|at| at.epoch_ms().unsigned_abs() / 1_000);
        let (number, item_bytes) = (Some(number.clone()), item_bytes(image));
        Ok(Told::Change(account, Box::new(Change { entry, number, created_at_s, item_bytes })))
    }

    fn key(&self) -> String {
        format!("{} / {}", self.pk, self.sk)
    }
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name).and_then(|value| AttributeValue::as_s(value).ok()).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(name: &str, pk: &str, new: &serde_json::Value, old: &serde_json::Value) -> Result<Record, NotAStream> {
        let record = json!({"eventID": "1", "eventName": name, "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
            "dynamodb": {"ApproximateCreationDateTime": 1_595_561_162.0, "SequenceNumber": "17", "SizeBytes": 1,
                "Keys": {"pk": {"S": pk}, "sk": {"S": "a"}}, "NewImage": new, "OldImage": old}});
        Record::read(serde_json::from_value(record).expect("a record"))
    }

    #[test]
    fn a_new_event_is_an_entry_with_its_digest() {
        // The digest of {"pk": "events#acme#00", "sk": "a"} without a salt, as tests/vectors/digest.py makes it.
        let image = json!({"pk": {"S": "events#acme#00"}, "sk": {"S": "a"}});
        let read = record("INSERT", "events#acme#00", &image, &json!(null)).expect("a record");
        let Told::Change(account, change) = read.told else { panic!("{:?} is no change", read.told) };
        assert_eq!((account.as_str(), change.created_at_s, change.item_bytes), ("acme", Some(1_595_561_162), 19));
        assert_eq!(change.entry.to_string(), "event/1 00 =YQ== - 08YIlv2LGU//bbyP0ayamekQ8dN89cG7G8aMI6uWH4M=\n");
        assert_eq!(read.at.map(|at| at.to_string()), Some("2020-07-24T03:26:02.000Z".to_owned()));
    }

    #[test]
    fn changes_of_the_log_and_of_nameless_partitions_are_told_apart() {
        let image = json!({"pk": {"S": "x"}, "sk": {"S": "a"}});
        let told = |name, pk| record(name, pk, &image, &image).expect("a record").told;
        assert_eq!(told("MODIFY", "log#acme"), Told::LogChanged("log#acme / a".to_owned()));
        assert_eq!(told("REMOVE", "rounds#all"), Told::LogChanged("rounds#all / a".to_owned()));
        assert_eq!(told("INSERT", "log#acme"), Told::Nothing);
        assert_eq!(told("MODIFY", "users#acme"), Told::Nothing);
        assert_eq!(told("INSERT", "events#a b#00"), Told::Nameless("events#a b#00 / a".to_owned()));
        let entry = |name| match told(name, "events#acme#00") {
            Told::Change(_, change) => change.entry,
            other => panic!("{other:?} is no change"),
        };
        assert!(matches!(entry("MODIFY"), Entry::Changed(..)));
        assert!(matches!(entry("REMOVE"), Entry::Removed(..)));
    }

    #[test]
    fn what_is_no_record_with_both_images_is_refused_by_name() {
        let image = json!({"pk": {"S": "x"}, "sk": {"S": "a"}});
        let refused = |name, new: &serde_json::Value, old: &serde_json::Value| {
            record(name, "events#acme#00", new, old).expect_err("it lacks something")
        };
        let none = json!(null);
        assert_eq!(refused("INSERT", &none, &none), NotAStream("dynamodb.NewImage"));
        assert_eq!(refused("MODIFY", &image, &none), NotAStream("dynamodb.OldImage"));
        assert_eq!(refused("REMOVE", &none, &none), NotAStream("dynamodb.OldImage"));
        assert_eq!(refused("TOUCH", &image, &image), NotAStream("eventName"));
    }
}
