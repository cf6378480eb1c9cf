//! Times and days as a page shows them: in UTC, and in the reader's own time once the script has run.

use maud::{Markup, html};
use shared::values::day::Day;
use shared::values::timestamp::Timestamp;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `24 Jul 2020, 03:26:02 UTC`, with the exact time for the script and for who hovers.
pub(crate) fn time(at: Timestamp) -> Markup {
    let exact = at.to_string();
    html! { time datetime=(exact) title=(exact) { (day(Day::of(at))) ", " (exact.get(11..19).unwrap_or_default()) " UTC" } }
}

/// `24 Jul 2020`
pub(crate) fn day(day: Day) -> String {
    let text = day.to_string();
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    let day = day.map(|day| day.trim_start_matches('0'));
    [day, month.copied(), year].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// A number with a comma before each three digits: `12,345`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_days_and_numbers_are_shown_like_this() {
        let at = Timestamp::parse_fixed("2020-07-04T03:26:02.007Z").expect("a time");
        assert_eq!(
            time(at).into_string(),
            r#"<time datetime="2020-07-04T03:26:02.007Z" title="2020-07-04T03:26:02.007Z">4 Jul 2020, 03:26:02 UTC</time>"#
        );
        assert_eq!(day(Day::parse("9999-12-31").expect("a day")), "31 Dec 9999");
        let numbers = [0, 12, 123, 1_234, 123_456, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "12", "123", "1,234", "123,456", "1,234,567"]);
    }
}
