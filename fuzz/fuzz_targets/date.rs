//! Times: what is printed reads back, texts sort as times do, every zone gives the same instant, and ranges lose nothing.
#![no_main]

use fuzz::UNIT;
use libfuzzer_sys::fuzz_target;
use shared::values::timestamp::{Moment, Timestamp};

const LENGTH: usize = 24;
const MS_PER_DAY: i64 = 24 * 60 * 60 * 1_000;
const OFFSET_MINUTES_MAX: i64 = 23 * 60 + 59;

// A text: `<date-time>, <date-time>, <ms since 1970>, <minutes east of Greenwich>` in parts.
fuzz_target!(|text: &str| {
    let mut parts = text.split(UNIT);
    let mut next = || parts.next().unwrap_or_default();
    let (one, other) = (next(), next());
    if let (Some(one_at), Some(other_at)) = (fixed(one), fixed(other)) {
        assert_eq!(one.cmp(other), one_at.cmp(&other_at));
    }
    if let (Some(one), Some(other)) = (given(one), given(other)) {
        assert!(one.floor() <= other.floor() || one.is_after(&other));
    }
    let mut number = || next().parse().unwrap_or_default();
    made_of_numbers(number(), number() % (OFFSET_MINUTES_MAX + 1));
});

fn fixed(text: &str) -> Option<Timestamp> {
    let at = Timestamp::parse_fixed(text)?;
    assert_eq!(at.to_string(), text);
    assert_eq!(Moment::parse_zoned(text), Ok(Moment::from(at)));
    Some(at)
}

fn given(text: &str) -> Option<Moment> {
    let zoned = Moment::parse_zoned(text);
    let Ok(moment) = Moment::parse_assuming_utc(text) else {
        assert!(zoned.is_err());
        return None;
    };
    assert!(zoned.is_err() || zoned.as_ref() == Ok(&moment));
    assert_eq!(Moment::parse_zoned(&moment.to_string()).as_ref(), Ok(&moment));
    let floor = moment.floor();
    assert!((Timestamp::MIN..=Timestamp::MAX).contains(&floor));
    assert_eq!(fixed(&floor.to_string()), Some(floor));
    assert_eq!(moment.next_ms(), floor.plus_ms(1));
    let is_whole = moment == Moment::from(floor);
    assert_eq!(moment.ceil(), if is_whole { Some(floor) } else { floor.plus_ms(1) });
    assert_eq!(moment.ceil_or_last(), moment.ceil().unwrap_or(Timestamp::MAX));
    Some(moment)
}

fn made_of_numbers(ms: i64, offset_minutes: i64) {
    let Some(at) = Timestamp::from_epoch_ms(ms) else {
        assert!(ms < Timestamp::MIN.epoch_ms() || ms > Timestamp::MAX.epoch_ms());
        return;
    };
    assert_eq!(at.to_string(), civil(ms) + "Z");
    assert_eq!(at.to_string().len(), LENGTH);
    assert_eq!(fixed(&at.to_string()), Some(at));

    let local_ms = ms + offset_minutes * 60_000;
    if Timestamp::from_epoch_ms(local_ms).is_some() {
        let sign = if offset_minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
        let local = format!("{}{sign}{hours:02}:{minutes:02}", civil(local_ms));
        assert_eq!(Moment::parse_zoned(&local), Ok(Moment::from(at)), "{local}");
    }
}

/// The date and time of day, counted year by year and month by month.
fn civil(ms: i64) -> String {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of = |year| if is_leap(year) { 366 } else { 365 };
    let (mut day, of_day) = (ms.div_euclid(MS_PER_DAY), ms.rem_euclid(MS_PER_DAY));
    let mut year = 1970;
    while day >= days_of(year) {
        day -= days_of(year);
        year += 1;
    }
    let mut month = 1;
    for days in [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    let (day, ms) = (day + 1, of_day % 1_000);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}")
}
