//! What an auditor sees of the directory: the rows of the network audit about one user, walked whole.

use crate::account::Account;
use crate::bed::Bed;
use crate::call::Call;
use serde_json::Value;

/// Most pages in a walk: a walk that does not end fails.
const PAGES_MAX: usize = 100;

/// A row of the network audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `MessageKey`.
    pub message_key: String,
    /// `EntityKey`.
    pub entity_key: String,
    /// `EntityId`.
    pub entity_id: String,
    /// `When`.
    pub when: String,
    /// `Principal`.
    pub principal: Value,
    /// `Message`.
    pub message: Value,
    /// `PreviousState`; null if the cell is empty.
    pub previous_state: Value,
    /// `CurrentState`; null if the cell is empty.
    pub current_state: Value,
}

/// All rows about a user, oldest first.
pub async fn rows(bed: &Bed, account: &Account, user: &str) -> Vec<Row> {
    let call = Call::users_audit(account, Some(user));
    let mut next =
        call.query_instead("fromDate", "1970-01-01T00:00:00Z").query_instead("toDate", "2100-01-01T00:00:00Z");
    let mut rows = Vec::new();
    for _ in 0..PAGES_MAX {
        let reply = bed.send(&next).await;
        assert_eq!(reply.status, 200, "{}: {}", bed.engine, reply.body);
        rows.extend(csv::Reader::from_reader(reply.body.as_bytes()).records().map(|row| read(&row.expect("a row"))));
        let Some(token) = reply.header("nextcontinuationtoken") else {
            let total = reply.header("totalrecords").and_then(|total| total.parse().ok());
            assert_eq!(total, Some(rows.len()), "{}", bed.engine);
            return rows;
        };
        let from = reply.header("nextfromdate").expect("a token comes with nextFromDate");
        next = next.query_instead("fromDate", from).query_instead("nextContinuationToken", token);
    }
    unreachable!("the walk does not end");
}

/// The text at a place in an answer, such as `/id`.
pub fn text_at(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).expect("a string").to_owned()
}

fn read(row: &csv::StringRecord) -> Row {
    let text = |at: usize| row.get(at).expect("a row of eight cells").to_owned();
    let json = |at: usize| match text(at).as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).expect("JSON"),
    };
    Row {
        message_key: text(0),
        entity_key: text(1),
        entity_id: text(2),
        when: text(3),
        principal: json(4),
        message: json(5),
        previous_state: json(6),
        current_state: json(7),
    }
}
