//! A picture of how many events each day has, whose bars narrow the list to their day.

use crate::when;
use maud::{Markup, html};
use shared::store::{DAYS_MAX, DayTotal};
use shared::values::day::Day;
use shared::values::timestamp::Timestamp;
use shared::viewer::bounds::EventBounds;
use std::iter::successors;

/// Days that are shown where nobody says from when: a month.
const DAYS_DEFAULT: usize = 31;

/// Width of a day, in units of the picture: wide enough to be hit with a finger (WCAG 2.2, 2.5.8: 24 px).
const DAY_WIDTH: usize = 24;

/// Height of the longest bar, in units of the picture.
const HEIGHT: u64 = 56;

/// Height of what stands below the bars.
const FOOT: u64 = 16;

/// The days that are shown for what is asked for: no day after today, and no more than [`DAYS_MAX`].
pub(crate) fn days(bounds: &EventBounds, now: Timestamp) -> (Day, Day) {
    let today = Day::of(now);
    let last = bounds.to.map_or(today, |to| to.min(today)).max(bounds.from.unwrap_or(Day::MIN).min(today));
    let back = |days: usize| successors(Some(last), |day| day.previous()).take(days).last().unwrap_or(last);
    let first = bounds.from.map_or_else(|| back(DAYS_DEFAULT), |from| from.max(back(DAYS_MAX)));
    (first.min(last), last)
}

/// The picture. `narrowed` is the URL of the list narrowed to a day.
pub(crate) fn picture(days: &[(Day, DayTotal)], narrowed: impl Fn(Day) -> String) -> Markup {
    let highest = days.iter().filter_map(|(_, total)| count(*total)).max().unwrap_or_default();
    let width = days.len() * DAY_WIDTH;
    let view_box = format!("0 0 {width} {}", HEIGHT + FOOT);
    html! {
        figure.histogram {
            figcaption { "Events by day (UTC)" @if highest > 0 { span.muted { " · at most " (when::number(highest)) } } }
            div.scroll tabindex="0" role="group" aria-label="Events by day" {
                svg width=(width) height=(HEIGHT + FOOT) viewBox=(view_box) {
                    @for (at, (day, total)) in days.iter().enumerate() {
                        (bar(at, *day, *total, highest, &narrowed(*day)))
                    }
                }
            }
        }
    }
}

fn bar(at: usize, day: Day, total: DayTotal, highest: u64, url: &str) -> Markup {
    let said = said(day, total);
    let (x, height) = (at * DAY_WIDTH, count(total).map_or(HEIGHT, |count| scaled(count, highest)));
    let class = match total {
        DayTotal::Exactly(_) => "bar",
        DayTotal::AtLeast(_) => "bar open",
        DayTotal::Unknown => "bar unknown",
    };
    let text = day.to_string();
    let of_month = text.get(8..).unwrap_or_default();
    let label = if of_month == "01" || at == 0 { when::day(day) } else { String::new() };
    html! {
        a href=(url) aria-label=(said) {
            title { (said) }
            rect.hit x=(x) y="0" width=(DAY_WIDTH) height=(HEIGHT + FOOT) {}
            rect class=(class) x=(x + 3) y=(HEIGHT - height) width=(DAY_WIDTH - 6) height=(height) {}
        }
        @if !label.is_empty() { text x=(x + 3) y=(HEIGHT + FOOT - 3) aria-hidden="true" { (label) } }
    }
}

fn count(total: DayTotal) -> Option<u64> {
    match total {
        DayTotal::Exactly(count) | DayTotal::AtLeast(count) => Some(count),
        DayTotal::Unknown => None,
    }
}

/// A day with an event has a bar that can be seen.
fn scaled(count: u64, highest: u64) -> u64 {
    if count == 0 || highest == 0 {
        0
    } else {
        (u128::from(count) * u128::from(HEIGHT) / u128::from(highest)).max(2) as u64
    }
}

fn said(day: Day, total: DayTotal) -> String {
    let day = when::day(day);
    match total {
        DayTotal::Exactly(1) => format!("{day}: 1 event"),
        DayTotal::Exactly(count) => format!("{day}: {} events", when::number(count)),
        DayTotal::AtLeast(count) => format!("{day}: {} events or more", when::number(count)),
        DayTotal::Unknown => format!("{day}: not counted yet"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn the_days_are_a_month_up_to_today_or_what_is_asked_for_up_to_a_year() {
        let now = Timestamp::parse_fixed("2026-11-26T05:00:00.000Z").expect("a time");
        let of = |from: Option<&str>, to: Option<&str>| {
            let bounds = EventBounds { from: from.map(day), to: to.map(day), ..EventBounds::default() };
            let (first, last) = days(&bounds, now);
            (first.to_string(), last.to_string())
        };
        let are = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(of(None, None), are("2026-10-27", "2026-11-26"));
        assert_eq!(of(Some("2026-11-20"), None), are("2026-11-20", "2026-11-26"));
        assert_eq!(of(Some("2026-11-20"), Some("2026-11-21")), are("2026-11-20", "2026-11-21"));
        assert_eq!(of(Some("2001-01-01"), None), are("2025-11-26", "2026-11-26"));
        assert_eq!(of(Some("2030-01-01"), Some("2030-02-01")), are("2026-11-26", "2026-11-26"));
        assert_eq!(of(None, Some("1970-01-02")), are("1970-01-01", "1970-01-02"));
    }

    #[test]
    fn a_bar_is_as_high_as_its_share_and_says_its_number() {
        let total = [(day("2026-11-01"), DayTotal::Exactly(1_200)), (day("2026-11-02"), DayTotal::AtLeast(1))];
        let shown = picture(&total, |day| format!("?from={day}&to={day}")).into_string();
        assert!(
            shown.contains(r#"<a href="?from=2026-11-01&amp;to=2026-11-01" aria-label="1 Nov 2026: 1,200 events">"#),
            "{shown}"
        );
        assert!(shown.contains(r#"<rect class="bar" x="3" y="0" width="18" height="56"></rect>"#), "{shown}");
        assert!(shown.contains(r#"<rect class="bar open" x="27" y="54" width="18" height="2"></rect>"#), "{shown}");
        let unknown = picture(&[(day("2026-11-02"), DayTotal::Unknown)], |_| String::new()).into_string();
        assert!(unknown.contains("not counted yet"), "{unknown}");
    }
}
