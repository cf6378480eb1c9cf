//! What is read as JSON, and what is refused.

use super::*;

fn object(text: &str) -> Result<String, String> {
    JsonObject::parse(text).map(|object| object.as_str().to_owned()).map_err(|error| error.to_string())
}

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
fn an_object_keeps_numbers_key_order_and_strings_to_the_letter() {
    let text = "{ \"b\" : 1.10,\n\"a\": 123456789012345678901234567890, \"s\": \" \\\" \\\\\", \"l\": [ 1 , {} ] }";
    let kept = r#"{"b":1.10,"a":123456789012345678901234567890,"s":" \" \\","l":[1,{}]}"#;
    assert_eq!(object(text).as_deref(), Ok(kept));
}

#[test]
fn an_object_that_is_none_too_large_too_deep_or_ambiguous_is_refused() {
    assert_eq!(object("[]"), Err("must be a JSON object".to_owned()));
    assert!(object("{\"a\":{\"b\":1,\"b\":2}}").is_err_and(|said| said.contains("has the key \"b\" twice")));
    assert!(object("{\"a\":\"\\ud800\"}").is_err());
    assert!(object("{} {}").is_err());

    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(object(&nested(16)).is_ok());
    assert!(object(&nested(17)).is_err_and(|said| said.contains("nested deeper than 16")));
    assert!(object(&nested(100_000)).is_err());

    let sized = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
    assert_eq!(object(&sized(16_384)).map(|kept| kept.len()), Ok(16_384));
    assert_eq!(object(&sized(16_385)), Err("must be at most 16384 bytes of JSON".to_owned()));
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
