//! Stored times written and read, at their ends and in every form that is refused.

use super::*;

#[test]
fn a_timestamp_is_written_at_fixed_width() {
    assert_eq!(Timestamp::MIN.to_string(), "1970-01-01T00:00:00.000Z");
    assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999Z");
    assert_eq!(Timestamp(1_595_561_162_000).to_string(), "2020-07-24T03:26:02.000Z");
}

#[test]
fn only_the_fixed_form_is_read_back_from_a_key() {
    assert_eq!(Timestamp::parse_fixed("2020-07-24T03:26:02.000Z"), Some(Timestamp(1_595_561_162_000)));
    for bad in [
        "",
        "2020-07-24T03:26:02Z",
        "2020-07-24t03:26:02.000z",
        "2020-07-24T03:26:02+00:00",
        "1969-12-31T23:59:59.999Z",
        "2020-07-24T03:26:02.000z",
        "2020-07-24T03:26:02,000Z",
        "2020-07-24 03:26:02.000Z",
        "2020-07-24T03:26:02.0000Z",
        "2020-07-24T03:26:02.+00Z",
        "2020-07-2:T03:26:02.000Z",
        "2020-00-24T03:26:02.000Z",
        "2020-13-24T03:26:02.000Z",
        "2021-02-29T03:26:02.000Z",
        "2020-07-24T24:00:00.000Z",
        "2020-07-24T03:60:02.000Z",
        "2016-12-31T23:59:60.000Z",
        "２2020-07-24T03:26:02.0Z",
    ] {
        assert_eq!(Timestamp::parse_fixed(bad), None, "{bad:?} was read");
    }
}

#[test]
fn what_is_written_is_read_back_and_is_what_chrono_writes() {
    for ms in (0..=Timestamp::MAX.0).step_by(86_399_123_457).chain([Timestamp::MAX.0, 951_782_400_000]) {
        let at = DateTime::from_timestamp_millis(ms).expect("in range");
        let text = Timestamp(ms).to_string();
        assert_eq!(at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(), text);
        assert_eq!(Timestamp::parse_fixed(&text), Some(Timestamp(ms)));
    }
}
