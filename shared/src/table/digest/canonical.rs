//! The canonical JSON of a value that is no string. Writers put none in an event; a hand may.
//!
//! | type | value |
//! |---|---|
//! | `N` | `<digits>e<exponent>` with neither leading nor trailing zeros: `100` is `1e2`, `-0.50` is `-5e-1`, `0` is `0` |
//! | `B` | base64 in quotes |
//! | `BOOL`, `NULL` | `true` or `false` |
//! | `SS`, `NS`, `BS` | a list of strings, sorted by their bytes |
//! | `L`, `M` | a list, or an object whose names are sorted by their bytes, of `{"<type>":<value>}` |

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// DynamoDB's name of the value's type.
pub(super) fn tag(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::S(_) => "S",
        AttributeValue::N(_) => "N",
        AttributeValue::B(_) => "B",
        AttributeValue::Bool(_) => "BOOL",
        AttributeValue::Null(_) => "NULL",
        AttributeValue::Ss(_) => "SS",
        AttributeValue::Ns(_) => "NS",
        AttributeValue::Bs(_) => "BS",
        AttributeValue::L(_) => "L",
        AttributeValue::M(_) => "M",
        _ => "?", // a type that DynamoDB adds one day
    }
}

/// The value in its canonical form.
pub(super) fn canonical(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => json!(text).to_string(),
        AttributeValue::N(text) => number(text),
        AttributeValue::B(blob) => json!(STANDARD.encode(blob)).to_string(),
        AttributeValue::Bool(truth) | AttributeValue::Null(truth) => truth.to_string(),
        AttributeValue::Ss(texts) => sorted(texts.iter().cloned()),
        AttributeValue::Ns(texts) => sorted(texts.iter().map(|text| number(text))),
        AttributeValue::Bs(blobs) => sorted(blobs.iter().map(|blob| STANDARD.encode(blob))),
        AttributeValue::L(values) => {
            let values: Vec<_> = values.iter().map(typed).collect();
            format!("[{}]", values.join(","))
        }
        AttributeValue::M(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            let entries: Vec<_> =
                entries.into_iter().map(|(name, value)| format!("{}:{}", json!(name), typed(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
        _ => String::new(), // a type that DynamoDB adds one day
    }
}

fn typed(value: &AttributeValue) -> String {
    format!("{{\"{}\":{}}}", tag(value), canonical(value))
}

fn sorted(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<_> = texts.collect();
    texts.sort();
    Value::from(texts).to_string()
}

/// One form for each value; a text that is no number stays as it is.
fn number(text: &str) -> String {
    parts(text).unwrap_or_else(|| text.to_owned())
}

fn parts(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent = exponent.parse::<i64>().ok()?.checked_sub(fraction.len() as i64)?;
    let significant = digits.trim_end_matches('0');
    let exponent = exponent.checked_add((digits.len() - significant.len()) as i64)?;
    match significant.trim_start_matches('0') {
        "" => Some("0".to_owned()),
        significant => Some(format!("{sign}{significant}e{exponent}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("1", "1e0"),
            ("1.0", "1e0"),
            ("+001", "1e0"),
            ("100", "1e2"),
            ("1E+2", "1e2"),
            ("-0.50", "-5e-1"),
            ("12345678901234567890.5", "123456789012345678905e-1"),
            ("x", "x"),
            ("", ""),
            ("1e99999999999999999999", "1e99999999999999999999"),
        ] {
            assert_eq!(number(text), expected, "{text:?}");
        }
    }
}
