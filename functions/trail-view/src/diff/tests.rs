use super::*;
use proptest::prelude::*;

/// The rows, one a line: `~ a.b[0] 1 → 2`.
fn rows(earlier: &str, later: &str) -> Vec<String> {
    let (earlier, later) = (Parts::of(Some(earlier)), Parts::of(Some(later)));
    earlier.diff(&later).rows.iter().map(line).collect()
}

fn line(row: &Row<'_>) -> String {
    let path: String = row.path.iter().map(step).collect();
    let path = path.trim_start_matches('.');
    match row.change {
        Change::Added(value) => format!("+ {path} {value}"),
        Change::Removed(value) => format!("- {path} {value}"),
        Change::Changed(earlier, later) => format!("~ {path} {earlier} → {later}"),
        Change::Same(value) => format!("= {path} {value}"),
    }
}

fn step(step: &Step<'_>) -> String {
    match step {
        Step::Name(name) => format!(".{name}"),
        Step::Place(place) => format!("[{place}]"),
    }
}

#[test]
fn members_are_compared_one_by_one_in_the_order_of_the_earlier_state() {
    let earlier = r#"{"status":"invited","name":"Ada","team":{"id":1,"lead":true},"tags":["a","b"]}"#;
    let later = r#"{"status":"active","team":{"lead":true,"id":2},"tags":["a","c","d"],"mfa":null}"#;
    assert_eq!(
        rows(earlier, later),
        [
            r#"~ status "invited" → "active""#,
            r#"- name "Ada""#,
            "~ team.id 1 → 2",
            "= team.lead true",
            r#"= tags[0] "a""#,
            r#"~ tags[1] "b" → "c""#,
            r#"+ tags[2] "d""#,
            "+ mfa null",
        ]
    );
}

#[test]
fn a_state_that_is_not_there_has_no_members() {
    let (none, some) = (Parts::of(None), Parts::of(Some(r#"{"a":{"b":1}}"#)));
    assert_eq!(none.diff(&some).rows.iter().map(line).collect::<Vec<_>>(), [r#"+ a {"b":1}"#]);
    assert_eq!(some.diff(&none).rows.iter().map(line).collect::<Vec<_>>(), [r#"- a {"b":1}"#]);
    assert_eq!(none.diff(&none), Diff::default());
}

#[test]
fn escapes_and_order_do_not_count_and_digits_do() {
    assert_eq!(rows(r#"{"a":"A","b":1}"#, r#"{"b":1,"a":"\u0041"}"#), [r#"= a "\u0041""#, "= b 1"]);
    assert_eq!(rows(r#"{"a":1.0}"#, r#"{"a":1}"#), ["~ a 1.0 → 1"]);
    assert_eq!(rows(r#"{"a":12345678901234567890}"#, r#"{"a":12345678901234567891}"#).len(), 1);
    assert_eq!(rows(r#"{"a":1}"#, r#"{"a":"1"}"#), [r#"~ a 1 → "1""#]);
}

#[test]
fn another_kind_of_value_is_one_row_and_so_is_what_is_empty() {
    assert_eq!(rows(r#"{"a":{"b":1}}"#, r#"{"a":[1]}"#), [r#"~ a {"b":1} → [1]"#]);
    assert_eq!(rows(r#"{"a":{},"b":[]}"#, r#"{"a":{},"b":[]}"#), ["= a {}", "= b []"]);
    assert_eq!(rows(r#"{"a":{}}"#, r#"{"a":{"b":1}}"#), ["+ a.b 1"]);
    assert_eq!(rows("{}", "{}"), Vec::<String>::new());
}

#[test]
fn what_is_deeper_than_sixteen_is_compared_as_it_stands() {
    let nested = |value: &str| format!("{}{value}{}", r#"{"a":"#.repeat(17), "}".repeat(17));
    let (one, two) = (nested("1"), nested("2"));
    let said = rows(&one, &two);
    assert_eq!(said, [format!(r#"~ {} {{"a":1}} → {{"a":2}}"#, ["a"; 16].join("."))]);
}

#[test]
fn two_thousand_members_have_two_thousand_rows_and_more_than_the_most_are_counted() {
    let object = |members: usize, value: &str| {
        let members: Vec<_> = (0..members).map(|n| format!("\"k{n}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert_eq!(rows(&object(2_000, "1"), &object(2_000, "2")).len(), 2_000);
    let (many, none) = (object(4_100, "1"), Parts::of(None));
    let many = Parts::of(Some(&many));
    let diff = none.diff(&many);
    assert_eq!((diff.rows.len(), diff.left_out), (4_096, 4));
}

#[test]
fn what_is_no_json_is_shown_as_it_is() {
    assert_eq!(rows("{", "{}"), ["~  { → {}"]);
    assert_eq!(rows(r#"{"a":"\ud800"}"#, r#"{"a":"\ud800"}"#).len(), 1);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        "[a-c\"\\\\é\u{202e}]{0,3}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::vec(("[a-d]", inner), 0..4)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

fn object() -> impl Strategy<Value = String> {
    prop::collection::vec(("[a-e]", json()), 0..6)
        .prop_map(|members| serde_json::Value::Object(members.into_iter().collect()).to_string())
}

proptest! {
    #[test]
    fn a_state_is_the_same_as_itself_and_turned_round_a_diff_says_the_opposite(one in object(), two in object()) {
        let (one, two) = (Parts::of(Some(&one)), Parts::of(Some(&two)));
        prop_assert!(one.diff(&one).rows.iter().all(|row| matches!(row.change, Change::Same(_))));

        let key = |row: &Row<'_>| line(row).chars().skip(2).collect::<String>();
        let opposite = |row: &Row<'_>| match row.change {
            Change::Added(value) => key(&Row { change: Change::Removed(value), ..row.clone() }),
            Change::Removed(value) => key(&Row { change: Change::Added(value), ..row.clone() }),
            Change::Changed(earlier, later) => key(&Row { change: Change::Changed(later, earlier), ..row.clone() }),
            Change::Same(_) => key(row),
        };
        let mut there: Vec<_> = one.diff(&two).rows.iter().map(opposite).collect();
        let mut back: Vec<_> = two.diff(&one).rows.iter().map(key).collect();
        there.sort();
        back.sort();
        prop_assert_eq!(there, back);
    }

    #[test]
    fn no_text_brings_it_down(one in "\\PC{0,40}", two in "\\PC{0,40}") {
        let (one, two) = (Parts::of(Some(&one)), Parts::of(Some(&two)));
        one.diff(&two);
    }
}
