//! What of an account is counted already, and which days are left.

use crate::store::requests::project;
use crate::store::send::send;
use crate::store::usage::Usage;
use crate::store::{AuditStore, StoreError};
use crate::table::item::{DAY_STATE, DayState, decode_day_state, decode_subject_of};
use crate::table::key;
use crate::values::day::Day;
use crate::values::ids::{AccountId, Shard};
use std::collections::BTreeMap;

/// The days of an account that have an item.
pub(super) type Seen = BTreeMap<Day, DayState>;

impl AuditStore {
    /// The day of the account's first event.
    pub(super) async fn first_day(&self, account: &AccountId, usage: &Usage) -> Result<Option<Day>, StoreError> {
        let request = self.query_partition(key::events(account, Shard::FIRST)).limit(1);
        let first = send(request, usage).await?.items.unwrap_or_default().into_iter().next();
        Ok(first.map(decode_subject_of).transpose()?.map(|(day, _)| day))
    }

    /// What is known of the account's days.
    pub(super) async fn days_seen(&self, account: &AccountId, usage: &Usage) -> Result<Seen, StoreError> {
        let query = project(self.query_partition(key::day_counts(account, Shard::FIRST)), DAY_STATE);
        let states = self.all(query, usage).await?.into_iter().map(decode_day_state);
        Ok(states.map(|state| state.map(|state| (state.day, state))).collect::<Result<_, _>>()?)
    }
}

/// The runs of days from the first to the last that have no count.
pub(super) fn runs(first: Day, last: Day, seen: &Seen) -> Vec<(Day, Day)> {
    let mut runs: Vec<(Day, Day)> = Vec::new();
    let mut next = Some(first);
    while let Some(day) = next.filter(|day| *day <= last) {
        next = day.next();
        if seen.get(&day).is_some_and(|state| state.is_counted) {
            continue;
        }
        match runs.last_mut() {
            Some((_, end)) if end.next() == Some(day) => *end = day,
            Some(_) | None => runs.push((day, day)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn runs_are_the_days_without_a_count_one_after_the_other() {
        let (first, last) = (day("2024-02-27"), day("2024-03-03"));
        let counted = |days: &[(&str, bool)]| -> Seen {
            let state = |(text, is_counted): &(&str, bool)| {
                let day = day(text);
                (day, DayState { day, version: Some("7f".to_owned()), is_counted: *is_counted })
            };
            days.iter().map(state).collect()
        };
        assert_eq!(runs(first, last, &counted(&[])), [(first, last)]);
        let seen = counted(&[("2024-02-28", true), ("2024-02-29", false), ("2024-03-03", true), ("2024-03-05", false)]);
        assert_eq!(runs(first, last, &seen), [(first, first), (day("2024-02-29"), day("2024-03-02"))]);
        assert_eq!(runs(last, first, &seen), []);
    }
}
