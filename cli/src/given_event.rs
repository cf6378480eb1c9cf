//! An event that an operator gives, as a line of an import or as a file.

use shared::event::AuditEvent;
use shared::event::input::{EventInput, Reach};
use shared::event::recorder::Recorder;
use shared::input::faults::Faults;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// Reads an event of an import, which has to say when it happened. Without an id it gets the one derived from its content, so
/// that the same line is always the same event.
///
/// # Errors
/// What is wrong with the event.
pub(crate) fn imported_event(text: &str, account: &AccountId, now: Timestamp) -> Result<AuditEvent, Faults> {
    let input = EventInput::parse(text)?;
    if input.created_at.is_none() {
        return Err(Faults::of("created_at", "is required in an import"));
    }
    written_event(input, account, now)
}

/// Completes the event that is to be written: without a time it happens now. An operator may import, so it may be of any age.
///
/// # Errors
/// It is too far ahead of now.
pub(crate) fn written_event(input: EventInput, account: &AccountId, now: Timestamp) -> Result<AuditEvent, Faults> {
    let created_at = input.created_at_or(now);
    Reach::Import.check(created_at, now).map_err(|message| Faults::of("created_at", message))?;
    let id = input.id_or_derived(account, now);
    Ok(input.into_event(id, created_at, now).with_recorder(Recorder::Import))
}

/// The line that names a fault: `FILE:LINE:COLUMN: REASON`, as editors open it. The column is there where the text stops being
/// JSON, and the reason does not say it again; the line is `line` of the file, or that of the text where it is the whole file.
pub(crate) fn fault_line(file: &str, line: Option<u64>, text: &str, reason: &str) -> String {
    let place = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    let Some(error) = serde_json::from_str::<serde::de::IgnoredAny>(text).err() else {
        return format!("{place}: {reason}");
    };
    let said = format!(" at line {} column {}", error.line(), error.column());
    match reason.contains(&said) {
        true => {
            let line = line.unwrap_or(1) - 1 + error.line() as u64;
            format!("{file}:{line}:{}: {}", error.column(), reason.replacen(&said, "", 1))
        }
        false => format!("{place}: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_position_is_said_once() {
        let json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).unwrap_err().to_string();
        let (line, file) = ("{\"id\": 1,}", "{\"id\":\n 1,}");
        assert_eq!(
            fault_line("FILE", Some(3), line, &format!("event must be JSON: {}", json(line))),
            "FILE:3:10: event must be JSON: key must be a string"
        );
        assert_eq!(
            fault_line("FILE", None, file, &format!("event must be JSON: {}", json(file))),
            "FILE:2:4: event must be JSON: key must be a string"
        );
        assert_eq!(fault_line("FILE", Some(3), "{}", "id is required"), "FILE:3: id is required");
        assert_eq!(fault_line("FILE", None, "{", "must be shorter"), "FILE: must be shorter");
    }
}
