//! The calls that take the other ways of a function through the store than its payload in `events/` does.

use serde_json::{Value, json};
use shared::process::clock;
use tests::fields::every_field;
use tests::records::{at, event, record};
use tests::{Account, Call, Reply};

/// The calls of a function, each with the status of its answer.
pub(super) fn of(account: &Account, function: &str) -> Vec<(Call, u16)> {
    let user = "usr_demo_00";
    let create = Call::create_user(account, "new@example.com");
    let update = |name: &str, value: &str| Call::update_user(account, user).field(name, json!(value));
    let trail = Call::trail(account);
    let one_type = trail.clone().query("event_type", "RESET_PASSWORD");
    match function {
        "dashboard-user-get" => vec![(Call::get_user(account, user), 200), (Call::get_user(account, "nobody"), 400)],
        "dashboard-user-list" => vec![(Call::list_users(account), 200)],
        "dashboard-user-create" => {
            vec![(create.clone().header("Acting-User", user), 200), (create, 400)] // the address is taken then
        }
        "dashboard-user-update" => vec![
            (update("email_address", "other@example.com").header("Acting-User", "usr_demo_02"), 200),
            (update("email_address", "OTHER@example.com"), 200),
            (update("email_address", "usr_demo_03@example.com"), 400),
            (update("name", "Ada"), 200),
            (update("name", "Ada"), 200), // changes nothing
        ],
        "users-audit" => vec![(Call::users_audit(account, None), 200)],
        "users-audit-by-user" => vec![(Call::users_audit(account, Some(user)), 200)],
        "user-access-audit" => vec![(Call::user_access_audit(account, None), 200)],
        "user-access-audit-by-user" => vec![(Call::user_access_audit(account, Some(user)), 200)],
        "audit-trail" => vec![
            (one_type.clone().query("user_email", "ada@example.com"), 200),
            (one_type, 200),
            (trail.clone().query("user_email", "ada@example.com"), 200),
            (trail.clone().query("start_date", "2024-01-01").query("end_date", "2024-01-02"), 200),
            (trail, 200),
            (Call::trail_of(account, "hris"), 200),
        ],
        "audit-trail-feed" => {
            let feed = Call::feed(account);
            let now = clock::now().to_string();
            vec![
                (feed.clone().query("limit", "2"), 200),
                (feed.clone().query("after", "300").query("limit", "1000"), 200), // to the end, where the newest is asked for
                (feed.clone().query("since", "2024-01-01T00:00:00Z"), 200),
                (feed.clone().query("since", &now), 200),
                (feed.clone().query("after", "1000000"), 400), // whose end is looked for
                (feed.query("from", "now"), 200),
            ]
        }
        "system-log" => {
            let logs = Call::system_log(account).query("limit", "2");
            let descending = logs.clone().query("sortOrder", "DESCENDING");
            vec![
                (logs.clone(), 200),
                (logs.clone().query("since", "2024-01-01T00:00:00Z"), 200), // whose place is looked for
                (descending.clone().query("since", "2024-01-01T00:00:00Z"), 200),
                (descending.query("until", "2024-01-01T00:00:00Z"), 200),
                (logs.query("filter", r#"eventType eq "NEVER_HAPPENED""#), 200),
            ]
        }
        "log-read" => {
            let proof = Call::log_of(account, "proof");
            vec![
                (Call::tile("0/000.p/1"), 200),
                (Call::log_of(account, "head"), 200),
                (Call::tile_of(account, "1/000.p/1"), 200),
                (proof.clone().query("position", "300").query("item", "true"), 200),
                (proof.query("created_at", &at(0)).query("id", "t-000"), 200),
                (Call::log_of(account, "items").query("from", "0"), 200),
            ]
        }
        "events-record" => {
            let keyed = |event: Value| Call::record(account, &[event]).header("Idempotency-Key", "key");
            vec![
                (keyed(event("e-1", &at(0))), 201),
                (keyed(event("e-1", &at(0))), 201),                    // again
                (keyed(event("e-2", &at(0))), 409),                    // another request under the key
                (keyed(event("e-1", "2999-01-01T00:00:00Z")), 400),    // its time was good before, perhaps
                (Call::record(account, &[event("e-1", &at(0))]), 201), // the event is there
                (Call::record(account, &[record("e-1", &at(0), "users", "u")]), 409), // another is there
                (Call::record(account, &[every_field("e-3", &at(0))]), 201),
            ]
        }
        // Its payload is all it asks for; a role that allows more is found by that.
        _ => Vec::new(),
    }
}

/// The call of the page behind that answer, if it has one.
pub(super) fn next_page(call: &Call, reply: &Reply) -> Option<Call> {
    let body = serde_json::from_str(&reply.body).unwrap_or(Value::Null); // the network audit answers with CSV
    let cursor = |name: &str| body.get(name).and_then(Value::as_str);
    if let Some(token) = reply.header("nextcontinuationtoken") {
        Some(call.clone().query("nextContinuationToken", token))
    } else if let Some(cursor) = cursor("next") {
        Some(call.clone().query("cursor", cursor))
    } else {
        cursor("next_cursor").map(|cursor| call.clone().field("cursor", json!(cursor)))
    }
}
