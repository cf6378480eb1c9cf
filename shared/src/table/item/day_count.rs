//! The count of a day as an item.

use super::row::{Row as _, error, row};
use super::{Item, ItemError, Projection, number};
use crate::event::day_count::DayCount;
use crate::event::filter::EventFilter;
use crate::table::attribute;
use crate::table::key::{self, Key};
use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::ids::UserId;
use crate::values::timestamp::Timestamp;
use aws_sdk_dynamodb::types::AttributeValue;

/// What must be known of a day's item before the day is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayState {
    /// The day.
    pub(crate) day: Day,
    /// What the last import into the day left; none if there was none.
    pub(crate) version: Option<String>,
    /// Whether its count may be relied on.
    pub(crate) is_counted: bool,
}

/// The numbers as attributes: of all events, of the category `users`, of `userAccess`, of single users.
pub(crate) fn day_count_values(count: &DayCount) -> [AttributeValue; 4] {
    let subject =
        |(category, user, count): &(Category, UserId, u64)| (key::subject_count(*category, user), number(*count));
    let subjects = count.subjects.iter().map(subject).collect();
    [number(count.events), number(count.users), number(count.user_access), AttributeValue::M(subjects)]
}

row!(
    /// The state of a day.
    StateRow { version, counted_at, events_count }
);

row!(
    /// The count of all events of a day.
    TotalRow { counted_at, events_count }
);

row!(
    /// The count of a day, by category.
    CategoryRow { counted_at, users_count, user_access_count }
);

row!(
    /// The count of a day, by category and user.
    SubjectRow { counted_at, users_count, user_access_count, subject_counts }
);

/// What a query asks for to read the states of days.
pub(crate) const DAY_STATE: Projection = StateRow::PROJECTION;

/// What a query asks for to read the counts of all events.
pub(crate) const TOTAL_COUNTS: Projection = TotalRow::PROJECTION;

/// What a query asks for to read the counts of categories.
pub(crate) const CATEGORY_COUNTS: Projection = CategoryRow::PROJECTION;

/// What a query asks for to read the counts of users. The map of them stands last in the expression, so that it can be narrowed
/// to an entry: `….#subject`.
pub(crate) const SUBJECT_COUNTS: Projection = SubjectRow::PROJECTION;

/// The state of the day that an item is of. A count that lacks the number of all events is no count: the day is counted anew.
pub(crate) fn decode_day_state(item: Item) -> Result<DayState, ItemError> {
    let row = StateRow::open(item)?;
    let key = &row.key;
    let is_counted = row.counted_at.optional(key)?.is_some() && row.events_count.is_there();
    Ok(DayState { day: day(key)?, version: row.version.optional(key)?, is_counted })
}

/// How many events its day has in all, as far as an item says so.
pub(crate) fn decode_day_total(item: Item) -> Result<(Day, Option<u64>), ItemError> {
    let row = TotalRow::open(item)?;
    let (key, day) = (&row.key, day(&row.key)?);
    let is_counted = row.counted_at.is_there() && row.events_count.is_there();
    Ok((day, if is_counted { Some(row.events_count.number(key)?) } else { None }))
}

/// How many events of its day match the filter, as far as an item says so, and when they were counted.
pub(crate) fn decode_day_count_of(
    item: Item,
    filter: &EventFilter,
) -> Result<(Day, Option<(u64, Timestamp)>), ItemError> {
    match filter {
        EventFilter::Category(category) => decode_category_count(item, *category),
        EventFilter::Subject(category, user) => decode_subject_count(item, *category, user),
        EventFilter::All | EventFilter::Type(_) | EventFilter::Email(_) | EventFilter::EmailAndType(..) => {
            Ok((day(&StateRow::open(item)?.key)?, None))
        }
    }
}

fn decode_category_count(item: Item, category: Category) -> Result<(Day, Option<(u64, Timestamp)>), ItemError> {
    let row = CategoryRow::open(item)?;
    let (key, day) = (&row.key, day(&row.key)?);
    let Some(counted_at) = row.counted_at.optional_parsed(key, |text| Timestamp::parse_fixed(&text))? else {
        return Ok((day, None)); // there was an import since
    };
    let count = match category {
        Category::Users => row.users_count,
        Category::UserAccess => row.user_access_count,
    };
    Ok((day, Some((count.number(key)?, counted_at))))
}

/// How many events of a category concern a user. That is unknown of a user whom the day does not count by itself, unless nobody has
/// an event of the category.
fn decode_subject_count(
    item: Item,
    category: Category,
    user: &UserId,
) -> Result<(Day, Option<(u64, Timestamp)>), ItemError> {
    let row = SubjectRow::open(item)?;
    let (key, day) = (&row.key, day(&row.key)?);
    let Some(counted_at) = row.counted_at.optional_parsed(key, |text| Timestamp::parse_fixed(&text))? else {
        return Ok((day, None)); // there was an import since
    };
    let of_category = match category {
        Category::Users => row.users_count,
        Category::UserAccess => row.user_access_count,
    };
    let count = match of_category.number(key)? {
        0_u64 => Some(0),
        _ => row.subject_counts.number_of(key, &key::subject_count(category, user))?, // others have some
    };
    Ok((day, count.map(|count| (count, counted_at))))
}

fn day(key: &Key) -> Result<Day, ItemError> {
    Day::parse(&key.sk).ok_or_else(|| error(key, attribute::SK, "is malformed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::item::keyed;
    use crate::values::ids::{AccountId, Shard};

    fn user(text: &str) -> UserId {
        UserId::parse(text).expect("a user id")
    }

    fn item() -> Item {
        let account = AccountId::parse("acme").expect("an account id");
        let day = Day::parse("2024-03-01").expect("a day");
        let subjects = vec![(Category::UserAccess, user("u-1"), 1_200)];
        let counts = DayCount { events: 1_600, users: 7, user_access: 1_500, subjects };
        let [events, users, user_access, subjects] = day_count_values(&counts);
        let mut item = keyed(key::day_count(&account, Shard::FIRST, day));
        item.insert("counted_at".to_owned(), AttributeValue::S("2024-03-03T01:00:00.000Z".to_owned()));
        item.insert("events_count".to_owned(), events);
        item.insert("users_count".to_owned(), users);
        item.insert("user_access_count".to_owned(), user_access);
        item.insert("subject_counts".to_owned(), subjects);
        item
    }

    fn count(item: Item, filter: &EventFilter) -> Result<Option<u64>, String> {
        decode_day_count_of(item, filter)
            .map(|(_, count)| count.map(|(count, _)| count))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_count_has_these_attributes() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let number = |text: &str| AttributeValue::N(text.to_owned());
        let subjects = [("userAccess#u-1".to_owned(), number("1200"))].into();
        let expected = Item::from([
            ("pk".to_owned(), text("counts#acme#00")),
            ("sk".to_owned(), text("2024-03-01")),
            ("counted_at".to_owned(), text("2024-03-03T01:00:00.000Z")),
            ("events_count".to_owned(), number("1600")),
            ("users_count".to_owned(), number("7")),
            ("user_access_count".to_owned(), number("1500")),
            ("subject_counts".to_owned(), AttributeValue::M(subjects)),
        ]);
        assert_eq!(item(), expected);
    }

    #[test]
    fn a_count_says_how_many_events_match_a_filter() {
        let of = |filter| count(item(), &filter);
        assert_eq!(of(EventFilter::Category(Category::Users)), Ok(Some(7)));
        assert_eq!(of(EventFilter::Category(Category::UserAccess)), Ok(Some(1_500)));
        assert_eq!(of(EventFilter::Subject(Category::UserAccess, user("u-1"))), Ok(Some(1_200)));
        assert_eq!(of(EventFilter::Subject(Category::UserAccess, user("u-2"))), Ok(None), "it may have up to 300");
        assert_eq!(of(EventFilter::Subject(Category::Users, user("u-1"))), Ok(None), "it may have up to 7");
        assert_eq!(of(EventFilter::All), Ok(None));

        let mut without = item();
        without.insert("users_count".to_owned(), AttributeValue::N("0".to_owned()));
        assert_eq!(count(without, &EventFilter::Subject(Category::Users, user("u-1"))), Ok(Some(0)));
    }

    #[test]
    fn a_count_without_the_time_it_was_made_is_not_relied_on() {
        let mut item = item();
        item.remove("counted_at");
        assert_eq!(count(item.clone(), &EventFilter::Category(Category::Users)), Ok(None));
        assert_eq!(decode_day_state(item.clone()).map(|state| state.is_counted), Ok(false));
        assert_eq!(decode_day_total(item).map(|(_, total)| total), Ok(None));
    }

    #[test]
    fn a_day_that_was_counted_before_there_were_totals_is_counted_again() {
        assert_eq!(decode_day_total(item()).map(|(_, total)| total), Ok(Some(1_600)));
        let mut item = item();
        item.remove("events_count");
        assert_eq!(decode_day_total(item.clone()).map(|(_, total)| total), Ok(None));
        assert_eq!(decode_day_state(item.clone()).map(|state| state.is_counted), Ok(false));
        assert_eq!(count(item, &EventFilter::Category(Category::Users)), Ok(Some(7)), "what it says is true");
    }

    #[test]
    fn a_count_that_is_no_number_is_an_error_that_names_it() {
        for (name, value) in [("users_count", "S"), ("subject_counts", "S")] {
            let mut item = item();
            item.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
            let said = count(item, &EventFilter::Subject(Category::Users, user("u-1")));
            assert!(said.clone().is_err_and(|said| said.contains(name)), "{said:?}");
        }
    }
}
