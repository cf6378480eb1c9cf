//! Changes as the JSON that Lambda hands to a function.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>

use std::fmt;

use aws_sdk_dynamodb::error::BoxError;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::triggers;
use crate::engine::second::ChangesError;

/// The number of a change. A later change has a greater one, in a table and for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SequenceNumber(pub(super) i64);

impl SequenceNumber {
    /// Reads what `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.strip_prefix('1').filter(|digits| digits.len() == 20)?;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok().map(Self))?
    }

    /// The number before it, which may be nobody's.
    pub fn before(self) -> Self {
        Self(self.0 - 1)
    }
}

/// 21 digits, the fewest that DynamoDB has, so that their order as text is the one as numbers.
/// Source: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html>
impl fmt::Display for SequenceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "1{:020}", self.0)
    }
}

/// Changes that follow each other, as one event.
#[derive(Debug)]
pub struct Batch {
    event_source_arn: String,
    event: String,
    sequence_numbers: Vec<SequenceNumber>,
    through: Option<SequenceNumber>,
}

impl Batch {
    /// Most bytes of an event, unless a single change has more. Source: the payload of
    /// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
    pub const BYTES_MAX: usize = 6 * 1024 * 1024;

    pub(super) fn new(table: &str) -> Self {
        let event_source_arn = format!("arn:aws:dynamodb:us-east-1:000000000000:table/{table}/stream/embedded");
        Self { event_source_arn, event: "{\"Records\":[".to_owned(), sequence_numbers: Vec::new(), through: None }
    }

    /// The event: `{"Records":[{"eventID":…,"eventName":"INSERT",…,"dynamodb":{…}}]}`.
    pub fn into_event(self) -> String {
        self.event + "]}"
    }

    /// The numbers of its changes, in their order.
    pub fn sequence_numbers(&self) -> &[SequenceNumber] {
        &self.sequence_numbers
    }

    /// The number of the last change that was read; `None` if there was none. It may be greater than that of the last in
    /// the event, since not all that is kept is one: an item that was put again as it was is none in DynamoDB either.
    pub fn through(&self) -> Option<SequenceNumber> {
        self.through
    }

    /// Adds a change, if there is room for it.
    pub(super) fn add(&mut self, row: &Row) -> Result<bool, ChangesError> {
        let unreadable = |error| ChangesError::Unreadable(row.sequence_number.0, error);
        if let Some(record) = row.record(&self.event_source_arn).map_err(unreadable)? {
            let is_first = self.sequence_numbers.is_empty();
            if !is_first && self.event.len() + record.len() + ",]}".len() > Self::BYTES_MAX {
                return Ok(false);
            }
            if !is_first {
                self.event.push(',');
            }
            self.event.push_str(&record);
            self.sequence_numbers.push(row.sequence_number);
        }
        self.through = Some(row.sequence_number);
        Ok(true)
    }
}

/// A change as it is kept. An image is `<bytes of the item>:<the item in DynamoDB's JSON>`.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) sequence_number: SequenceNumber,
    pub(super) pk: String,
    pub(super) sk: String,
    pub(super) new_image: Option<String>,
    pub(super) old_image: Option<String>,
    pub(super) created_at_epoch_s: i64,
}

#[derive(Debug, Clone, Copy)]
struct Image<'a> {
    bytes: usize,
    item: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(rename = "eventID")]
    event_id: String,
    event_name: &'a str,
    event_version: &'a str,
    event_source: &'a str,
    aws_region: &'a str,
    dynamodb: Change<'a>,
    #[serde(rename = "eventSourceARN")]
    event_source_arn: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Change<'a> {
    approximate_creation_date_time: i64,
    keys: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_image: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_image: Option<&'a RawValue>,
    sequence_number: String,
    size_bytes: usize,
    stream_view_type: &'a str,
}

impl<'a> Image<'a> {
    fn parse(kept: &'a str) -> Result<Self, BoxError> {
        let (bytes, item) = kept.split_once(':').ok_or("an image without its size")?;
        Ok(Self { bytes: bytes.parse()?, item: serde_json::from_str(item)? })
    }

    /// Whether two items are one. The engine writes the attributes in any order.
    fn is(&self, other: &Image<'_>) -> Result<bool, BoxError> {
        let item = |image: &Image<'_>| serde_json::from_str::<Value>(image.item.get());
        Ok(item(self)? == item(other)?)
    }
}

impl Row {
    /// Its record; `None` if it is no change.
    fn record(&self, event_source_arn: &str) -> Result<Option<String>, BoxError> {
        let new = self.new_image.as_deref().map(Image::parse).transpose()?;
        let old = self.old_image.as_deref().map(Image::parse).transpose()?;
        let event_name = match (&new, &old) {
            (Some(_), None) if !self.pk.starts_with(triggers::INSERTED) => return Ok(None),
            (Some(new), Some(old)) if new.is(old)? => return Ok(None),
            (_, None) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (None, Some(_)) => "REMOVE",
        };
        let keys_bytes = "pk".len() + self.pk.len() + "sk".len() + self.sk.len();
        let bytes = |image: Option<Image<'_>>| image.map_or(0, |image| image.bytes);
        let record = serde_json::to_string(&Record {
            event_id: format!("{:032x}", self.sequence_number.0),
            event_name,
            event_version: "1.1",
            event_source: "aws:dynamodb",
            aws_region: "us-east-1",
            dynamodb: Change {
                approximate_creation_date_time: self.created_at_epoch_s,
                keys: json!({"pk": {"S": self.pk}, "sk": {"S": self.sk}}),
                new_image: new.map(|image| image.item),
                old_image: old.map(|image| image.item),
                sequence_number: self.sequence_number.to_string(),
                size_bytes: keys_bytes + bytes(new) + bytes(old),
                stream_view_type: "NEW_AND_OLD_IMAGES",
            },
            event_source_arn,
        })?;
        Ok(Some(record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: i64, new: Option<&str>, old: Option<&str>) -> Row {
        Row {
            sequence_number: SequenceNumber(number),
            pk: "events#a\"b".to_owned(),
            sk: "x".to_owned(),
            new_image: new.map(|item| format!("30:{item}")),
            old_image: old.map(|item| format!("12:{item}")),
            created_at_epoch_s: 1_600_000_000,
        }
    }

    #[test]
    fn an_event_is_as_lambda_hands_it_over() {
        let mut batch = Batch::new("audit");
        assert!(batch.add(&row(17, Some(r#"{"pk":{"S":"events#a\"b"},"salt":{"B":"AP+A"}}"#), None)).unwrap());

        assert_eq!(
            batch.into_event(),
            concat!(
                r#"{"Records":[{"eventID":"00000000000000000000000000000011","eventName":"INSERT","#,
                r#""eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","#,
                r#""dynamodb":{"ApproximateCreationDateTime":1600000000,"#,
                r#""Keys":{"pk":{"S":"events#a\"b"},"sk":{"S":"x"}},"#,
                r#""NewImage":{"pk":{"S":"events#a\"b"},"salt":{"B":"AP+A"}},"#,
                r#""SequenceNumber":"100000000000000000017","SizeBytes":45,"StreamViewType":"NEW_AND_OLD_IMAGES"},"#,
                r#""eventSourceARN":"arn:aws:dynamodb:us-east-1:000000000000:table/audit/stream/embedded"}]}"#
            )
        );
    }

    #[test]
    fn an_item_put_again_as_it_was_is_no_change() {
        let mut batch = Batch::new("audit");

        let (ab, ba) = (r#"{"a":{"S":"1"},"b":{"N":"2"}}"#, r#"{"b":{"N":"2"},"a":{"S":"1"}}"#);
        assert!(batch.add(&row(1, Some(ab), Some(ba))).unwrap());
        assert_eq!((batch.sequence_numbers(), batch.through()), (&[][..], Some(SequenceNumber(1))));
        assert!(batch.add(&row(2, Some(ab), Some(r#"{"a":{"S":"1"}}"#))).unwrap());
        assert_eq!(batch.sequence_numbers(), [SequenceNumber(2)]);
    }

    #[test]
    fn a_batch_has_six_mebibytes_or_one_change() {
        let large = format!(r#"{{"a":{{"S":"{}"}}}}"#, "x".repeat(4 * 1024 * 1024));
        let mut batch = Batch::new("audit");

        assert!(batch.add(&row(1, Some(&large), Some("{}"))).unwrap());
        assert!(!batch.add(&row(2, Some(&large), None)).unwrap());
        assert!(batch.add(&row(2, Some("{}"), None)).unwrap());

        let mut alone = Batch::new("audit");
        assert!(alone.add(&row(1, Some(&large), Some(&large.replace('x', "y")))).unwrap());
        assert_eq!(alone.sequence_numbers(), [SequenceNumber(1)]);
    }

    #[test]
    fn numbers_have_one_width_so_that_their_order_is_that_of_texts() {
        let text = |number: i64| SequenceNumber(number).to_string();

        assert_eq!(text(0), "100000000000000000000");
        assert_eq!(text(i64::MAX), "109223372036854775807");
        assert!(text(9) < text(10));
        assert_eq!(SequenceNumber(10).before(), SequenceNumber(9));
    }

    #[test]
    fn a_number_is_read_in_its_own_form_alone() {
        for number in [0, 1, i64::MAX] {
            let number = SequenceNumber(number);
            assert_eq!(SequenceNumber::parse(&number.to_string()), Some(number));
        }
        for wrong in [
            "",
            "1",
            "10000000000000000001",
            "1000000000000000000001",
            "200000000000000000001",
            "1+0000000000000000001",
            "109223372036854775808",
            "1０000000000000000000",
        ] {
            assert_eq!(SequenceNumber::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_image_that_is_not_in_its_form_is_named() {
        let mut bare = row(5, Some("{}"), None);
        bare.new_image = Some("{}".to_owned());
        for row in [row(5, Some("{"), None), bare] {
            let error = Batch::new("audit").add(&row).unwrap_err();
            assert_eq!(error.to_string(), "the change 5 is not readable");
        }
    }
}
