//! The grammar of times: what is read as what, and all that is refused.

use super::*;

fn zoned(text: &str) -> Result<String, TimeError> {
    Moment::parse_zoned(text).map(|moment| moment.to_string())
}

fn any(text: &str) -> Result<String, TimeError> {
    Moment::parse_assuming_utc(text).map(|moment| moment.to_string())
}

fn moment(text: &str) -> Moment {
    Moment::parse_zoned(text).expect("a date-time")
}

#[test]
fn a_date_time_with_a_zone_is_read_in_every_form_of_the_grammar() {
    for (given, read) in [
        ("2018-04-10T16:20:56.829Z", "2018-04-10T16:20:56.829Z"),
        ("2018-04-10T16:20:56Z", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10T16:20Z", "2018-04-10T16:20:00.000Z"),
        ("2018-04-10t16:20:56z", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10 16:20:56Z", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10 16:20z", "2018-04-10T16:20:00.000Z"),
        ("2018-04-10T18:20:56+02:00", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10 18:20:56.5+02", "2018-04-10T16:20:56.500Z"),
        ("2018-04-10T18:20:56+0200", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10T06:35:56-09:45", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10T16:20:56-00:00", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10T16:20:56+00:00", "2018-04-10T16:20:56.000Z"),
        ("2018-04-11T16:19:56+23:59", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10T16:20:56.5Z", "2018-04-10T16:20:56.500Z"),
        ("2018-04-10T16:20:56.8290000Z", "2018-04-10T16:20:56.829Z"),
        ("2018-04-10T16:20:56.829123456789012345Z", "2018-04-10T16:20:56.829123456789012345Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ] {
        assert_eq!(zoned(given).as_deref(), Ok(read), "{given:?}");
        assert_eq!(any(given).as_deref(), Ok(read), "{given:?}");
        assert_eq!(zoned(read).as_deref(), Ok(read), "{read:?}");
    }
}

#[test]
fn without_a_zone_it_is_utc_and_a_date_is_its_first_instant() {
    for (given, read) in [
        ("2018-04-10", "2018-04-10T00:00:00.000Z"),
        ("2018-04-10T16:20", "2018-04-10T16:20:00.000Z"),
        ("2018-04-10T16:20:56.5", "2018-04-10T16:20:56.500Z"),
        ("2018-04-10 16:20:56", "2018-04-10T16:20:56.000Z"),
        ("2018-04-10t16:20:56.0001", "2018-04-10T16:20:56.0001Z"),
    ] {
        assert_eq!(any(given).as_deref(), Ok(read), "{given:?}");
        assert_eq!(zoned(given), Err(TimeError::NotDateTime), "{given:?}");
    }
}

#[test]
fn nothing_else_separates_and_nothing_else_of_iso_8601_is_a_time() {
    for bad in [
        "",
        "2018",
        "2018-04",
        "2018-04-10T",
        "2018-04-10Z",
        "2018-04-10+02:00",
        "2018-04-10T16",
        "2018-04-10T16Z",
        "2018-04-10x16:20:56Z",
        "2018-04-10_16:20:56Z",
        "2018-04-10516:20:56Z",
        "2018-04-10:16:20:56Z",
        "2018-04-10\u{0}16:20:56Z",
        "2018-04-10\n16:20:56Z",
        "2018-04-10\u{a0}16:20:56Z",
        "2018-04-10  16:20:56Z",
        "2018-04-10T 16:20:56Z",
        "2018-04-10T16:20:56 Z",
        "2018-04-10T16:20:56 02:00",
        " 2018-04-10T16:20:56Z",
        "2018-04-10T16:20:56Z\n",
        "2018-04-10T16:20:56Z#",
        "2018-04-10T16:20:56ZZ",
        "2018-04-10T16:20:56,5Z",
        "2018-04-10T16:20:56.Z",
        "2018-04-10T16:20.5Z",
        "2018-04-10T16.5Z",
        "2018-04-10T1620:56Z",
        "2018-04-10T6:20:56Z",
        "20180410T162056Z",
        "2018-W15-2T16:20:56Z",
        "2018-100T16:20:56Z",
        "+002018-04-10T16:20:56Z",
        "10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "2018-4-10T16:20:56Z",
        "2018-00-10T16:20:56Z",
        "2018-13-10T16:20:56Z",
        "2018-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z",
        "2018-04-10T24:00:00Z",
        "2018-04-10T25:00:00Z",
        "2018-04-10T16:60:00Z",
        "2018-04-10T16:20:61Z",
        "2018-04-10T16:20:56+24:00",
        "2018-04-10T16:20:56+2:00",
        "2018-04-10T16:20:56+02:60",
        "2018-04-10T16:20:56+02:",
        "2018-04-10T16:20:56+02:0",
        "2018-04-10T16:20:56+020",
        "2018-04-10T16:20:56+",
        "2018-04-10T16:20:56+02:00:00",
        "2018-04-10T16:20:56\u{2212}02:00",
        "２０18-04-10T16:20:56Z",
        "yesterday",
        "1523377256829",
    ] {
        assert_eq!(zoned(bad), Err(TimeError::NotDateTime), "{bad:?}");
        assert_eq!(any(bad), Err(TimeError::NotDateOrDateTime), "{bad:?}");
    }
}

#[test]
fn the_years_are_1970_to_9999_in_utc() {
    for good in ["1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"] {
        assert_eq!(zoned(good).as_deref(), Ok(good));
    }
    assert_eq!(zoned("1969-12-31T23:00:00-01:00").as_deref(), Ok("1970-01-01T00:00:00.000Z"));
    for bad in [
        "0000-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999Z",
        "1969-12-31T23:59:59.9999Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    ] {
        assert_eq!(zoned(bad), Err(TimeError::OutOfRange), "{bad:?}");
    }
    assert_eq!(any("1969-12-31"), Err(TimeError::OutOfRange));
}

#[test]
fn a_leap_second_is_taken_where_one_can_be_and_lies_before_the_next_month() {
    for good in ["2016-12-31T23:59:60Z", "2017-01-01T01:59:60+02:00", "2016-12-31 18:59:60-0500"] {
        assert_eq!(zoned(good).as_deref(), Ok("2016-12-31T23:59:60.000Z"), "{good:?}");
        assert_eq!(moment(good).floor().to_string(), "2016-12-31T23:59:59.999Z");
        assert_eq!(moment(good).ceil().map(|at| at.to_string()).as_deref(), Some("2017-01-01T00:00:00.000Z"));
    }
    for bad in ["2016-12-30T23:59:60Z", "2016-12-31T23:58:60Z", "2016-12-31T22:59:60Z", "2016-12-31T23:59:60+01:00"] {
        assert_eq!(zoned(bad), Err(TimeError::NotDateTime), "{bad:?}");
    }
    assert_eq!(any("2016-12-31T12:00:60"), Err(TimeError::NotDateOrDateTime));
    assert_eq!(moment("9999-12-31T23:59:60Z").ceil(), None);

    let in_order =
        ["59.999Z", "59.9999999Z", "60Z", "60.05Z", "60.5Z"].map(|s| moment(&format!("2016-12-31T23:59:{s}")));
    assert!(in_order.is_sorted_by(|one, next| next.is_after(one)));
}

#[test]
fn a_finer_time_is_rounded_to_the_side_that_keeps_a_range_exact_at_any_number_of_digits() {
    for finer in
        ["2018-04-10T16:20:56.8295Z", "2018-04-10T16:20:56.8290000001Z", "2018-04-10T16:20:56.82900000000000000001Z"]
    {
        let moment = moment(finer);
        assert_eq!(moment.floor().to_string(), "2018-04-10T16:20:56.829Z");
        assert_eq!(moment.ceil().map(|at| at.to_string()).as_deref(), Some("2018-04-10T16:20:56.830Z"));
        assert_eq!(moment.next_ms().map(|at| at.to_string()).as_deref(), Some("2018-04-10T16:20:56.830Z"));
    }
    let whole = moment("2018-04-10T16:20:56.82900000000000000000Z");
    assert_eq!((whole.ceil(), &whole), (Some(whole.floor()), &Moment::from(whole.floor())));
    let last = moment("9999-12-31T23:59:59.9990000000001Z");
    assert_eq!((last.ceil(), last.ceil_or_last(), last.next_ms()), (None, Timestamp::MAX, None));
}

#[test]
fn moments_are_compared_to_the_last_digit() {
    let in_order = ["829Z", "8290000000001Z", "8290000000002Z", "82900000001Z", "8291Z", "83Z", "9Z"];
    let in_order = in_order.map(|fraction| moment(&format!("2018-04-10T16:20:56.{fraction}")));
    assert!(in_order.is_sorted_by(|one, next| next.is_after(one) && !one.is_after(next)));
    assert_eq!(moment("2018-04-10T16:20:56.82900Z"), moment("2018-04-10T18:20:56.829+02:00"));
}
