//! The states of an event side by side, with what changed between them, and its message.

use crate::diff::{Change, Diff, Parts, Row, Step};
use crate::rows::gone;
use crate::text::foreign;
use crate::when;
use maud::{Markup, html};
use shared::input::json::JsonObject;

/// What an event says in JSON.
pub(crate) struct States<'a> {
    /// The subject before.
    pub(crate) earlier: Option<&'a JsonObject>,
    /// The subject afterwards.
    pub(crate) later: Option<&'a JsonObject>,
    /// Whatever else the writer told.
    pub(crate) message: Option<&'a JsonObject>,
    /// Names of the attributes that were redacted.
    pub(crate) gone: &'a [String],
}

impl States<'_> {
    fn is_gone(&self, name: &str) -> bool {
        self.gone.iter().any(|gone| gone == name)
    }
}

/// Why a member has no value on one side.
#[derive(Clone, Copy)]
enum Absence {
    /// The state does not have the member.
    OfMember,
    /// The event has no such state.
    OfState,
    /// The state was redacted.
    Redacted,
}

/// What changed, and the message; nothing of an event that has neither. `whole` is the URL of all of it as JSON.
pub(crate) fn changes(states: &States<'_>, whole: &str) -> Markup {
    let has_states = states.earlier.is_some() || states.later.is_some();
    let lost_states = states.is_gone("previous_state") || states.is_gone("current_state");
    html! {
        @if has_states || lost_states { (between(states, whole)) }
        @match states.message {
            Some(message) => (of_message(message, whole)),
            None if states.is_gone("message") => section { h2 { "Message" } p { (gone()) } },
            None => {}
        }
    }
}

fn between(states: &States<'_>, whole: &str) -> Markup {
    let parts = [states.earlier, states.later].map(|state| Parts::of(state.map(JsonObject::as_str)));
    let [before, after] = &parts;
    let diff = before.diff(after);
    let (same, changed): (Vec<_>, Vec<_>) = diff.rows.iter().partition(|row| matches!(row.change, Change::Same(_)));
    let absence = |state: Option<&JsonObject>, name: &str| match state {
        Some(_) => Absence::OfMember,
        None if states.is_gone(name) => Absence::Redacted,
        None => Absence::OfState,
    };
    let absences = (absence(states.earlier, "previous_state"), absence(states.later, "current_state"));
    let is_known = !matches!(absences, (Absence::Redacted, _) | (_, Absence::Redacted));
    html! {
        section {
            h2 { "What changed" }
            @if !changed.is_empty() { (table(&changed, "Changed members", absences)) }
            @else if is_known { p.muted { "Nothing: the states before and after are the same." } }
            @else { p { (gone()) } }
            @if !same.is_empty() {
                details {
                    summary { (when::number(same.len() as u64)) " unchanged" }
                    (table(&same, "Unchanged members", absences))
                }
            }
            (left_out(&diff, whole))
        }
    }
}

/// How many members have no row.
fn left_out(diff: &Diff<'_>, whole: &str) -> Markup {
    html! {
        @if diff.left_out > 0 {
            p.cut {
                (when::number(diff.left_out as u64)) " more members are not shown here. All of them are in "
                a href=(whole) { "the event as JSON" } "."
            }
        }
    }
}

fn of_message(message: &JsonObject, whole: &str) -> Markup {
    let parts = [Parts::of(None), Parts::of(Some(message.as_str()))];
    let [nothing, told] = &parts;
    let diff = nothing.diff(told);
    html! {
        section {
            h2 { "Message" }
            dl.facts.json {
                @for row in &diff.rows { dt { (path(row)) } dd { @if let Change::Added(json) = row.change { (value(json)) } } }
            }
            (left_out(&diff, whole))
        }
    }
}

fn table(rows: &[&Row<'_>], caption: &str, absences: (Absence, Absence)) -> Markup {
    html! {
        table.diff {
            caption.hidden { (caption) }
            thead { tr { th scope="col" { "Member" } th scope="col" { "Before" } th scope="col" { "After" } } }
            tbody { @for row in rows { (compared(row, absences)) } }
        }
    }
}

fn compared(row: &Row<'_>, (of_earlier, of_later): (Absence, Absence)) -> Markup {
    let absent = |absence: Absence| match absence {
        Absence::OfMember => html! { span.muted { "absent" } },
        Absence::OfState => html! { span.muted { "no state" } },
        Absence::Redacted => gone(),
    };
    let (class, before, after) = match row.change {
        Change::Added(json) => ("added", absent(of_earlier), html! { ins { (value(json)) } }),
        Change::Removed(json) => ("removed", html! { del { (value(json)) } }, absent(of_later)),
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
        let states = States { earlier: Some(&earlier), later: Some(&later), message: None, gone: &[] };
        let shown = changes(&states, "/json").into_string();
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
    fn what_was_redacted_is_said_in_its_place() {
        let later = JsonObject::parse(r#"{"a":1}"#).expect("an object");
        let gone = ["message".to_owned(), "previous_state".to_owned()];
        let one = States { earlier: None, later: Some(&later), message: None, gone: &gone };
        let shown = changes(&one, "/json").into_string();
        assert!(shown.contains("<td><span class=\"redacted\">redacted</span></td><td><ins>"), "{shown}");
        assert!(shown.contains("<h2>Message</h2><p><span class=\"redacted\">redacted</span></p>"), "{shown}");
        let none = States { later: None, ..one };
        let shown = changes(&none, "/json").into_string();
        assert!(
            shown.starts_with("<section><h2>What changed</h2><p><span class=\"redacted\">redacted</span></p>"),
            "{shown}"
        );
    }

    #[test]
    fn what_has_no_row_is_counted_and_the_whole_is_linked() {
        let text = format!("{{{}}}", (0..5_000).map(|n| format!("\"{n}\":1")).collect::<Vec<_>>().join(","));
        let state = JsonObject::from_stored(text).expect("an object");
        let shown = |states: States<'_>| changes(&states, "/json").into_string();
        let said = "<p class=\"cut\">904 more members are not shown here. All of them are in <a href=\"/json\">the event as JSON</a>.</p>";
        let states = States { earlier: None, later: Some(&state), message: None, gone: &[] };
        assert!(shown(states).contains(said));
        assert!(shown(States { earlier: None, later: None, message: Some(&state), gone: &[] }).contains(said));
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
