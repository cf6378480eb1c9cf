//! How many events a day has: what the network audit counts of it, so that nobody needs to count a closed day again.

use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::ids::UserId;
use std::collections::HashMap;
use std::iter::successors;
use std::mem::{replace, take};

/// Fewest events of one user in a day for which the user is counted by itself: with fewer, to count them costs one request.
pub const SUBJECT_EVENTS_MIN: u64 = 1_000;

/// Most users that a day counts by themselves, of each category, so that its item stays small: those with the most events.
pub const SUBJECTS_MAX: usize = 100;

/// Most days without an event, one after the other, that are counted: each is an item. Longer stretches, as behind an event that
/// was imported from long ago, are left out, and counting all of one costs one request.
pub const EMPTY_DAYS_MAX: usize = 31;

/// How many events one day has: in all, and as far as the network audit asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayCount {
    /// How many there are in all, with those that are in neither half of the network audit.
    pub events: u64,
    /// How many are of [`Category::Users`].
    pub users: u64,
    /// How many are of [`Category::UserAccess`].
    pub user_access: u64,
    /// How many concern one user, for users with [`SUBJECT_EVENTS_MIN`] and more; the users with the most come first.
    pub subjects: Vec<(Category, UserId, u64)>,
}

impl DayCount {
    /// How many events of a category the day has.
    pub fn of(&self, category: Category) -> u64 {
        match category {
            Category::Users => self.users,
            Category::UserAccess => self.user_access,
        }
    }
}

/// Counts the events of day after day, given in the order of time.
#[derive(Debug)]
pub struct DayTally {
    day: Day,
    is_empty: bool,
    count: DayCount,
    subjects: HashMap<(Category, UserId), u64>,
}

/// Days that a [`DayTally`] has gone past.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct DaysOver {
    /// The days that are counted, in order, each with its numbers.
    pub counts: Vec<(Day, DayCount)>,
    /// How many days are not counted: those of a stretch without an event that is longer than [`EMPTY_DAYS_MAX`].
    pub left_out: usize,
}

impl DaysOver {
    /// Adds days that come after these.
    pub fn add(&mut self, next: Self) {
        self.counts.extend(next.counts);
        self.left_out += next.left_out;
    }
}

impl DayTally {
    /// Begins to count with the first instant of a day.
    pub fn new(first: Day) -> Self {
        Self { day: first, is_empty: true, count: DayCount::default(), subjects: HashMap::new() }
    }

    /// Goes on to a later day, and returns the days that are over with that.
    pub fn go_on_to(&mut self, day: Day) -> DaysOver {
        let mut over = DaysOver::default();
        if self.day < day && !replace(&mut self.is_empty, true) {
            over.counts.push((self.day, self.close()));
            self.day = self.day.next().unwrap_or(day);
        }
        let empty = self.day.days_to(day);
        if empty > EMPTY_DAYS_MAX {
            over.left_out = empty;
        } else {
            let stretch = successors(Some(self.day), |day| day.next()).take(empty);
            over.counts.extend(stretch.map(|day| (day, DayCount::default())));
        }
        self.day = self.day.max(day);
        over
    }

    /// Counts an event of the day; one without a subject is in no half of the network audit, only in the day's total.
    pub fn add(&mut self, subject: Option<(Category, UserId)>) {
        self.is_empty = false;
        self.count.events += 1;
        let Some(subject) = subject else { return };
        match subject.0 {
            Category::Users => self.count.users += 1,
            Category::UserAccess => self.count.user_access += 1,
        }
        *self.subjects.entry(subject).or_default() += 1;
    }

    fn close(&mut self) -> DayCount {
        let subjects = take(&mut self.subjects).into_iter().filter(|(_, count)| *count >= SUBJECT_EVENTS_MIN);
        let mut subjects: Vec<_> = subjects.map(|((category, user), count)| (category, user, count)).collect();
        subjects.sort_by(|(_, user, count), (_, other, than)| than.cmp(count).then_with(|| user.cmp(other)));
        let (mut of_users, mut of_user_access) = (0, 0);
        subjects.retain(|(category, ..)| {
            let kept = match category {
                Category::Users => &mut of_users,
                Category::UserAccess => &mut of_user_access,
            };
            *kept += 1;
            *kept <= SUBJECTS_MAX
        });
        DayCount { subjects, ..take(&mut self.count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn user(text: &str) -> UserId {
        UserId::parse(text).expect("a user id")
    }

    #[test]
    fn days_are_counted_one_by_one_with_those_that_have_no_event() {
        let mut tally = DayTally::new(day("2024-02-28"));
        tally.add(Some((Category::Users, user("u-1"))));
        tally.add(None);
        assert_eq!(tally.go_on_to(day("2024-02-28")), DaysOver::default());
        tally.add(Some((Category::UserAccess, user("u-1"))));

        let over = tally.go_on_to(day("2024-03-01")).counts;
        let first = DayCount { events: 3, users: 1, user_access: 1, subjects: Vec::new() };
        assert_eq!(over, [(day("2024-02-28"), first), (day("2024-02-29"), DayCount::default())]);
        tally.add(Some((Category::Users, user("u-2"))));
        let second = DayCount { events: 1, users: 1, ..DayCount::default() };
        assert_eq!(tally.go_on_to(day("2024-03-02")).counts, [(day("2024-03-01"), second)]);
    }

    #[test]
    fn a_month_without_an_event_is_counted_and_a_longer_stretch_left_out() {
        let mut tally = DayTally::new(day("2024-01-01"));
        let empty = tally.go_on_to(day("2024-02-01"));
        assert_eq!((empty.counts.len(), empty.left_out), (31, 0));
        assert_eq!(empty.counts.last(), Some(&(day("2024-01-31"), DayCount::default())));

        tally.add(None);
        let last = tally.go_on_to(day("2024-03-05"));
        let one = DayCount { events: 1, ..DayCount::default() };
        assert_eq!(last, DaysOver { counts: vec![(day("2024-02-01"), one.clone())], left_out: 32 });

        let mut tally = DayTally::new(day("1970-01-01"));
        assert_eq!(tally.go_on_to(day("2024-01-01")), DaysOver { counts: Vec::new(), left_out: 19_723 });
        tally.add(None);
        assert_eq!(tally.go_on_to(day("2024-01-02")).counts, [(day("2024-01-01"), one)]);
    }

    #[test]
    fn a_user_with_a_thousand_events_is_counted_by_itself() {
        let mut tally = DayTally::new(day("2024-03-01"));
        for (category, id, count) in
            [(Category::Users, "a", 999), (Category::Users, "b", 1_000), (Category::UserAccess, "a", 1_001)]
        {
            (0..count).for_each(|_| tally.add(Some((category, user(id)))));
        }
        let over = tally.go_on_to(day("2024-03-02")).counts;
        let subjects = vec![(Category::UserAccess, user("a"), 1_001), (Category::Users, user("b"), 1_000)];
        assert_eq!(over, [(day("2024-03-01"), DayCount { events: 3_000, users: 1_999, user_access: 1_001, subjects })]);
    }

    #[test]
    fn the_hundred_users_with_the_most_events_of_a_category_are_counted_by_themselves() {
        let mut tally = DayTally::new(day("2024-03-01"));
        for n in 0..102 {
            (0..1_000 + n).for_each(|_| tally.add(Some((Category::Users, user(&format!("u-{n}"))))));
        }
        (0..1_000).for_each(|_| tally.add(Some((Category::UserAccess, user("u-0")))));
        let over = tally.go_on_to(day("2024-03-02")).counts;
        let subjects = &over.first().expect("a day").1.subjects;
        assert_eq!(subjects.len(), 101);
        assert_eq!(subjects.first(), Some(&(Category::Users, user("u-101"), 1_101)));
        assert!(!subjects.iter().any(|(category, id, _)| *category == Category::Users && *id == user("u-1")));
        assert!(subjects.contains(&(Category::UserAccess, user("u-0"), 1_000)));
    }
}
