//! Which objects are carried along, and which of them have the same content.

use super::*;

fn object(text: &str) -> Result<String, String> {
    JsonObject::parse(text).map(|object| object.as_str().to_owned()).map_err(|error| error.to_string())
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
    assert!(
        object("{\"a\":{\"b\":1,\"b\":2}}")
            .is_err_and(|said| said == "must not have the key \"b\" twice in one object")
    );
    let half = r"must not have half a surrogate pair: \ud83d is a character only with the \ude00 behind it";
    for halved in [r#"{"a":"\ud800"}"#, r#"{"\udc00":1}"#, r#"{"a":[{"b":"x\ud800"}]}"#] {
        assert_eq!(object(halved), Err(half.to_owned()), "{halved}");
    }
    assert!(object("{} {}").is_err());
    assert!(object("{\"a\":01}").is_err_and(|said| said.starts_with("must be a JSON object: ")));

    let nested = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(object(&nested(16)).is_ok());
    assert!(object(&nested(17)).is_err_and(|said| said.contains("nested deeper than 16")));
    assert!(object(&nested(100_000)).is_err());

    let sized = |bytes: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(bytes - 8));
    assert_eq!(object(&sized(16_384)).map(|kept| kept.len()), Ok(16_384));
    assert_eq!(object(&sized(16_385)), Err("must be at most 16384 bytes of JSON".to_owned()));
}

#[test]
fn a_number_of_any_size_is_carried() {
    for number in ["1e400", "1e-400", "-1E+99999", "0.10", "-0", "123456789012345678901234567890"] {
        let text = format!(r#"{{"n":[{number}]}}"#);
        assert_eq!(object(&text), Ok(text));
    }
}

fn canonical(text: &str) -> String {
    JsonObject::parse(text).expect("an object").canonical()
}

#[test]
fn the_canonical_form_is_kept_from_release_to_release() {
    for (given, form) in [
        ("{}", "{}"),
        (r#"{"b":2,"a":1}"#, r#"{"a":1,"b":2}"#),
        (r#"{ "b" : [ { "d" : null , "c" : true } , 1.10 ] }"#, r#"{"b":[{"c":true,"d":null},1.10]}"#),
        (r#"{"\u00eb":"\u00eb\/\u002f"}"#, r#"{"ë":"ë//"}"#),
        (
            r#"{"a":"\u0022\u005c\u0008\u000C\u000a\u000d\u0009\u0000\u001F\u007f"}"#,
            "{\"a\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\u{7f}\"}",
        ),
        (r#"{"ﬀ":1,"\ud83d\ude00":2,"z":3,"":4,"Z":5}"#, r#"{"":4,"Z":5,"z":3,"ﬀ":1,"😀":2}"#),
        (r#"{"n":[1,1.0,1e0,-0,0.10,1E400]}"#, r#"{"n":[1,1.0,1e0,-0,0.10,1E400]}"#),
        (r#"{"l":[2,1,"b","a"]}"#, r#"{"l":[2,1,"b","a"]}"#),
    ] {
        assert_eq!(canonical(given), form, "{given}");
        assert_eq!(canonical(form), form, "{form}");
    }
}

#[test]
fn a_stored_text_that_is_no_good_object_is_its_own_canonical_form() {
    let deep = format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000));
    for odd in ["{odd}", r#"{"b":"\ud800"}"#, &deep] {
        let stored = JsonObject::from_stored(odd.to_owned()).expect("braces");
        assert_eq!(stored.canonical(), odd);
    }
}
