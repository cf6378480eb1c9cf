//! What the function was called by: changes of the table, or a clock.

use serde_json::Value;
use shared::table::key;
use shared::values::ids::AccountId;
use std::collections::BTreeSet;

/// What there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// The logs of these accounts have grown.
    Stream(BTreeSet<AccountId>),
    /// All destinations are to be looked at.
    Schedule,
}

impl Called {
    /// Reads what Lambda hands over. Records of another kind than a log's are passed over: the schedule finds what they would tell.
    pub fn read(event: &Value) -> Self {
        let Some(records) = event.get("Records").and_then(Value::as_array) else { return Self::Schedule };
        let pk = |record: &Value| record.pointer("/dynamodb/Keys/pk/S").and_then(Value::as_str).map(ToOwned::to_owned);
        Self::Stream(records.iter().filter_map(|record| key::account_of_log(&pk(record)?)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_batch_of_the_stream_names_the_accounts_whose_logs_have_grown() {
        let record =
            |pk: &str| json!({"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": "e#0"}}}});
        let records = ["log#acme", "log#acme", "log#other", "log-dirty#2026-11-25T21:40", "events#acme#00", "log#a b"];
        let event = json!({"Records": records.map(record)});

        let accounts = ["acme", "other"].map(|id| AccountId::parse(id).expect("an account"));
        assert_eq!(Called::read(&event), Called::Stream(BTreeSet::from(accounts)));
        assert_eq!(Called::read(&json!({"Records": [{}]})), Called::Stream(BTreeSet::new()));
    }

    #[test]
    fn everything_else_is_the_schedule() {
        for event in [json!({"detail-type": "Scheduled Event"}), json!({}), json!(null)] {
            assert_eq!(Called::read(&event), Called::Schedule);
        }
    }
}
