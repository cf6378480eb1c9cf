//! The count of a day as an item.

use super::{Attributes, Item, ItemError};
use crate::event::day_count::DayCount;
use crate::event::filter::EventFilter;
use crate::table::attribute;
use crate::table::key;
use crate::values::category::Category;
use crate::values::day::Day;
use crate::values::event_sort_key::EventSortKey;
use crate::values::ids::UserId;
use aws_sdk_dynamodb::types::AttributeValue;

/// What one who counts a day must know of its item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayState {
    /// The day.
    pub(crate) day: Day,
    /// What the last import into the day left; none if there was none.
    pub(crate) version: Option<String>,
    /// Whether its count may be relied on.
    pub(crate) is_counted: bool,
}

/// The numbers as attributes: of the category `users`, of `userAccess`, of single users.
pub(crate) fn day_count_values(count: &DayCount) -> [AttributeValue; 3] {
    let subject =
        |(category, user, count): &(Category, UserId, u64)| (key::subject_count(*category, user), number(*count));
    let subjects = count.subjects.iter().map(subject).collect();
    [number(count.users), number(count.user_access), AttributeValue::M(subjects)]
}

/// The state of the day that an item is of.
pub(crate) fn decode_day_state(item: Item) -> Result<DayState, ItemError> {
    let mut attributes = Attributes::open(item)?;
    let is_counted = attributes.optional(attribute::COUNTED_AT)?.is_some();
    Ok(DayState { day: day(&attributes)?, version: attributes.optional(attribute::VERSION)?, is_counted })
}

/// How many events of its day match the filter, as far as an item says so.
pub(crate) fn decode_day_count_of(item: Item, filter: &EventFilter) -> Result<(Day, Option<u64>), ItemError> {
    let mut attributes = Attributes::open(item)?;
    let day = day(&attributes)?;
    if attributes.optional(attribute::COUNTED_AT)?.is_none() {
        return Ok((day, None)); // there was an import since
    }
    let count = match filter {
        EventFilter::Category(category) => Some(take_number(&mut attributes, category_attribute(*category))?),
        EventFilter::Subject(category, user) => subject_count(&mut attributes, *category, user)?,
        EventFilter::All | EventFilter::Type(_) | EventFilter::Email(_) | EventFilter::EmailAndType(..) => None,
    };
    Ok((day, count))
}

/// The attribute that counts a category.
pub(crate) fn category_attribute(category: Category) -> &'static str {
    match category {
        Category::Users => attribute::USERS_COUNT,
        Category::UserAccess => attribute::USER_ACCESS_COUNT,
    }
}

/// When an event happened, and what of the network audit it is about: all that is read of an event to count it.
pub(crate) fn decode_subject_of(item: Item) -> Result<(Day, Option<(Category, UserId)>), ItemError> {
    let mut attributes = Attributes::open(item)?;
    let at = EventSortKey::parse(&attributes.key.sk).ok_or_else(|| attributes.error(attribute::SK, "is malformed"))?;
    let category = attributes.optional_parsed(attribute::SUBJECT_CATEGORY, |text| Category::parse(&text))?;
    let subject = match category {
        None => None,
        Some(category) => {
            Some((category, attributes.parsed(attribute::SUBJECT_USER_ID, |text| UserId::parse(&text).ok())?))
        }
    };
    Ok((Day::of(at.created_at), subject))
}

fn number(count: u64) -> AttributeValue {
    AttributeValue::N(count.to_string())
}

fn day(attributes: &Attributes) -> Result<Day, ItemError> {
    Day::parse(&attributes.key.sk).ok_or_else(|| attributes.error(attribute::SK, "is malformed"))
}

fn take_number(attributes: &mut Attributes, name: &'static str) -> Result<u64, ItemError> {
    let number = attributes.take(name).and_then(|value| value.as_n().ok()?.parse().ok());
    number.ok_or_else(|| attributes.error(name, "is not a number"))
}

/// A user whom the day does not count by itself has some of the category's events, or none because nobody has one.
fn subject_count(attributes: &mut Attributes, category: Category, user: &UserId) -> Result<Option<u64>, ItemError> {
    if take_number(attributes, category_attribute(category))? == 0 {
        return Ok(Some(0));
    }
    let name = attribute::SUBJECT_COUNTS;
    match attributes.take(name) {
        None => Ok(None), // what was asked for was that one user's number, and there is none
        Some(AttributeValue::M(mut subjects)) => match subjects.remove(&key::subject_count(category, user)) {
            None => Ok(None),
            Some(number) => {
                let number = number.as_n().ok().and_then(|number| number.parse().ok());
                number.map(Some).ok_or_else(|| attributes.error(name, "is not a map of numbers"))
            }
        },
        Some(_) => Err(attributes.error(name, "is not a map of numbers")),
    }
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
        let [users, user_access, subjects] = day_count_values(&DayCount { users: 7, user_access: 1_500, subjects });
        let mut item = keyed(key::day_count(&account, Shard::FIRST, day));
        item.insert("counted_at".to_owned(), AttributeValue::S("2024-03-03T01:00:00.000Z".to_owned()));
        item.insert("users_count".to_owned(), users);
        item.insert("user_access_count".to_owned(), user_access);
        item.insert("subject_counts".to_owned(), subjects);
        item
    }

    fn count(item: Item, filter: &EventFilter) -> Result<Option<u64>, String> {
        decode_day_count_of(item, filter).map(|(_, count)| count).map_err(|error| error.to_string())
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
        assert_eq!(decode_day_state(item).map(|state| state.is_counted), Ok(false));
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
