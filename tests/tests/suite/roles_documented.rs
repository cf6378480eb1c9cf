//! The operator's table of who may do what, held against the roles of the template: it is what they allow, no more and no less.

use std::collections::BTreeSet;
use std::path::Path;
use tests::role::{Permission, roles};
use tests::template_json::template;

/// The rows of the table, each for one function, one action, one kind of keys and one resource.
fn documented() -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let table = page.lines().skip_while(|line| *line != "| function | action | partition keys | of |").skip(2);
    let mut functions = Vec::new();
    let mut rows = BTreeSet::new();
    for line in table.take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [function, action, keys, of] = cells[..] else { panic!("a row has four cells: {line}") };
        if !function.is_empty() {
            functions = quoted(function); // an empty cell is of those above
        }
        let mut resources = quoted(of);
        resources.extend(of.contains("the table").then_some("the table"));
        for function in &functions {
            for kind in quoted(keys) {
                rows.extend(resources.iter().map(|resource| format!("{function}: {action} {kind} in {resource}")));
            }
        }
    }
    rows
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn allowed(function: &str, may: &Permission) -> Vec<String> {
    let action = may.action.strip_prefix("dynamodb:").expect("an action of DynamoDB");
    let when = if may.in_transaction { ", in a transaction only" } else { "" };
    let row = |kind: &String| format!("{function}: {action}{when} {kind}#* in {}", may.resource);
    may.kinds.iter().map(row).collect()
}

#[test]
fn the_operators_table_of_who_may_do_what_is_what_the_roles_allow() {
    let roles = roles(&template()).expect("the roles are understood");
    let permissions = roles.iter().flat_map(|(function, role)| role.permissions.iter().map(move |may| (function, may)));
    let allowed: BTreeSet<_> = permissions.flat_map(|(function, may)| allowed(function, may)).collect();

    assert_eq!(documented(), allowed);
}
