//! The payloads of `events/`, answered from a small fixed set of users and events: status, headers and body to the letter.

use serde_json::json;
use shared::credential::Scope;
use std::path::Path;
use tests::reply::invoke;
use tests::{Account, Bed, Reply};

/// The account of the payloads, and what is in it.
async fn demo() -> Bed {
    let bed = Bed::with_own_table().await;
    let account = Account::new("demo", "demo", "local-demo-secret");
    bed.put_credential(&account, &Scope::ALL).await;
    let users = [
        json!({"id": "usr_demo_01", "email_address": "zoë@example.com", "status": "invited",
            "created_at": "2024-02-29T23:59:59.999Z"}),
        json!({"id": "usr_demo_00", "email_address": "Ada@example.com", "status": "active", "name": "Ada Lovelace",
            "created_at": "2023-06-01T08:00:00Z", "role": "ADMIN"}),
        json!({"id": "54350110fedcbaf01234ffee", "email_address": "old@example.com", "status": "deactivated",
            "created_at": "1999-12-31T23:59:59.001Z"}),
    ];
    bed.put_users(&account, &users).await;
    let ada = json!({"id": "usr_demo_00", "name": "Ada Lovelace", "email": "Ada@example.com", "role": "ADMIN",
        "ip_address": "192.0.2.1"});
    let events = [
        json!({"id": "evt-1", "created_at": "2024-03-01T09:00:00Z", "event_type": "CHANGED_PERSONAL_INFORMATION",
            "event_description": "Ada changed, \"really\"", "principal": ada,
            "subject": {"category": "users", "entity_key": "Network:User", "entity_id": "usr_demo_00",
                "user_id": "usr_demo_00"},
            "previous_state": {"Name": "Ada, Byron"}, "current_state": {"Name": "Ada \"L\"", "Note": "a\nb"}}),
        json!({"id": "evt-2", "created_at": "2024-03-01T09:00:00.000Z", "event_type": "USER_LOGGED_ON",
            "event_description": "Ada logged on", "principal": ada,
            "subject": {"category": "userAccess", "entity_key": "Network:UserAccess", "entity_id": "access-1",
                "user_id": "usr_demo_00"},
            "message": {"Client": "browser"}}),
        json!({"id": "evt-3", "created_at": "2024-03-02T10:30:00.123Z", "event_type": "SESSION_ENDED",
            "event_description": "Zoë's session ended", "principal": {"role": "SYSTEM", "ip_address": "2001:db8::1"},
            "subject": {"category": "userAccess", "entity_key": "Network:UserAccess", "entity_id": "access-2",
                "user_id": "usr_demo_01"},
            "message_key": "Network:UserLoggedOff"}),
        json!({"id": "evt-4", "created_at": "2024-03-03T00:00:00Z", "event_type": "MUTED_ISSUE",
            "event_description": "Muted", "principal": {"id": "key-1", "name": "Deploy key", "role": "API",
                "ip_address": "198.51.100.7"}}),
        json!({"id": "evt-5", "created_at": "2024-03-04T00:00:00Z", "event_type": "INVITED_USER",
            "event_description": "Invited Zoë", "principal": ada,
            "subject": {"category": "users", "entity_key": "Network:User", "entity_id": "usr_demo_01",
                "user_id": "usr_demo_01"},
            "current_state": {"Status": "invited"}}),
    ];
    bed.record(&account, &events).await;
    bed
}

/// The answer to the payload of a function; its request id, which is random, is checked and called `REQUEST-ID`.
async fn answer(function: &str) -> Reply {
    let bed = demo().await;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events").join(format!("{function}.json"));
    let event = std::fs::read_to_string(&file).expect("the payload");
    let mut reply = invoke(&bed.app, function, &event).await;
    let request_id = tests::refusal::check_headers(&reply);
    reply.body = reply.body.replace(&request_id, "REQUEST-ID");
    for (_, value) in &mut reply.headers {
        *value = value.replace(&request_id, "REQUEST-ID");
    }
    reply
}

fn check(reply: &Reply, content_type: &str, more_headers: &[(&str, &str)], body: &str) {
    let mut headers = vec![
        ("cache-control", "no-store"),
        ("content-type", content_type),
        ("x-content-type-options", "nosniff"),
        ("x-request-id", "REQUEST-ID"),
    ];
    headers.extend(more_headers);
    headers.sort_unstable();
    let given: Vec<_> = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!((reply.status, given, reply.body.as_str()), (200, headers, body));
}

const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8";

#[tokio::test]
async fn one_dashboard_user_is_this_answer() {
    let body = concat!(
        r#"{"id":"usr_demo_00","created_at":"2023-06-01T08:00:00.000Z","email_address":"Ada@example.com","#,
        r#""status":"active","request_id":"REQUEST-ID"}"#
    );
    check(&answer("dashboard-user-get").await, JSON, &[], body);
}

#[tokio::test]
async fn the_list_of_dashboard_users_is_this_answer() {
    let body = concat!(
        r#"{"dashboard_users":["#,
        r#"{"id":"54350110fedcbaf01234ffee","created_at":"1999-12-31T23:59:59.001Z","#,
        r#""email_address":"old@example.com","status":"deactivated"},"#,
        r#"{"id":"usr_demo_00","created_at":"2023-06-01T08:00:00.000Z","email_address":"Ada@example.com","#,
        r#""status":"active"},"#,
        r#"{"id":"usr_demo_01","created_at":"2024-02-29T23:59:59.999Z","email_address":"zoë@example.com","#,
        r#""status":"invited"}"#,
        r#"],"next_cursor":null,"request_id":"REQUEST-ID"}"#
    );
    check(&answer("dashboard-user-list").await, JSON, &[], body);
}

const CSV_HEADER: &str = "MessageKey,EntityKey,EntityId,When,Principal,Message,PreviousState,CurrentState\r\n";

const EVT_1: &str = concat!(
    "Network:ChangedPersonalInformation,Network:User,usr_demo_00,2024-03-01T09:00:00.000Z,",
    r#""{""Id"":""usr_demo_00"",""Name"":""Ada Lovelace"",""Email"":""Ada@example.com"",""Role"":""ADMIN"","#,
    r#"""IpAddress"":""192.0.2.1""}","#,
    r#""{""Type"":""CHANGED_PERSONAL_INFORMATION"",""Description"":""Ada changed, \""really\""""}","#,
    r#""{""Name"":""Ada, Byron""}","{""Name"":""Ada \""L\"""",""Note"":""a\nb""}""#,
    "\r\n"
);

const EVT_2: &str = concat!(
    "Network:UserLoggedOn,Network:UserAccess,access-1,2024-03-01T09:00:00.000Z,",
    r#""{""Id"":""usr_demo_00"",""Name"":""Ada Lovelace"",""Email"":""Ada@example.com"",""Role"":""ADMIN"","#,
    r#"""IpAddress"":""192.0.2.1""}","#,
    r#""{""Type"":""USER_LOGGED_ON"",""Description"":""Ada logged on"",""Client"":""browser""}",,"#,
    "\r\n"
);

const EVT_3: &str = concat!(
    "Network:UserLoggedOff,Network:UserAccess,access-2,2024-03-02T10:30:00.123Z,",
    r#""{""Id"":null,""Name"":null,""Email"":null,""Role"":""SYSTEM"",""IpAddress"":""2001:db8::1""}","#,
    r#""{""Type"":""SESSION_ENDED"",""Description"":""Zoë's session ended""}",,"#,
    "\r\n"
);

const EVT_5: &str = concat!(
    "Network:InvitedUser,Network:User,usr_demo_01,2024-03-04T00:00:00.000Z,",
    r#""{""Id"":""usr_demo_00"",""Name"":""Ada Lovelace"",""Email"":""Ada@example.com"",""Role"":""ADMIN"","#,
    r#"""IpAddress"":""192.0.2.1""}","#,
    r#""{""Type"":""INVITED_USER"",""Description"":""Invited Zoë""}",,"{""Status"":""invited""}""#,
    "\r\n"
);

#[tokio::test]
async fn the_network_audit_of_access_is_this_answer() {
    let reply = answer("user-access-audit").await;
    check(&reply, CSV, &[("totalrecords", "2")], &format!("{CSV_HEADER}{EVT_2}{EVT_3}"));
}

#[tokio::test]
async fn the_network_audit_of_one_users_access_is_this_answer() {
    let reply = answer("user-access-audit-by-user").await;
    check(&reply, CSV, &[("totalrecords", "1")], &format!("{CSV_HEADER}{EVT_2}"));
}

#[tokio::test]
async fn the_network_audit_of_users_is_this_answer() {
    let reply = answer("users-audit").await;
    check(&reply, CSV, &[("totalrecords", "2")], &format!("{CSV_HEADER}{EVT_1}{EVT_5}"));
}

#[tokio::test]
async fn the_network_audit_of_one_user_is_this_answer() {
    let reply = answer("users-audit-by-user").await;
    check(&reply, CSV, &[("totalrecords", "1")], &format!("{CSV_HEADER}{EVT_1}"));
}

#[tokio::test]
async fn the_audit_trail_is_this_answer() {
    // base64url of 16 bytes of check and of [1,"f",false,true,"2024-03-03T00:00:00.000Z#evt-4",null]
    let body = concat!(
        r#"{"next":"wPuEo2PwCdTR8QR5fTk13lsxLCJmIixmYWxzZSx0cnVlLCIyMDI0LTAzLTAz"#,
        r#"VDAwOjAwOjAwLjAwMFojZXZ0LTQiLG51bGxd","#,
        r#""previous":null,"results":["#,
        r#"{"id":"evt-5","user_name":"Ada Lovelace","user_email":"Ada@example.com","role":"ADMIN","#,
        r#""ip_address":"192.0.2.1","event_type":"INVITED_USER","event_description":"Invited Zoë","#,
        r#""created_at":"2024-03-04T00:00:00.000Z"},"#,
        r#"{"id":"evt-4","user_name":"Deploy key","user_email":null,"role":"API","ip_address":"198.51.100.7","#,
        r#""event_type":"MUTED_ISSUE","event_description":"Muted","created_at":"2024-03-03T00:00:00.000Z"}]}"#
    );
    check(&answer("audit-trail").await, JSON, &[], body);
}
