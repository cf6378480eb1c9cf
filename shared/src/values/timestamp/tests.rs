//! Times read and written, at their ends and in every form that is refused.

use super::*;

fn zoned(text: &str) -> Result<String, TimeError> {
    Moment::parse_zoned(text).map(|moment| moment.floor().to_string())
}

fn any(text: &str) -> Result<String, TimeError> {
    Moment::parse_assuming_utc(text).map(|moment| moment.floor().to_string())
}

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
fn what_is_written_is_read_back_and_is_what_the_time_crate_writes() {
    use time::macros::format_description;
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    for ms in (0..=Timestamp::MAX.0).step_by(86_399_123_457).chain([Timestamp::MAX.0, 951_782_400_000]) {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * NANOSECONDS_PER_MS).expect("in range");
        let text = Timestamp(ms).to_string();
        assert_eq!(at.format(&form).expect("a time formats"), text);
        assert_eq!(Timestamp::parse_fixed(&text), Some(Timestamp(ms)));
    }
}

#[test]
fn a_zoned_date_time_is_read_in_any_zone_and_precision() {
    assert_eq!(zoned("2018-04-10T16:20:56.829Z").as_deref(), Ok("2018-04-10T16:20:56.829Z"));
    assert_eq!(zoned("2018-04-10T18:20:56+02:00").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
    assert_eq!(zoned("2018-04-10T16:20:56.829123456Z").as_deref(), Ok("2018-04-10T16:20:56.829Z"));
    assert_eq!(zoned("2018-04-10t16:20:56z").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
    assert_eq!(zoned("20180410T162056Z").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
}

#[test]
fn a_date_time_without_a_zone_or_an_impossible_one_is_refused() {
    for bad in [
        "",
        "2018-04-10",
        "2018-04-10T16:20:56",
        "2018-02-30T00:00:00Z",
        "2018-04-10T25:00:00Z",
        "2018-04-10T16:20:56 02:00",
        "yesterday",
        "10000-01-01T00:00:00Z",
        "1523377256829",
        "2018-04-10T16:20:56Z#",
        "２０18-04-10T16:20:56Z",
    ] {
        assert_eq!(zoned(bad), Err(TimeError::NotDateTime), "{bad:?}");
    }
    for bad in ["0000-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00+00:01"] {
        assert_eq!(zoned(bad), Err(TimeError::OutOfRange), "{bad:?}");
    }
}

#[test]
fn without_a_zone_it_is_utc_and_a_date_is_its_first_instant() {
    assert_eq!(any("2018-04-10").as_deref(), Ok("2018-04-10T00:00:00.000Z"));
    assert_eq!(any("2018-04-10T16:20:56.5").as_deref(), Ok("2018-04-10T16:20:56.500Z"));
    assert_eq!(any("2018-04-10T18:20:56+02:00").as_deref(), Ok("2018-04-10T16:20:56.000Z"));
    for bad in ["2018-04-10T", "2018-04-10T25:00", "2018-04-10 16:20:56", "2018-04-10T16:20:56+25:00", "2018", "20", ""]
    {
        assert_eq!(any(bad), Err(TimeError::NotDateOrDateTime), "{bad:?}");
    }
    assert_eq!(any("2018-13-01"), Err(TimeError::NotDateOrDateTime));
    assert_eq!(any("0000-01-01"), Err(TimeError::OutOfRange));
}

#[test]
fn a_finer_time_is_rounded_to_the_side_that_keeps_a_range_exact() {
    let moment = Moment::parse_zoned("2018-04-10T16:20:56.829500Z").expect("a date-time");
    assert_eq!(moment.floor().to_string(), "2018-04-10T16:20:56.829Z");
    assert_eq!(moment.ceil().map(|at| at.to_string()).as_deref(), Some("2018-04-10T16:20:56.830Z"));
    assert_eq!(moment.next_ms().map(|at| at.to_string()).as_deref(), Some("2018-04-10T16:20:56.830Z"));
    let whole = Moment::parse_zoned("2018-04-10T16:20:56.829Z").expect("a date-time");
    assert_eq!(whole.ceil(), Some(whole.floor()));
    let last = Moment::parse_zoned("9999-12-31T23:59:59.9995Z").expect("a date-time");
    assert_eq!(last.ceil(), None);
}
