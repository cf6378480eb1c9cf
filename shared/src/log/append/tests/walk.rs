//! The walk back from the end of a log: how far it goes, and what it does not take for the log.

use super::*;

#[test]
fn a_walk_ends_below_the_oldest_change_and_not_before() {
    let log = [
        item(3, vec![came(4)], 120),
        item(2, vec![came(3)], 110),
        item(1, vec![came(2)], 109),
        item(0, vec![came(1)], 100),
    ];
    let met = |oldest| walked(&[change(came(9), 9, Some(oldest))], &log).items().len();
    assert_eq!([met(121), met(111), met(110), met(109), met(101)], [2, 2, 3, 4, 4]);
    let untimed = [change(came(9), 9, Some(120)), change(came(8), 8, None)];
    assert_eq!(walked(&untimed, &log).items().len(), 2, "25 hours before 1,000,000 s everything is old");
}

#[test]
fn a_planted_item_is_told_of_and_not_followed() {
    let log =
        [item(9_999_999_999_999_999, vec![came(9)], 500), item(1, vec![came(2)], 100), item(0, vec![came(1)], 100)];
    let changes = [change(came(3), 3, Some(100))];
    let walk = walked(&changes, &log);
    assert_eq!((walk.end(), walk.out_of_place()), (2, &[9_999_999_999_999_999][..]));

    let beside = [item(5, vec![came(6)], 100), item(3, vec![came(7)], 100), item(0, (0..5).map(came).collect(), 100)];
    let walk = walked(&changes, &beside);
    assert_eq!((walk.end(), walk.out_of_place()), (6, &[3][..]));

    let alone = walked(&changes, &[item(1_024, vec![came(9)], 500)]);
    assert_eq!((alone.end(), alone.out_of_place()), (0, &[1_024][..]));
}

#[test]
fn a_log_with_a_gap_is_not_extended() {
    let changes = [change(came(3), 3, Some(10))];
    let mut walk = Walk::for_changes(&changes, at(100));
    walk.take(item(300, vec![came(2)], 50)).expect("nothing above it");
    walk.take(item(299, vec![came(1)], 50)).expect("right below it");
    assert_eq!(walk.take(item(0, vec![came(0)], 50)), Err(Gap(299)));

    let mut walk = Walk::for_changes(&changes, at(100));
    walk.take(item(7, vec![came(2)], 50)).expect("nothing above it");
    assert_eq!(walk.finish(), Err(Gap(7)), "one item may have been deleted between");
}

#[test]
fn a_walk_for_a_change_without_a_time_goes_back_25_hours() {
    let untimed = [change(came(9), 9, None)];
    let is_over_at = |second, ms| {
        let appended_at = at(second).plus_ms(ms).expect("a time");
        let mut walk = Walk::for_changes(&untimed, at(1_000_000));
        walk.take(LogItem { appended_at, ..item(7, vec![came(8)], 5) }).expect("nothing above it");
        walk.take(LogItem { appended_at, ..item(6, vec![came(7)], 5) }).expect("right below it");
        walk.is_over()
    };
    assert_eq!([is_over_at(910_000, -1), is_over_at(910_000, 0), is_over_at(910_000, 1)], [true, false, false]);
}

#[test]
fn a_walk_down_to_a_position_ends_with_the_item_that_has_it() {
    let walked_to = |position| {
        let mut walk = Walk::down_to(position);
        let mut taken = 0;
        for item in [item(8, vec![came(4)], 50), item(6, vec![came(2), came(3)], 50), item(5, vec![came(1)], 50)] {
            if walk.is_over() {
                break;
            }
            walk.take(item).expect("a log without a gap");
            taken += 1;
        }
        (taken, walk.is_over())
    };
    assert_eq!([9, 7, 6, 5, 4].map(walked_to), [(2, true), (2, true), (2, true), (3, true), (3, false)]);
}

#[test]
fn a_walk_is_over_at_position_0_or_where_nothing_is_further_down() {
    let changes = [change(came(3), 3, Some(10))];
    let mut walk = Walk::for_changes(&changes, at(100));
    assert!(!walk.is_over());
    walk.take(item(0, vec![came(1)], 50)).expect("nothing above it");
    assert!(walk.is_over(), "nothing can be below 0");
    assert_eq!((walk.finish(), walk.end()), (Ok(()), 1));

    let mut walk = Walk::for_changes(&changes, at(100));
    assert_eq!((walk.finish(), walk.is_over(), walk.end()), (Ok(()), true, 0));
}

#[test]
fn an_item_is_planted_where_more_than_one_full_item_is_missing_below_it() {
    let changes = [change(came(3), 3, Some(10))];
    let alone_at = |first| {
        let mut walk = Walk::for_changes(&changes, at(100));
        walk.take(item(first, vec![came(9)], 50)).expect("nothing above it");
        walk.finish().map(|()| walk.out_of_place().to_vec())
    };
    assert_eq!([alone_at(256), alone_at(257)], [Err(Gap(256)), Ok(vec![257])]);

    let above_two_at = |first| {
        let mut walk = Walk::for_changes(&changes, at(100));
        walk.take(item(first, vec![came(9)], 50)).expect("nothing above it");
        walk.take(item(0, vec![came(1), came(2)], 50)).map(|()| walk.end())
    };
    assert_eq!([above_two_at(257), above_two_at(258), above_two_at(259)], [Err(Gap(257)), Err(Gap(258)), Ok(2)]);
}

#[test]
fn an_item_that_begins_256_below_may_stand_beside_the_log_until_the_walk_ends() {
    let mut walk = Walk::for_changes(&[change(came(3), 3, Some(10))], at(100));
    walk.take(item(256, vec![came(9)], 50)).expect("nothing above it");
    assert_eq!(walk.take(item(0, vec![came(1)], 50)), Ok(()));
    assert_eq!(walk.finish(), Err(Gap(256)));
}
