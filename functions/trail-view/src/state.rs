//! The states of an event side by side, with what changed between them, and its message.

use crate::diff::{Change, Parts, Row, Step};
use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::event::AuditEvent;
use shared::input::json::JsonObject;

/// What changed, and the message; nothing of an event that has neither.
pub(crate) fn changes(event: &AuditEvent) -> Markup {
    let details = &event.details;
    let (earlier, later) = (details.previous_state.as_ref(), details.current_state.as_ref());
    html! {
        @if earlier.is_some() || later.is_some() { (between(earlier, later)) }
        @if let Some(message) = &details.message { (of_message(message)) }
    }
}

fn between(earlier: Option<&JsonObject>, later: Option<&JsonObject>) -> Markup {
    let parts = [earlier, later].map(|state| Parts::of(state.map(JsonObject::as_str)));
    let [before, after] = &parts;
    let diff = before.diff(after);
    let (same, changed): (Vec<_>, Vec<_>) = diff.rows.iter().partition(|row| matches!(row.change, Change::Same(_)));
    html! {
        section {
            h2 { "What changed" }
            @if changed.is_empty() { p.muted { "Nothing: the states before and after are the same." } }
            @else { (table(&changed, "Changed members", earlier.is_some(), later.is_some())) }
            @if !same.is_empty() {
                details {
                    summary { (when::number(same.len() as u64)) " unchanged" }
                    (table(&same, "Unchanged members", true, true))
                }
            }
            @if diff.left_out > 0 { p.muted { (when::number(diff.left_out as u64)) " more members are not shown here." } }
        }
    }
}

fn of_message(message: &JsonObject) -> Markup {
    let parts = [Parts::of(None), Parts::of(Some(message.as_str()))];
    let [nothing, whole] = &parts;
    let diff = nothing.diff(whole);
    html! {
        section {
            h2 { "Message" }
            dl.facts.json {
                @for row in &diff.rows { dt { (path(row)) } dd { @if let Change::Added(json) = row.change { (value(json)) } } }
            }
        }
    }
}

fn table(rows: &[&Row<'_>], caption: &str, had_earlier: bool, has_later: bool) -> Markup {
    html! {
        table.diff {
            caption.hidden { (caption) }
            thead { tr { th scope="col" { "Member" } th scope="col" { "Before" } th scope="col" { "After" } } }
            tbody { @for row in rows { (compared(row, had_earlier, has_later)) } }
        }
    }
}

fn compared(row: &Row<'_>, had_earlier: bool, has_later: bool) -> Markup {
    let absent = |has_state: bool| html! { span.muted { @if has_state { "absent" } @else { "no state" } } };
    let (class, before, after) = match row.change {
        Change::Added(json) => ("added", absent(had_earlier), html! { ins { (value(json)) } }),
        Change::Removed(json) => ("removed", html! { del { (value(json)) } }, absent(has_later)),
        Change::Changed(earlier, later) => {
            ("changed", html! { del { (value(earlier)) } }, html! { ins { (value(later)) } })
        }
        Change::Same(json) => ("same", value(json), value(json)),
    };
    html! { tr class=(class) { th scope="row" { (path(row)) } td { (before) } td { (after) } } }
}

/// `team.members[2]`
fn path(row: &Row<'_>) -> Markup {
    let mut text = String::new();
    for step in &row.path {
        match step {
            Step::Name(name) if text.is_empty() => text.push_str(name),
            Step::Name(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Place(place) => text.push_str(&format!("[{place}]")),
        }
    }
    html! { code { (foreign(&text)) } }
}

/// A value: a string as the text that it is, between quotation marks, and all else as it stands.
fn value(json: &str) -> Markup {
    match serde_json::from_str::<String>(json) {
        Ok(text) => html! { code.string { "“" (foreign(&text)) "”" } },
        Err(_) => html! { code { (foreign(json)) } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shows_both_values_and_hostile_ones_are_inert() {
        let state = |text: &str| JsonObject::parse(text).expect("an object");
        let (earlier, later) = (state(r#"{"name":"<b>","a":1}"#), state(r#"{"name":"\u202e&","a":1}"#));
        let shown = between(Some(&earlier), Some(&later)).into_string();
        assert!(shown.contains("<del><code class=\"string\">“<bdi>&lt;b&gt;</bdi>”</code></del>"), "{shown}");
        assert!(
            shown.contains(
                "<ins><code class=\"string\">“<bdi><span class=\"escape\">U+202E</span>&amp;</bdi>”</code></ins>"
            ),
            "{shown}"
        );
        assert!(shown.contains("<summary>1 unchanged</summary>"), "{shown}");
    }

    #[test]
    fn the_way_to_a_member_is_written_as_programs_do() {
        let parts = [Parts::of(None), Parts::of(Some(r#"{"a":{"b":[{"c d":1}]}}"#))];
        let [none, some] = &parts;
        let other = Parts::of(Some(r#"{"a":{"b":[{"c d":2}]}}"#));
        assert_eq!(path(&none.diff(some).rows[0]).into_string(), "<code><bdi>a</bdi></code>");
        assert_eq!(path(&some.diff(&other).rows[0]).into_string(), "<code><bdi>a.b[0].c d</bdi></code>");
    }
}
