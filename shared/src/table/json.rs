//! Items as DynamoDB's own JSON, on one line and with sorted names: what Amazon's exports of a table hold, and what proofs carry.
//!
//! ```text
//! {"pk":{"S":"events#acme#00"},"salt":{"B":"YWJj"},"sk":{"S":"…"}}
//! ```

use crate::table::item::Item;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The JSON of an item.
pub fn write(item: &Item) -> String {
    attributes_to_json(item).to_string()
}

/// The item of a JSON; none if it is not one to the letter of DynamoDB's types.
pub fn read(text: &str) -> Option<Item> {
    from_json(&serde_json::from_str(text).ok()?)
}

/// The item of a JSON value; none if it is not one to the letter of DynamoDB's types.
pub fn from_json(value: &Value) -> Option<Item> {
    value.as_object()?.iter().map(|(name, value)| Some((name.clone(), attribute(value)?))).collect()
}

fn attributes_to_json(item: &Item) -> Value {
    let sorted: BTreeMap<_, _> = item.iter().collect();
    Value::Object(sorted.into_iter().map(|(name, value)| (name.clone(), to_json(value))).collect())
}

fn to_json(value: &AttributeValue) -> Value {
    let base64 = |blob: &Blob| STANDARD.encode(blob.as_ref());
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::B(blob) => json!({ "B": base64(blob) }),
        AttributeValue::Bool(is) => json!({ "BOOL": is }),
        AttributeValue::Null(is) => json!({ "NULL": is }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::Bs(blobs) => json!({ "BS": blobs.iter().map(base64).collect::<Vec<_>>() }),
        AttributeValue::L(values) => json!({ "L": values.iter().map(to_json).collect::<Vec<_>>() }),
        AttributeValue::M(map) => json!({ "M": attributes_to_json(map) }),
        _ => Value::Null, // a type that DynamoDB does not have yet: it reads back as nothing
    }
}

fn attribute(value: &Value) -> Option<AttributeValue> {
    let object: &Map<String, Value> = value.as_object().filter(|object| object.len() == 1)?;
    let (tag, value) = object.iter().next()?;
    let texts = || value.as_array()?.iter().map(|value| Some(value.as_str()?.to_owned())).collect::<Option<Vec<_>>>();
    let blob = |text: &str| STANDARD.decode(text).ok().map(Blob::new);
    Some(match tag.as_str() {
        "S" => AttributeValue::S(value.as_str()?.to_owned()),
        "N" => AttributeValue::N(value.as_str()?.to_owned()),
        "B" => AttributeValue::B(blob(value.as_str()?)?),
        "BOOL" => AttributeValue::Bool(value.as_bool()?),
        "NULL" => AttributeValue::Null(value.as_bool()?),
        "SS" => AttributeValue::Ss(texts()?),
        "NS" => AttributeValue::Ns(texts()?),
        "BS" => AttributeValue::Bs(texts()?.iter().map(|text| blob(text)).collect::<Option<_>>()?),
        "L" => AttributeValue::L(value.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "M" => AttributeValue::M(from_json(value)?),
        _ => return None, // no type of DynamoDB
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"b":{"B":"YWJj"},"bs":{"BS":["YQ==","Yg=="]},"l":{"L":[{"BOOL":true},{"NULL":true}]},"m":{"M":{"x":{"SS":["a","b"]}}},"n":{"N":"1.0"},"ns":{"NS":["1","2"]},"s":{"S":"é\n\u0001"}}"#;

    #[test]
    fn an_item_of_every_type_reads_and_writes_back() {
        let item = read(TEXT).expect("an item");
        assert_eq!(item["b"], AttributeValue::B(Blob::new("abc")));
        assert_eq!(item["n"], AttributeValue::N("1.0".to_owned()));
        assert_eq!(item.len(), 7);
        assert_eq!(write(&item), TEXT);
    }

    #[test]
    fn what_is_no_item_does_not_read() {
        for bad in [
            "",
            "[]",
            "{",
            r#"{"a":"b"}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"S":1}}"#,
            r#"{"a":{"S":"x","N":"1"}}"#,
            r#"{"a":{"X":"x"}}"#,
            r#"{"a":{"N":1}}"#,
            r#"{"a":{"B":"?"}}"#,
            r#"{"a":{"BOOL":"true"}}"#,
            r#"{"a":{"L":["x"]}}"#,
        ] {
            assert_eq!(read(bad), None, "{bad} was read");
        }
    }
}
