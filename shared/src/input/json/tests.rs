//! What is read as JSON, and what is refused.

use super::*;

#[test]
fn fields_are_taken_by_name_and_null_is_absent() {
    let mut fields = Fields::parse(r#" {"a": 1, "b": null, "c": "x"} "#).expect("an object");
    assert_eq!(fields.take("a").map(RawValue::get), Some("1"));
    assert!(fields.take("b").is_none());
    assert!(fields.take("d").is_none());
    assert_eq!(fields.names().collect::<Vec<_>>(), ["c"]);
}

#[test]
fn what_is_not_an_object_of_distinct_fields_is_refused() {
    for bad in ["", "{", "{} {}", "{'a': 1}", "\u{feff}{}", "{\"a\":\"\u{1}\"}"] {
        assert!(matches!(Fields::parse(bad), Err(FieldsError::NotJson(_))), "{bad:?}");
    }
    for bad in ["[]", "null", "1", "\"{}\""] {
        assert_eq!(Fields::parse(bad).map(|_| ()), Err(FieldsError::NotObject), "{bad:?}");
    }
    let repeated = Fields::parse(r#"{"a": 1, "\u0061": 2}"#).map(|_| ());
    assert_eq!(repeated, Err(FieldsError::Repeated("a".to_owned())));
}

#[test]
fn a_byte_order_mark_is_passed_over_once_and_only_at_the_start() {
    let cases = [
        ("", ""),
        ("\u{feff}", ""),
        ("\u{feff}{}", "{}"),
        ("{}", "{}"),
        ("\u{feff}\u{feff}{}", "\u{feff}{}"),
        ("{}\u{feff}", "{}\u{feff}"),
        (" \u{feff}{}", " \u{feff}{}"),
    ];
    for (given, left) in cases {
        assert_eq!(without_byte_order_mark(given), left, "{given:?}");
    }
}

#[test]
fn a_string_that_is_none_and_one_that_is_no_text_are_told_apart() {
    let read = |text: &str| string(serde_json::from_str(text).expect("JSON"));
    assert_eq!(read(r#""\u00eb\ud83d\ude00""#).as_deref(), Ok("ë😀"));
    for other in ["1", "null", "{}", "[]", "true"] {
        assert_eq!(read(other), Err("must be a string".to_owned()), "{other}");
    }
    let said = r"must not have half a surrogate pair: \ud83d is a character only with the \ude00 behind it";
    for halved in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83dx""#, r#""\ud83d\u0041""#, r#""\ude00\ud83d""#] {
        assert_eq!(read(halved), Err(said.to_owned()), "{halved}");
    }
}
