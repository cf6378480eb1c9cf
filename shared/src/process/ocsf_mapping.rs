//! The operator's own mapping of event types to OCSF, read strictly: whoever misspells a type would look for its events in vain.
//!
//! Shape: an object with a member for each event type, whose value is an activity, or an object with more:
//! ```json
//! {"PAID_INVOICE": "entity_management.update",
//!  "LOGON_FAILED": {"activity": "authentication.logon", "status": "failure", "severity": "medium"}}
//! ```

use crate::event::input::{one_of, parse_with};
use crate::input::faults::{Faults, Reader};
use crate::input::json::Fields;
use crate::values::ids::EventType;
use crate::values::ocsf::{Activity, Severity, Status};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The environment variable that holds the JSON. All variables of a function together may have 4 KB (Lambda quotas).
pub const OCSF_MAPPING: &str = "OCSF_MAPPING";

/// Longest mapping, in bytes of JSON.
pub const OCSF_MAPPING_BYTES_MAX: usize = 256 * 1024;

/// What an event type is in OCSF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    /// What was done.
    pub activity: Activity,
    /// Whether it succeeded.
    pub status: Status,
    /// How much it matters.
    pub severity: Severity,
}

impl Meaning {
    /// An activity that succeeded and is no cause to act.
    pub const fn of(activity: Activity) -> Self {
        Self { activity, status: Status::Success, severity: Severity::Informational }
    }
}

/// What the operator says of event types. It goes before what is known of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OcsfMapping(BTreeMap<String, Meaning>);

/// The environment has a mapping that is none.
#[derive(Debug, thiserror::Error)]
#[error("environment variable {OCSF_MAPPING} is no mapping of event types")]
pub struct OcsfMappingError(#[source] pub Faults);

impl OcsfMapping {
    /// Reads the JSON.
    ///
    /// # Errors
    /// [`Faults`]: each type, activity, status and severity that there is not, each field that is unknown.
    pub fn parse(text: &str) -> Result<Self, Faults> {
        if text.len() > OCSF_MAPPING_BYTES_MAX {
            return Err(Faults::of("mapping", format!("must be at most {OCSF_MAPPING_BYTES_MAX} bytes of JSON")));
        }
        let mut fields = Fields::parse(text).map_err(|error| Faults::of("mapping", error.to_string()))?;
        let names: Vec<_> = fields.names().map(ToOwned::to_owned).collect();
        let (mut faults, mut meanings) = (Faults::default(), BTreeMap::new());
        for name in names {
            if let Err(error) = EventType::parse(&name) {
                faults.push(&name, error.to_string());
            }
            match fields.take(&name).map_or_else(|| Err(Faults::of("", NOT_MAPPED)), meaning) {
                Ok(meaning) => drop(meanings.insert(name, meaning)),
                Err(of_type) => of_type.iter().for_each(|fault| {
                    let path = if fault.field.is_empty() { name.clone() } else { format!("{name}.{}", fault.field) };
                    faults.push(path, &fault.message);
                }),
            }
        }
        faults.or(Some(Self(meanings)))
    }

    /// What it says of an event type.
    pub fn get(&self, event_type: &str) -> Option<Meaning> {
        self.0.get(event_type).copied()
    }
}

const NOT_MAPPED: &str = "must be an activity, or an object with the field activity";

fn meaning(value: &RawValue) -> Result<Meaning, Faults> {
    match value.get().as_bytes().first() {
        Some(b'"') => parse_with(value, Activity::parse).map(Meaning::of).map_err(|message| Faults::of("", message)),
        Some(b'{') => {
            let mut faults = Faults::default();
            let mut reader = Reader::open("", value.get(), &mut faults);
            let activity = reader.required("activity", |value| parse_with(value, Activity::parse));
            let status = reader.optional("status", |value| one_of(value, Status::ALL, Status::as_str));
            let severity = reader.optional("severity", |value| one_of(value, Severity::ALL, Severity::as_str));
            reader.finish();
            faults.or(activity.map(Meaning::of).map(|known| Meaning {
                status: status.unwrap_or(known.status),
                severity: severity.unwrap_or(known.severity),
                ..known
            }))
        }
        Some(_) | None => Err(Faults::of("", NOT_MAPPED)), // a number, a list, a word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        OcsfMapping::parse(text).expect_err("the mapping is bad").to_string()
    }

    #[test]
    fn a_type_is_an_activity_or_says_more() {
        let mapping = OcsfMapping::parse(
            r#"{"PAID_INVOICE": "entity_management.update",
                "LOGON_FAILED": {"activity": "authentication.logon", "status": "failure", "severity": "medium"},
                "INVITED_USER": {"activity": "account_change.other", "status": null}}"#,
        );
        let mapping = mapping.expect("a mapping");

        let said = |event_type| {
            mapping.get(event_type).map(|meaning| (meaning.activity.name(), meaning.status, meaning.severity))
        };
        let informational = |name: &str| Some((name.to_owned(), Status::Success, Severity::Informational));
        assert_eq!(said("PAID_INVOICE"), informational("entity_management.update"));
        assert_eq!(said("LOGON_FAILED"), Some(("authentication.logon".to_owned(), Status::Failure, Severity::Medium)));
        assert_eq!(said("INVITED_USER"), informational("account_change.other"));
        assert_eq!(said("OTHER"), None);
        assert_eq!(OcsfMapping::parse("{}"), Ok(OcsfMapping::default()));
    }

    #[test]
    fn every_fault_is_named() {
        let text = r#"{"paid": "entity_management.update", "A": "entity_management", "B": null, "C": 7, "D": {},
            "E": {"activity": "authentication.logon", "status": "ok", "severity": "none", "colour": 1}}"#;
        let expected = [
            "paid must be 1 to 64 capital letters, digits and _, beginning with a letter",
            "A must be one of entity_management.create, entity_management.read, entity_management.update, \
             entity_management.delete, entity_management.move, entity_management.enroll, entity_management.unenroll, \
             entity_management.enable, entity_management.disable, entity_management.activate, \
             entity_management.deactivate, entity_management.suspend, entity_management.resume, entity_management.other",
            "B must be an activity, or an object with the field activity",
            "C must be an activity, or an object with the field activity",
            "D.activity is required",
            "E.status must be one of unknown, success, failure",
            "E.severity must be one of informational, low, medium, high, critical, fatal",
            "E.colour is not a known field",
        ];
        assert_eq!(refused(text), expected.join("; "));
    }

    #[test]
    fn what_is_no_object_of_distinct_types_is_refused() {
        assert!(refused("").starts_with("mapping must be JSON: "));
        assert_eq!(refused("[]"), "mapping must be a JSON object");
        let twice = r#"{"A":"authentication.logon","A":"authentication.logoff"}"#;
        assert_eq!(refused(twice), "mapping has the field A twice");
        let long = format!("{{}}{}", " ".repeat(OCSF_MAPPING_BYTES_MAX));
        assert_eq!(refused(&long), "mapping must be at most 262144 bytes of JSON");
    }
}
